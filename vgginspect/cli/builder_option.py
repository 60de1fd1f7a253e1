"""``--builder``: run the user's builder and record what it does."""

import math
from typing import TYPE_CHECKING, Any

from vgginspect.cli.output import print_error
from vgginspect.errors import ConfigError

if TYPE_CHECKING:
    from vgginspect.pytorch.observe_builder import Observation

#: About three years.
MOST_SECONDS = 10**8


def observed(target: str, text: str, model: dict[str, Any], timeout: str | None) -> "Observation":
    """Run a builder on a cfg list; notes go to standard error.

    Args:
        target: ``MODULE:FUNCTION``.
        text: the text of a CONFIG argument, see ``config_argument.config_text``.
        model: the model options of the command line.
        timeout: the value of ``--builder-timeout``, in seconds.

    Raises:
        BuilderError: the builder cannot be imported, called or traced.
        ConfigError: the text or the timeout is invalid.
        DependencyError: PyTorch is missing or cannot be imported.
    """
    from vgginspect.cfg.builder_entries import read
    from vgginspect.pytorch.import_torch import load

    seconds = _seconds(timeout)
    given = read(text, model)
    load()
    from vgginspect.pytorch.observe_builder import observe_builder

    seen = observe_builder(target, given, seconds)
    for note in seen.notes:
        print_error(f"note: {note}")
    return seen


def _seconds(text: str | None) -> float:
    if text is None:
        return 60.0
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 < seconds < MOST_SECONDS:
        raise ConfigError(
            f"--builder-timeout must be a number of seconds between 0 and {MOST_SECONDS:,}, "
            f"not {text[:40]!r}"
        )
    return seconds
