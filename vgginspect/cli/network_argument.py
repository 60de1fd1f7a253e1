"""A network in Python as a NETWORK: ``vgg.py:VGG``, ``"vgg.py:VGG(depth=16)+input-size=32"``."""

import re
from collections.abc import Callable
from typing import Any

from vgginspect.cfg.config import CONFIGS, Config, options_given
from vgginspect.cfg.options import names_channels
from vgginspect.cli.time_limit import model_in, seconds_in
from vgginspect.errors import ConfigError
from vgginspect.pytorch.import_torch import load
from vgginspect.text.printable import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from vgginspect.pytorch.observe_builder import Observation

#: Options that a network in Python takes as arguments, if it has them.
_ARGUMENTS = ("batch_norm", "num_classes", "bias", "dropout")


def observed(
    match: re.Match[str], model: dict[str, Any], note: Callable[[str], None]
) -> "Observation":
    """What was observed of a network in Python: its Plan, and the network as a whole.

    Args:
        match: of ``network_text.PYTHON`` with the NETWORK.
        model: the model options of the command line.
        note: called with each line about what the Plan lacks.

    Raises:
        ConfigError: an option is invalid, or cannot be passed on.
        BuilderError: the network cannot be made or run.
        DependencyError: PyTorch, or a package that the network computes with, is missing.
    """
    given = options_given(re.findall(r"\+([^+]+)", match["options"]))
    general = model_in(model)
    for name in general.keys() & given.keys():
        note(f"note: --{name.replace('_', '-')} overrides the {name} of {printable(match[0][:60])}")
    given |= general
    seconds = seconds_in(model)
    config: Config = CONFIGS["A"].with_options(**given)
    size = None
    if "input_shape" in given:
        whole = names_channels(given.pop("input_shape"))
        size = config.input_shape if whole else config.input_shape[1:]
    for name in given:
        if name not in _ARGUMENTS:
            raise ConfigError(
                f"--{name.replace('_', '-')} describes a CONFIG; a network in Python takes its own "
                f'arguments, as in "{match["network"][:60]}(…)"'
            )
    load()
    from vgginspect.pytorch.observe_network import observe_network

    passed = {name: getattr(config, name) for name in given}
    seen = observe_network(match["network"], passed, size, seconds)
    for line in seen.notes:
        note(f"note: {line}")
    return seen
