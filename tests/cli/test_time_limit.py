"""``--timeout``, also under its old name, for a network in Python and for a builder."""

import pytest

from vgginspect.cli.time_limit import USUAL, model_in, seconds_in
from vgginspect.errors import ConfigError


@pytest.mark.parametrize(
    ("given", "seconds"), [({}, USUAL), ({"timeout": None}, USUAL), ({"timeout": "0.5"}, 0.5)]
)
def test_the_limit_in_seconds(given, seconds):
    assert seconds_in(given) == seconds


@pytest.mark.parametrize("text", ["0", "-1", "nan", "inf", "1e9", "soon"])
def test_what_is_no_number_of_seconds_is_refused(text):
    with pytest.raises(ConfigError, match="--timeout must be a number of seconds between 0 and"):
        seconds_in({"timeout": text})


def test_it_is_no_option_of_the_model():
    assert model_in({"timeout": "5", "batch_norm": True, "bias": None}) == {"batch_norm": True}


@pytest.mark.parametrize("option", ["--timeout", "--builder-timeout"])
def test_both_names_stop_what_does_not_end(option, tmp_path, monkeypatch, cli):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "slow.py").write_text("def made(cfg=()):\n    while True: pass\n")
    for args in (["summary", "slow.py:made"], ["trace", "8", "--builder", "./slow.py:made"]):
        done = cli(*args, option, "0.5")
        assert done.code == 1
        assert "still running after 0.5 s, slow.py:2 in made" in done.err
        assert "  set a longer limit with --timeout" in done.err
