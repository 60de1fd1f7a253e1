"""Proof: a grown Plan compared with real networks that share nothing with it, the witnesses.

The first is written in plain PyTorch (``vgg``), the second is the source that ``code`` prints, the
third torchvision's own model. Each is made on the meta device, run, and measured.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any, NamedTuple

import torch
from torch import nn

from vgginspect.analysis.source_code import source
from vgginspect.cfg.config import CONFIGS, Config
from vgginspect.cfg.options import OPTIONS
from vgginspect.errors import CheckError, ConfigError, DependencyError
from vgginspect.network.grow import grow
from vgginspect.network.plan import Layer, Plan, Step
from vgginspect.pytorch.import_torchvision import load_vgg
from vgginspect.pytorch.layers_from_calls import StepCalls, branch_of, head_of, steps_of
from vgginspect.pytorch.measured_document import Whole, measured_document
from vgginspect.pytorch.observe import FEATURES, module_calls, whole_of
from vgginspect.pytorch.read_module import defaults_of_types
from vgginspect.pytorch.vgg import VGG, modules_by_token
from vgginspect.report.checks import Check, compare, plan_document
from vgginspect.text.printable import printable


class Witness(NamedTuple):
    """A network to compare with: its name in the report, and how it is made.

    ``knows_steps`` is whether it is known which modules each token made.
    """

    name: str
    make: Callable[[], nn.Module]
    knows_steps: bool = False


def witnesses(plan: Plan, against: str | None = None) -> list[Witness]:
    """The networks that a Plan is compared with: all there are, or those of one kind.

    torchvision is left out where it has no such model, and where it cannot be imported, unless it
    was asked for.

    Raises:
        ConfigError: torchvision was asked for, and has no such configuration.
        DependencyError: torchvision was asked for, and is missing or cannot be imported.
    """
    config = plan.config_for("verify")
    found = []
    if against in (None, "pytorch"):
        name = f"PyTorch {torch.__version__}"
        found.append(Witness(name, lambda: VGG(config, init_weights=False), knows_steps=True))
    if against in (None, "code"):
        found.append(Witness("vgginspect code", lambda: _executed(config, False)))
        found.append(Witness("vgginspect code --unrolled", lambda: _executed(config, True)))
    if against == "torchvision" and config.model is None:
        raise _no_such_model(config)
    if against == "torchvision" or (against is None and config.model and not missing(config)):
        model, vgg, version = str(config.model), *load_vgg()
        options = {"num_classes": config.num_classes, "dropout": config.dropout}
        found.append(
            Witness(
                f"torchvision {version} {model}",
                lambda: getattr(vgg, model)(init_weights=False, **options),
            )
        )
    return found


def missing(config: Config) -> tuple[str, ...]:
    """Witnesses that there would be if they could be imported, each with the reason."""
    if config.model is not None:
        try:
            load_vgg()
        except DependencyError as error:
            return (f"torchvision's {config.model}: {str(error).splitlines()[0]}",)
    return ()


def _executed(config: Config, unrolled: bool) -> nn.Module:
    """The network of the source that ``code`` prints."""
    names: dict[str, Any] = {"__name__": "source"}
    exec("\n".join(source(config, unrolled)), names)
    with _undrawn_weights():
        network: nn.Module = names["VGG"]()
    return network


@contextmanager
def _undrawn_weights() -> Iterator[None]:
    """Within, no normal weights are drawn, for which PyTorch imports its compiler on ``meta``."""
    kept = {name: getattr(nn.init, name) for name in ("normal_", "kaiming_normal_")}
    for name in kept:
        setattr(nn.init, name, lambda tensor, *_, **__: tensor)
    try:
        yield
    finally:
        for name, function in kept.items():
            setattr(nn.init, name, function)


def verify(plan: Plan, against: str | None = None) -> list[Check]:
    """Compare a Plan with every witness, or with those of one kind.

    Raises:
        ConfigError: torchvision was asked for, and has no such configuration.
        DependencyError: torchvision was asked for, and is missing or cannot be imported.
        CheckError: PyTorch refuses to build or to run the network.
    """
    return [check(plan, witness) for witness in witnesses(plan, against)]


def check(plan: Plan, witness: Witness) -> Check:
    """Make a network on the meta device, run it, and compare a Plan with it fact by fact.

    Raises:
        CheckError: PyTorch refuses to build the network, or to run it on the Plan's input.
    """
    try:
        with torch.device("meta"):
            network = witness.make()
    except (RuntimeError, TypeError, ValueError, OverflowError) as error:
        raise refused("build", error) from error
    try:
        whole = whole_of(network)
        calls, output = module_calls(network, plan.input_shape)
    except Exception as error:
        raise refused("run", error) from error
    features = [call for call in calls if call.path.partition(".")[0] == FEATURES]
    head = [call for call in calls if call.path.partition(".")[0] != FEATURES]
    groups = [StepCalls((), "", features)]
    if witness.knows_steps:
        groups = list(_by_token(plan.config_for("verify"), features))
    steps = list(steps_of(groups, plan.input_shape))
    whole = whole._replace(output_shape=output)
    return _compared(plan, witness.name, steps, list(head_of(head)), whole, witness.knows_steps)


def _by_token(config: Config, features: Sequence[Any]) -> Iterator[StepCalls]:
    """The calls of the features, as the loop that made their modules went through the tokens."""
    rest = iter(features)
    with torch.device("meta"):
        for token, modules in zip(config.tokens, modules_by_token(config), strict=True):
            run = list(islice(rest, len(modules)))
            yield StepCalls((token,), branch_of(run), run)


def check_observed(plan: Plan, observed: Plan, whole: Whole, against: str) -> Check:
    """Compare a Plan with what was observed of a builder.

    A builder that makes the features alone is compared with the features.
    """
    if plan.head and not observed.head:
        plan = grow(plan.config_for("verify")._replace(features_only=True))
    return _compared(plan, printable(against), observed.steps, observed.head, whole, True)


def _compared(
    plan: Plan,
    against: str,
    steps: Sequence[Step],
    head: Sequence[Layer],
    whole: Whole,
    knows_steps: bool,
) -> Check:
    expected = plan_document(plan)
    found = measured_document(steps, head, whole, knows_steps)
    defaults = defaults_of_types(layer.type for layer in plan.layers)
    return Check(against, tuple(compare(expected, found, defaults)))


def refused(what: str, error: Exception) -> CheckError:
    """The error of a network that PyTorch does not build or run."""
    reason = printable(str(error).strip().partition("\n")[0][:300])
    return CheckError(f"PyTorch cannot {what} this network: {type(error).__name__}: {reason}")


def _no_such_model(config: Config) -> ConfigError:
    models = {letter: known.model for letter, known in CONFIGS.items() if known.model}
    usual = CONFIGS.get(config.name)
    if config.name not in models or usual is None or usual.tokens != config.tokens:
        listed = ", ".join(f"{letter} ({model})" for letter, model in models.items())
        return ConfigError(f"torchvision has no model of {config.label}; it has {listed}")
    free: dict[str, Any] = {"batch_norm": config.batch_norm, "num_classes": config.num_classes}
    if config.input_shape[0] == usual.input_shape[0]:
        free["input_shape"] = config.input_shape
    usual = usual._replace(dropout=config.dropout, **free)
    changed = [
        f"+{option.write(getattr(config, option.field))}"
        for option in OPTIONS
        if getattr(config, option.field) != getattr(usual, option.field)
    ]
    return ConfigError(
        f"torchvision has no {config.label} with {' '.join(changed)}; its models are the paper's "
        "but for batch norm, classes, dropout and the size of the input"
    )
