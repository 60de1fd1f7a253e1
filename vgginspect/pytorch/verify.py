"""Proof: a grown Plan held against what PyTorch, or torchvision, makes of the same network."""

from typing import TYPE_CHECKING, Any

from vgginspect.cfg.config import CONFIGS, Config
from vgginspect.cfg.options import OPTIONS
from vgginspect.errors import CheckError, ConfigError
from vgginspect.network.grow import grow
from vgginspect.network.plan import Plan
from vgginspect.pytorch.import_torch import load
from vgginspect.report.checks import Check, Whole, plan_facts, whole_facts, whole_of
from vgginspect.text.printable import printable

if TYPE_CHECKING:
    from torch import nn


def verify(plan: Plan) -> Check:
    """Build the network of a Plan's Config with PyTorch, run it, and hold the Plan against it.

    Raises:
        ConfigError: the Plan was observed.
        DependencyError: PyTorch is missing or cannot be imported.
        CheckError: PyTorch refuses to build or to run it.
    """
    torch = load()
    from vgginspect.pytorch.vgg import VGG

    config = plan.config_for("verify")
    try:
        with torch.device("meta"):
            network = VGG(grow(config), init_weights=False)
    except (RuntimeError, TypeError, ValueError, OverflowError) as error:
        raise refused("build", error) from error
    return check(plan, network, f"PyTorch {torch.__version__}")


def verify_against_torchvision(plan: Plan) -> Check:
    """Hold a Plan against torchvision's own model of that configuration.

    Raises:
        ConfigError: torchvision has no such configuration.
        DependencyError: torchvision is missing or cannot be imported.
    """
    config = plan.config_for("verify")
    if config.model is None:
        raise _no_such_model(config)
    torch = load()
    from vgginspect.pytorch.import_torchvision import load as load_torchvision

    models = load_torchvision()
    with torch.device("meta"):
        network = getattr(models, config.model)(
            num_classes=config.num_classes, dropout=config.dropout, init_weights=False
        )
    version = load_torchvision("torchvision").__version__
    return check(plan, network, f"torchvision {version} {config.model}")


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


def check(plan: Plan, network: "nn.Module", against: str) -> Check:
    """Observe a network made on the meta device, and hold a Plan against it fact by fact.

    Raises:
        CheckError: the network does not run on the Plan's input.
    """
    from vgginspect.pytorch.observe import observe

    try:
        observed, whole = observe(network, plan.config_for("verify"))
    except Exception as error:
        raise refused("run", error) from error
    return _held(plan, observed, whole, against)


def check_observed(plan: Plan, observed: Plan, whole: Whole, against: str) -> Check:
    """Hold a Plan against what was observed of a builder.

    A builder that makes the features alone is held against the features.
    """
    if plan.head and not observed.head:
        plan = grow(plan.config_for("verify")._replace(features_only=True))
    return _held(plan, observed, whole, printable(against))


def _held(plan: Plan, observed: Plan, whole: Whole, against: str) -> Check:
    from vgginspect.pytorch.rule_of_module import defaults_of_types

    defaults = defaults_of_types(layer.type for layer in plan.layers)
    facts = (*plan_facts(plan, observed, defaults), *whole_facts(whole_of(plan), whole))
    return Check(against, facts)


def refused(what: str, error: Exception) -> CheckError:
    """The error of a network that PyTorch does not build or run."""
    reason = printable(str(error).strip().partition("\n")[0][:300])
    return CheckError(f"PyTorch cannot {what} this network: {type(error).__name__}: {reason}")
