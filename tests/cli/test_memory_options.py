import pytest

from vgginspect import ConfigError
from vgginspect.analysis.memory_settings import Settings
from vgginspect.cli.memory_options import network_and_steps, settings_of


def test_what_was_not_given_is_as_usual():
    assert settings_of(None) == [Settings()]
    assert settings_of("1,8", optimizer="sgd", dtype=None) == [
        Settings(1, optimizer="sgd"),
        Settings(8, optimizer="sgd"),
    ]
    with pytest.raises(ConfigError, match="--batch-size must be"):
        settings_of("many")


def test_a_config_needs_no_run():
    plan, steps = network_and_steps("D", {"batch_norm": True})
    assert (plan.config.batch_norm, steps) == (True, None)
