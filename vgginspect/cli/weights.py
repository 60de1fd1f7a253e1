"""``vgginspect weights``."""

from typing import Annotated, Any

import typer

from vgginspect.cfg.network_text import PYTHON, is_python
from vgginspect.checkpoint.named_tensors import NamedTensors, tensors_named, tensors_of_plan
from vgginspect.checkpoint.weights import LOADS, STATUSES, fit_tensors
from vgginspect.cli.config_argument import read_config
from vgginspect.cli.options import completion, model_options, report_options
from vgginspect.cli.output import ReportOptions, emit, ignore_closed_pipe, print_error, write
from vgginspect.cli.time_limit import model_in
from vgginspect.errors import CheckError, ConfigError
from vgginspect.lang import words
from vgginspect.network.grow import grow
from vgginspect.network.plan import Plan
from vgginspect.text.printable import printable
from vgginspect.views.weights import report


@model_options
@report_options
def command(
    network: Annotated[
        str,
        typer.Argument(
            metavar="NETWORK",
            show_default=False,
            help=(
                "The network that is to load the weights: a CONFIG, a checkpoint, or a network in "
                "Python."
            ),
            autocompletion=completion("config"),
        ),
    ],
    source: Annotated[
        str,
        typer.Argument(
            metavar="SOURCE",
            show_default=False,
            help="The weights: a checkpoint, or a CONFIG for weights of such a network; vgg16 for "
            "torchvision's.",
            autocompletion=completion("config"),
        ),
    ],
    code: Annotated[
        bool,
        typer.Option("--code", help="Print PyTorch lines that load all that can be loaded."),
    ] = False,
    only: Annotated[
        str | None,
        typer.Option(
            "--only",
            metavar="STATUS,…",
            show_default=False,
            help=f"Tensors in the table, by status: {', '.join(STATUSES)}; totals are of all.",
            autocompletion=completion("one_of", *STATUSES),
        ),
    ] = None,
    *,
    options: ReportOptions,
    **model: Any,
) -> None:
    """Show which tensors of a checkpoint a network loads, which it does not, and why.

    Options of the model are the network's. The exit code is 1 if load_state_dict would report
    anything; with --code it is 0.
    """
    if network == source == "-":
        raise ConfigError("standard input can be read only once; save it to a file and use @FILE")
    own = _of_python(network, model)
    if own is None and model_in(model):
        # With options, it is the network that a checkpoint stands for, not the file's own tensors.
        own = tensors_of_plan(grow(read_config(network, model)), network)
    elif own is None:
        own = tensors_named(network, _plan, as_network=True)
    fit = fit_tensors(own, _of_python(source, {}) or tensors_named(source, _plan))
    for side in (fit.network, fit.source):
        if side.why_none:
            print_error(
                f"note: {printable(side.label)} is {side.why_none}; only names are compared"
            )
    if code:
        from vgginspect.checkpoint.loading_code import loading_code, obstacle

        others = {"--columns": options.columns, "--format": options.format, "--get": options.get}
        others["--only"] = only
        for name, given in others.items():
            if given:
                raise ConfigError(f"--code cannot be combined with {name}")
        reason = obstacle(fit)
        if reason:
            source = printable(fit.source.label)
            raise CheckError(f"--code: {words('en')(f'weights_{reason}', source=source)}")
        write((f"{line}\n" for line in list(loading_code(fit))), options.output)
        return
    result = report(fit, options.words, options.columns, only)
    ignore_closed_pipe(lambda: emit(result, options))
    if not fit.strict:
        bad = sum(one.status != LOADS for one in fit.tensors)
        raise CheckError(f"{bad:,} of {len(fit.tensors):,} tensors do not load as they are")


def _plan(text: str) -> Plan:
    return grow(read_config(text, {}))


def _of_python(text: str, model: dict[str, Any]) -> NamedTensors | None:
    """All tensors of a network in Python; None if the text names none."""
    match = PYTHON.fullmatch(text) if is_python(text) else None
    if match is None:
        return None
    from vgginspect.cli.network_argument import observed

    seen = observed(match, model, print_error)
    tensors = tensors_of_plan(seen.plan, text, dict(seen.whole.state_dict))
    return tensors._replace(buffers=frozenset(key for key, _ in seen.network.named_buffers()))
