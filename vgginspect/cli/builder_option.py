"""``--builder``: run the user's builder and record what it does."""

from typing import TYPE_CHECKING, Any

from vgginspect.cli.output import print_error
from vgginspect.cli.time_limit import model_in, seconds_in

if TYPE_CHECKING:
    from vgginspect.pytorch.observe_builder import Observation


def observed(target: str, text: str, model: dict[str, Any]) -> "Observation":
    """Run a builder on a cfg list; notes go to standard error.

    Args:
        target: ``MODULE:FUNCTION``.
        text: the text of a CONFIG argument, see ``config_argument.config_text``.
        model: the model options of the command line, and the time limit.

    Raises:
        BuilderError: the builder cannot be imported, called or traced.
        ConfigError: the text or the timeout is invalid.
        DependencyError: PyTorch is missing or cannot be imported.
    """
    from vgginspect.cfg.builder_entries import read
    from vgginspect.pytorch.import_torch import load

    seconds = seconds_in(model)
    given = read(text, model_in(model))
    load()
    from vgginspect.pytorch.observe_builder import observe_builder

    seen = observe_builder(target, given, seconds)
    for note in seen.notes:
        print_error(f"note: {note}")
    return seen
