"""``--timeout``: how long code of the user's may run, and the options of the model beside it."""

import math
from collections.abc import Mapping
from typing import Any

from vgginspect.errors import ConfigError

USUAL = 60.0
#: About three years.
MOST = 10**8


def seconds_in(given: Mapping[str, Any]) -> float:
    """The time limit among the options of a command.

    Raises:
        ConfigError: it is no number of seconds.
    """
    text = given.get("timeout")
    if text is None:
        return USUAL
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds < MOST:
        raise ConfigError(
            f"--timeout must be a number of seconds between 0 and {MOST:,}, not {text[:40]!r}"
        )
    return seconds


def model_in(given: Mapping[str, Any]) -> dict[str, Any]:
    """The options of the model that were given."""
    return {name: value for name, value in given.items() if value is not None and name != "timeout"}
