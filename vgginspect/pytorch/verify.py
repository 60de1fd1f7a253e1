"""Compare the printed document of a computed Plan with real networks, the witnesses.

One is written in plain PyTorch (``vgg``), one is torchvision's own model: neither shares code with
the Plan. Two more are the source that ``code`` prints, which is written from the Plan and must give
the same network. Each is built on the meta device, run, and measured.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any, NamedTuple

import torch
from torch import nn

from vgginspect.analysis.source_code import source
from vgginspect.cfg.config import CONFIGS, Config
from vgginspect.cfg.options import OPTIONS
from vgginspect.checkpoint.identify import Finding
from vgginspect.errors import CheckError, ConfigError, DependencyError
from vgginspect.network.grow import grow
from vgginspect.network.plan import Plan
from vgginspect.pytorch.import_torchvision import load_vgg
from vgginspect.pytorch.layers_from_calls import StepCalls, branch_of, head_of, steps_of
from vgginspect.pytorch.measured_document import Whole, measured_document, measured_options
from vgginspect.pytorch.observe import FEATURES, run, whole_of
from vgginspect.pytorch.read_module import defaults_of_types
from vgginspect.pytorch.saved_tensors import saved_bytes
from vgginspect.pytorch.token_of_layer import entry_of
from vgginspect.pytorch.vgg import VGG, modules_by_token
from vgginspect.report.checks import ABSENT, Fact, WitnessCheck, compare, plan_document
from vgginspect.text.printable import printable


class Witness(NamedTuple):
    """A network to compare with: its name in the report, and a function that builds it.

    ``knows_steps``: whether the token of each module is known.
    """

    name: str
    make: Callable[[], nn.Module]
    knows_steps: bool = False


def witnesses(plan: Plan, against: str | None = None) -> list[Witness]:
    """The networks to compare a Plan with: all available ones, or those of one kind.

    torchvision is left out if it has no such model or cannot be imported, unless it was requested.

    Raises:
        ConfigError: torchvision was requested, but has no such configuration.
        DependencyError: torchvision was requested, but is missing or cannot be imported.
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
    if against == "torchvision" or (against is None and config.model and not left_out(config)):
        model, vgg, version = str(config.model), *load_vgg()
        options = {"num_classes": config.num_classes, "dropout": config.dropout}
        found.append(
            Witness(
                f"torchvision {version} {model}",
                lambda: getattr(vgg, model)(init_weights=False, **options),
            )
        )
    return found


def left_out(config: Config) -> tuple[str, ...]:
    """The witnesses that cannot be imported, each with the reason."""
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
    """Context manager: draw no normal weights; on ``meta`` that imports PyTorch's compiler."""
    kept = {name: getattr(nn.init, name) for name in ("normal_", "kaiming_normal_")}
    for name in kept:
        setattr(nn.init, name, lambda tensor, *_, **__: tensor)
    try:
        yield
    finally:
        for name, function in kept.items():
            setattr(nn.init, name, function)


def verify(plan: Plan, against: str | None = None) -> list[WitnessCheck]:
    """Compare a Plan with every witness, or with those of one kind.

    Raises:
        ConfigError: torchvision was requested, but has no such configuration.
        DependencyError: torchvision was requested, but is missing or cannot be imported.
        CheckError: PyTorch cannot build or run the network.
    """
    return [check(plan, witness) for witness in witnesses(plan, against)]


def check(plan: Plan, witness: Witness) -> WitnessCheck:
    """Build a network on the meta device, run it, and compare a Plan with it, value by value.

    Raises:
        CheckError: PyTorch cannot build the network, or run it on the Plan's input.
    """
    try:
        with torch.device("meta"):
            network = witness.make()
    except (RuntimeError, TypeError, ValueError, OverflowError) as error:
        raise refused("build", error) from error
    try:
        whole = whole_of(network)
        calls, output, *_ = run(network, plan.input_shape)
        saved = saved_bytes(network, plan.input_shape)[1]
    except Exception as error:
        raise refused("run", error) from error
    calls = [call._replace(saved_bytes=n) for call, n in zip(calls, saved, strict=True)]
    features = [call for call in calls if call.path.partition(".")[0] == FEATURES]
    head = [call for call in calls if call.path.partition(".")[0] != FEATURES]
    groups = [StepCalls((), "", features)]
    if witness.knows_steps:
        groups = list(_by_token(plan.config_for("verify"), features))
    steps = list(steps_of(groups, plan.input_shape))
    whole = whole._replace(output_shape=output)
    after = list(head_of(head))
    found = measured_document(steps, after, whole, witness.knows_steps)
    return _compared(plan, witness.name, found | {"config": measured_options(steps, after)})


def _by_token(config: Config, features: Sequence[Any]) -> Iterator[StepCalls]:
    """The calls of the features, grouped by the token whose loop iteration made their modules."""
    rest = iter(features)
    with torch.device("meta"):
        for modules in modules_by_token(config):
            run = list(islice(rest, len(modules)))
            yield StepCalls((entry_of(run[0].rule),), branch_of(run), run)


def check_observed(plan: Plan, observed: Plan, whole: Whole, against: str) -> WitnessCheck:
    """Compare a Plan with the recorded Plan of a builder.

    A builder that makes only the features is compared with the features only.
    """
    if plan.head and not observed.head:
        plan = grow(plan.config_for("verify")._replace(features_only=True))
    found = measured_document(observed.steps, observed.head, whole)
    # An argument may be written in two ways, 7 and (7, 7); the arguments are compared themselves.
    return _compared(plan, printable(against), found, ("repr",))


def check_file(config: Config, finding: Finding) -> WitnessCheck:
    """Compare the network in plain PyTorch with the tensors of the file it was identified by.

    Layer by layer in order, since the file may have other names.
    """
    with torch.device("meta"):
        network = VGG(config, init_weights=False)
    modules = [module for module in network.modules() if "weight" in module._parameters]
    facts = [Fact("state_dict", "layers", "count", len(modules), len(finding.layers))]
    for module, layer in zip(modules, finding.layers, strict=False):
        state = module.state_dict()
        for part, key in layer.keys.items():
            expected = list(state[part].shape) if part in state else ABSENT
            facts.append(Fact("state_dict", key, "shape", expected, list(finding.shapes[key])))
    return WitnessCheck(printable(finding.file), tuple(facts))


def _compared(
    plan: Plan, against: str, found: Mapping[str, Any], skipped: Sequence[str] = ()
) -> WitnessCheck:
    defaults = defaults_of_types(layer.type for layer in plan.layers)
    return WitnessCheck(against, tuple(compare(plan_document(plan), found, defaults, skipped)))


def refused(what: str, error: Exception) -> CheckError:
    """The error for a network that PyTorch cannot build or run."""
    reason = printable(str(error).strip().partition("\n")[0][:300])
    return CheckError(f"PyTorch cannot {what} this network: {type(error).__name__}: {reason}")


def _no_such_model(config: Config) -> ConfigError:
    models = {letter: known.model for letter, known in CONFIGS.items() if known.model}
    usual = CONFIGS.get(config.name)
    if config.name not in models or usual is None or usual.tokens != config.tokens:
        listed = ", ".join(f"{letter} ({model})" for letter, model in models.items())
        return ConfigError(f"torchvision has no model for this cfg list; it has {listed}")
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
        f"torchvision has no {config.label} with {' '.join(changed)}; only batch norm, classes, "
        "dropout and input size can differ from the paper"
    )
