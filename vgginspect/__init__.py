"""vgginspect: show how a VGG network is built, token by token.

The names below are imported on first use, so that importing the package is fast and does not import
torch.
"""

# Like typing.TYPE_CHECKING, without the cost of importing typing.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from vgginspect.analysis.memory import Memory as Memory
    from vgginspect.api import observe as observe
    from vgginspect.api import plan as plan
    from vgginspect.cfg.config import CONFIGS as CONFIGS
    from vgginspect.cfg.config import Config as Config
    from vgginspect.cfg.tokens import Token as Token
    from vgginspect.check_api import Comparison as Comparison
    from vgginspect.check_api import compare as compare
    from vgginspect.check_api import verify as verify
    from vgginspect.checkpoint.identify import Finding as Finding
    from vgginspect.checkpoint.weights import Weights as Weights
    from vgginspect.checkpoint_api import identify as identify
    from vgginspect.checkpoint_api import weights as weights
    from vgginspect.errors import BuilderError as BuilderError
    from vgginspect.errors import CheckError as CheckError
    from vgginspect.errors import ConfigError as ConfigError
    from vgginspect.errors import DependencyError as DependencyError
    from vgginspect.errors import InputSizeError as InputSizeError
    from vgginspect.errors import VGGInspectError as VGGInspectError
    from vgginspect.memory_api import memory as memory
    from vgginspect.network.plan import Layer as Layer
    from vgginspect.network.plan import Plan as Plan
    from vgginspect.network.plan import Step as Step
    from vgginspect.network.plan import Totals as Totals
    from vgginspect.picture_api import Picture as Picture
    from vgginspect.picture_api import Walk as Walk
    from vgginspect.picture_api import draw as draw
    from vgginspect.picture_api import trace as trace
    from vgginspect.pytorch.build import build as build
    from vgginspect.views.verify import Check as Check

__version__ = "0.1.0"

_HOMES = {
    "plan": "vgginspect.api",
    "memory": "vgginspect.memory_api",
    "observe": "vgginspect.api",
    "build": "vgginspect.pytorch.build",
    "trace": "vgginspect.picture_api",
    "draw": "vgginspect.picture_api",
    "Walk": "vgginspect.picture_api",
    "Picture": "vgginspect.picture_api",
    "compare": "vgginspect.check_api",
    "verify": "vgginspect.check_api",
    "Comparison": "vgginspect.check_api",
    "Check": "vgginspect.views.verify",
    "identify": "vgginspect.checkpoint_api",
    "weights": "vgginspect.checkpoint_api",
    "Finding": "vgginspect.checkpoint.identify",
    "Weights": "vgginspect.checkpoint.weights",
    "CONFIGS": "vgginspect.cfg.config",
    "Config": "vgginspect.cfg.config",
    "BuilderError": "vgginspect.errors",
    "CheckError": "vgginspect.errors",
    "ConfigError": "vgginspect.errors",
    "DependencyError": "vgginspect.errors",
    "InputSizeError": "vgginspect.errors",
    "VGGInspectError": "vgginspect.errors",
    "Layer": "vgginspect.network.plan",
    "Memory": "vgginspect.analysis.memory",
    "Plan": "vgginspect.network.plan",
    "Step": "vgginspect.network.plan",
    "Totals": "vgginspect.network.plan",
    "Token": "vgginspect.cfg.tokens",
}
__all__ = [*_HOMES, "__version__"]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
