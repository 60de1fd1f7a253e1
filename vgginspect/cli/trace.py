"""``vgginspect trace``."""

from typing import Annotated, Any

import typer

from vgginspect.cli.config_argument import config_text, read_plan
from vgginspect.cli.options import (
    BuilderOption,
    ExplainOption,
    NetworkArgument,
    OnlyOption,
    completion,
    model_options,
    report_options,
)
from vgginspect.cli.output import ReportOptions, emit
from vgginspect.errors import ConfigError
from vgginspect.render import FORMATS


@model_options
@report_options
def command(
    config: NetworkArgument,
    cumulative: Annotated[
        bool, typer.Option("--cumulative", help="Print the whole layer list after each token.")
    ] = False,
    by: Annotated[
        str,
        typer.Option(
            "--by",
            metavar="token|stage",
            autocompletion=completion("one_of", "token", "stage"),
            help="One step per token, or per stage (convolutions and their pool).",
        ),
    ] = "token",
    step: Annotated[
        bool, typer.Option("--step", help="Step through interactively in the terminal.")
    ] = False,
    quiz: Annotated[
        bool,
        typer.Option("--quiz", help="Ask before each step what it does, and check the answers."),
    ] = False,
    steps: Annotated[
        str | None,
        typer.Option(
            "--steps",
            metavar="N-M",
            show_default=False,
            help="Print only these steps, such as 1-4 or 7.",
        ),
    ] = None,
    walk: Annotated[bool, typer.Option("--walk", help="Print the steps without tables.")] = False,
    table: Annotated[
        bool, typer.Option("--table", help="Print the tables of layers and totals alone.")
    ] = False,
    builder: BuilderOption = None,
    explain: ExplainOption = False,
    only: OnlyOption = None,
    *,
    options: ReportOptions,
    **model: Any,
) -> None:
    """Show which layers each token of the cfg list appends.

    A table of all layers and the totals follow.
    """
    from vgginspect.views.trace import report, within

    if by not in ("token", "stage"):
        raise ConfigError(f"--by must be token or stage, not {by[:40]!r}")
    if step or quiz:
        asked = "--step" if step else "--quiz"
        others = {
            "--quiz": step and quiz,
            "--cumulative": cumulative,
            "--steps": step and steps,
            "--by": quiz and by != "token",
            "--walk": walk,
            "--table": table,
            "--only": only,
            "--explain": explain,
            "--builder": quiz and builder,
            "--columns": options.columns,
            "--format": options.format,
            "--get": options.get,
            "--output": options.output,
        }
        for name, given in others.items():
            if given:
                raise ConfigError(f"{asked} cannot be combined with {name}")
        if quiz and config == "-":
            raise ConfigError("--quiz reads the answers from standard input; NETWORK cannot be -")
    span = None if steps is None else _span(steps)
    alone = {"--steps": span is not None, "--walk": walk, "--explain": explain}
    if table and (other := next((name for name, given in alone.items() if given), None)):
        raise ConfigError(f"--table cannot be combined with {other}")
    if explain and (walk or span):
        raise ConfigError(f"--explain cannot be combined with {'--walk' if walk else '--steps'}")
    if builder is not None and explain:
        raise ConfigError(
            "--explain cannot be combined with --builder: it computes the network at other input "
            "sizes from a CONFIG"
        )
    options.refuse([name for name in FORMATS if name != "table"], {"--cumulative": cumulative})
    options.refuse(("json", "jsonl"), {"--walk": walk, "--table": table})
    options.refuse(("jsonl", "csv", "tsv"), {"--explain": explain})
    options.refuse(("jsonl", *(() if table else ("csv", "tsv"))), {"--only": only})
    if builder is None:
        plan = read_plan(config, model)
    else:
        from vgginspect.cli.builder_option import observed

        plan = observed(builder, config_text(config), model).plan
    chosen = plan.iter_steps
    if by == "stage":
        from vgginspect.network.stages import by_stage

        def chosen() -> Any:
            return by_stage(plan.iter_steps())

    if step:
        from vgginspect.cli.trace_step import run

        run(plan, list(chosen()), options.words)
        return
    if quiz:
        from vgginspect.cli.trace_quiz import run as ask

        asked_of = plan.iter_steps if span is None else within(plan.iter_steps, span)
        ask(plan, asked_of(), options.words)
        return
    part = "walk" if walk else "table" if table else ""
    result = report(plan, options.words, options.columns, chosen, cumulative, only, part, span)
    if explain:
        from vgginspect.views.explain import explained

        result = explained(result, plan.config_like("--explain"))
    emit(result, options)


def _span(text: str) -> range:
    """The numbers of ``--steps``: ``3``, ``1-4``.

    Raises:
        ConfigError: it is not a number or a range.
    """
    first, dash, last = text.partition("-")
    last = last if dash else first
    if not (first.isdecimal() and last.isdecimal() and len(text) < 20):
        raise ConfigError(f"--steps takes a number or a range, such as 1-4, not {text[:40]!r}")
    numbers = range(int(first), int(last) + 1)
    if not numbers or numbers[0] < 1:
        raise ConfigError(f"--steps: {text} holds no step; steps count from 1")
    return numbers
