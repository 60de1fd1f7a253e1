"""``vgginspect.memory``."""

import json

import pytest

from vgginspect import ConfigError, Memory, memory, plan


def test_the_function_is_the_command(cli):
    found = memory("D", 8, optimizer="sgd", fits="16GB")
    assert isinstance(found, Memory)
    args = ("D", "--batch-size", "8", "--optimizer", "sgd", "--fits", "16GB", "-f", "json")
    assert found.document() == json.loads(cli("memory", *args).out)


def test_a_plan_or_what_plan_takes():
    assert memory(plan("8,M")) == memory([8, "M"])._replace(plan=plan("8,M"))
    assert memory("D", fits=16 * 10**9).fits == memory("D", fits="16GB").fits


def test_a_notebook_shows_the_tables():
    assert memory("8,M")._repr_html_().count("<table") == 2


def test_unknown_settings():
    with pytest.raises(ConfigError, match="the settings of memory are batch_size, dtype"):
        memory("D", lr=1)
    with pytest.raises(ConfigError, match="--batch-size must be"):
        memory("D", "8")
