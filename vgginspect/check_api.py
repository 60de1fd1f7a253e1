"""The Python API for comparisons: ``compare`` and ``verify``, and how their results display."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from vgginspect.api import observation
from vgginspect.api import plan as plan_of
from vgginspect.cfg.config import Config
from vgginspect.cfg.network_text import is_python
from vgginspect.errors import ConfigError
from vgginspect.lang import Words, words
from vgginspect.network.plan import Plan
from vgginspect.report.model import Report
from vgginspect.views import compare as lists
from vgginspect.views import layer_differences as layers
from vgginspect.views.notebook import usual_words
from vgginspect.views.verify import Check
from vgginspect.views.verify import report as report_of

#: What names a network: a Plan, what ``plan`` takes, ``"vgg.py:VGG"``, or a module.
Network = Any


class Comparison(NamedTuple):
    """Networks that are compared with the first of them. Immutable.

    ``same``: whether they are one network. A notebook displays the output of ``compare``.
    """

    plans: tuple[Plan, ...]
    labels: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Whether all of them compute the same."""
        sides = lists.sides(self.labels, self.plans)
        return lists.all_same(sides) if self._by_lists else layers.all_alike(sides)

    @property
    def _by_lists(self) -> bool:
        return all(plan.config for plan in self.plans)

    def document(self) -> dict[str, Any]:
        """The JSON object that ``compare --format json`` prints."""
        values = ((name, made()) for name, made in self._report(words("en")).document.items())
        return {name: list(one) if isinstance(one, Iterator) else one for name, one in values}

    def __repr__(self) -> str:
        names = ", ".join(self.labels)
        return f"<Comparison of {names}: {'the same' if self.same else 'different'}>"

    def _repr_html_(self) -> str:
        return _html(self._report(usual_words()))

    def _report(self, spoken: Words) -> Report:
        sides = lists.sides(self.labels, self.plans)
        return lists.report(sides, spoken) if self._by_lists else layers.report(sides, spoken)


def compare(first: Network, *others: Network) -> Comparison:
    """Compare networks with the first one: their totals, options, token lists or layers.

    Args:
        first: a Plan, what ``plan`` takes, or a network in Python: ``"vgg.py:VGG"`` or a module.
        others: the same.

    Returns:
        The Comparison: ``same``, ``document()``.

    Raises:
        ConfigError: a cfg or an option is invalid, or there is only one network.
        BuilderError: a network in Python cannot be made or run.
    """
    if not others:
        raise ConfigError("compare takes two networks or more")
    plans = tuple(_plan(network) for network in (first, *others))
    labels = (
        network if isinstance(network, str) else plan.label
        for network, plan in zip((first, *others), plans, strict=True)
    )
    return Comparison(plans, tuple(labels))


def verify(network: Network, against: str | None = None, **options: Any) -> Check:
    """Compare every number of a network with real PyTorch modules that are built and run.

    A network in Python is compared with itself, read by other means.

    Args:
        network: a Plan that was computed, or what ``plan`` takes, or a network in Python:
            ``"vgg.py:VGG"``, its Plan, or a ``torch.nn.Module``, which is left as it was.
        against: only ``"pytorch"``, ``"code"`` or ``"torchvision"``.
        options: those of ``plan``; of a network in Python those of ``observe``.

    Returns:
        The Check: ``good``, ``facts``, ``held``, ``checks``, ``document()``.

    Raises:
        ConfigError: the cfg or an option is invalid, or the Plan is of a module that is not here.
        CheckError: PyTorch cannot build or run the network.
        DependencyError: PyTorch, or torchvision if it was requested, is missing.
    """
    target, seen = network, None
    if isinstance(network, Plan) and network.origin:
        target = network.origin.what
        if ":" not in target:
            raise ConfigError("pass the module itself to verify; a Plan does not have it")
        options = {"input_size": network.input_shape, **network.origin.arguments, **options}
    if hasattr(target, "named_parameters") or (isinstance(target, str) and is_python(target)):
        if against is not None:
            raise ConfigError(f"against {against!r} needs a CONFIG")
        seen = observation(target, options.pop("input_size", None), options)
    from vgginspect.pytorch.import_torch import load

    load()
    if seen is not None:
        from vgginspect.pytorch.module_witness import check_module

        plan = network if isinstance(network, Plan) else seen.plan
        return Check(1, plan.label, plan, (check_module(plan, seen.network),))
    from vgginspect.pytorch import verify as real

    plan = network if isinstance(network, Plan) else plan_of(network, **options)
    skipped = () if against else real.left_out(plan.config_for("verify"))
    return Check(1, plan.label, plan, tuple(real.verify(plan, against)), skipped=skipped)


def _plan(network: Network | str | Config | Iterable[object]) -> Plan:
    if isinstance(network, Plan):
        return network
    if hasattr(network, "named_parameters") or (isinstance(network, str) and is_python(network)):
        return observation(network, None, {}).plan
    return plan_of(network)


def _html(shown: Report) -> str:
    from vgginspect.render.html import render

    return "".join(render(shown))


def _check_html(of: Check) -> str:
    return _html(report_of(of, usual_words()))


setattr(Check, "_repr_html_", _check_html)  # noqa: B010
