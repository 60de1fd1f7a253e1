"""``vgginspect verify``."""

from collections.abc import Callable, Iterator
from typing import Annotated, Any

import typer

from vgginspect.cfg.network_text import PYTHON, is_python
from vgginspect.cli.config_argument import (
    config_of,
    config_text,
    may_name_file,
    read_plan,
)
from vgginspect.cli.options import (
    BuilderOption,
    OnErrorOption,
    completion,
    model_options,
    report_options,
)
from vgginspect.cli.output import ReportOptions, emit, ignore_closed_pipe, print_error
from vgginspect.cli.time_limit import seconds_in
from vgginspect.errors import CheckError, ConfigError, InputSizeError, VGGInspectError
from vgginspect.network.grow import grow
from vgginspect.network.plan import Plan
from vgginspect.text.printable import printable
from vgginspect.views.verify import Check, report, report_of_several

#: Witnesses that can be asked for.
KINDS = ("pytorch", "code", "torchvision")


@model_options
@report_options
def command(
    configs: Annotated[
        list[str],
        typer.Argument(
            metavar="NETWORK",
            show_default=False,
            help="One or more, as for summary; PyTorch is imported once for all.",
            autocompletion=completion("config"),
        ),
    ],
    against: Annotated[
        list[str] | None,
        typer.Option(
            "--against",
            metavar="pytorch|code|torchvision|CONFIG",
            show_default=False,
            help=(
                "Compare with only one of them: the network in plain PyTorch, the source that "
                "'vgginspect code' prints, or torchvision's model; repeat it for two; for a "
                "network in Python, the CONFIG that it should be. [default: all available]"
            ),
            autocompletion=completion("one_of", *KINDS),
        ),
    ] = None,
    builder: BuilderOption = None,
    forward: Annotated[
        bool,
        typer.Option(
            "--forward",
            help="Also run a random image on the CPU with random weights; print time and memory.",
        ),
    ] = False,
    memory: Annotated[
        bool,
        typer.Option(
            "--memory",
            help="Also train on two images on the CPU, and compare the memory of every tensor.",
        ),
    ] = False,
    lines: Annotated[
        bool,
        typer.Option("--lines", help="Read every line as a CONFIG and print one row per line."),
    ] = False,
    on_error: OnErrorOption = None,
    *,
    options: ReportOptions,
    **model: Any,
) -> None:
    """Compare every number with real PyTorch modules.

    The network is built in plain PyTorch, from the source that 'vgginspect code' prints, and by
    torchvision if it has this model; each of them is run and measured. Weights are allocated only
    with --forward and --memory. The exit code is 1 if a value differs.
    """
    if any(map(is_python, configs)):
        given = {
            "--builder": builder, "--forward": forward, "--memory": memory, "--lines": lines,
        }  # fmt: skip
        if other := next((name for name, value in given.items() if value), None):
            raise ConfigError(f"{other} needs a CONFIG, and not a network in Python")
        _verify_python(configs, against, model, options)
        return
    against = list(dict.fromkeys(against or ()))
    if unknown := next((kind for kind in against if kind not in KINDS), None):
        raise ConfigError(f"--against must be pytorch, code or torchvision, not {unknown[:40]!r}")
    if on_error is not None and not lines:
        raise ConfigError("--on-error needs --lines")
    if lines and len(configs) > 1:
        raise ConfigError("--lines needs a single NETWORK: - (standard input) or @FILE")
    if configs.count("-") > 1:
        raise ConfigError("standard input can be read only once; save it to a file and use @FILE")
    done: list[Check] = []

    def compared(number: int, text: str, cfg: str) -> Check:
        one = _verified(number, text, cfg, model, against, builder, forward, memory)
        done.append(one)
        return one

    if lines:
        from vgginspect.cli.lines import Lines, line_text

        numbered = Lines(configs[0], on_error)

        def of_lines() -> Iterator[Check]:
            for number, text in numbered:
                try:
                    yield compared(number, text, line_text(text))
                except VGGInspectError as error:
                    numbered.handle(number, error)

        result = report_of_several(of_lines(), options.words, options.columns)
    elif len(configs) > 1:
        texts = [config_text(text) for text in configs]
        for label, text in zip(configs, texts, strict=True):
            try:
                _grown(text, model, builder, note=lambda _: None)
            except ConfigError as error:
                raise ConfigError(
                    f"{printable(label[:60])}: {error}\n"
                    '  a cfg list with spaces needs quotes: "64 M 128"'
                ) from None
        several = (compared(n, configs[n - 1], text) for n, text in enumerate(texts, 1))
        result = report_of_several(several, options.words, options.columns, configs)
    else:
        result = report(
            compared(1, configs[0], config_text(configs[0])), options.words, options.columns
        )
    ignore_closed_pipe(lambda: emit(result, options, whole=lines))
    bad = sum(one.facts - one.held for one in done)
    if bad:
        raise CheckError(f"{bad:,} of {sum(one.facts for one in done):,} values differ")
    if lines:
        numbered.finish()
        if not done:
            raise ConfigError("--lines found no NETWORK, so nothing was compared")


def _verify_python(
    configs: list[str], against: list[str] | None, model: dict[str, Any], options: ReportOptions
) -> None:
    """Compare a network in Python with itself, read by other means, or with another network."""
    from vgginspect.views.compare import sides
    from vgginspect.views.layer_differences import all_alike
    from vgginspect.views.layer_differences import report as differences

    if len(configs) != 1 or len(against or ()) > 1:
        raise ConfigError(
            "verify takes one network in Python at a time, and one to compare it with"
        )
    if against and against[0] in KINDS:
        raise ConfigError(
            f"--against {against[0]} needs a CONFIG; what a network in Python should be is a "
            "CONFIG too, as in --against D"
        )
    if not against:
        from vgginspect.cli.network_argument import observed

        match = PYTHON.fullmatch(configs[0])
        assert match is not None
        seen = observed(match, model, print_error)
        from vgginspect.pytorch.module_witness import check_module

        check = check_module(seen.plan, seen.network, seconds_in(model))
        one = Check(1, configs[0], seen.plan, (check,))
        ignore_closed_pipe(lambda: emit(report(one, options.words, options.columns), options))
        if not one.good:
            raise CheckError(f"{one.facts - one.held:,} of {one.facts:,} values differ")
        return
    texts = [against[0], configs[0]]
    compared = sides(texts, [read_plan(text, model) for text in texts])
    said = differences(compared, options.words, options.columns)
    ignore_closed_pipe(lambda: emit(said, options))
    if not all_alike(compared):
        raise CheckError(f"{printable(configs[0][:60])} differs from {printable(texts[0][:60])}")


def _verified(
    number: int,
    text: str,
    cfg: str,
    model: dict[str, Any],
    against: list[str],
    builder: str | None,
    forward: bool,
    memory: bool,
) -> Check:
    """Compare the network of a CONFIG's text with all its references."""
    plan = _grown(cfg, model, builder)
    from vgginspect.pytorch.import_torch import load

    load()
    from vgginspect.pytorch import verify

    kinds: list[str | None] = [*against] or [None]
    checks = [check for kind in kinds for check in verify.verify(plan, kind)]
    if forward:
        from vgginspect.pytorch import forward_pass
    if builder is not None:
        from vgginspect.cli.builder_option import observed

        seen = observed(builder, cfg, model)
        checks.append(verify.check_observed(plan, seen.plan, seen.whole, builder))
        if plan.head and not seen.plan.head:
            print_error(f"note: {builder} makes only the features; the head is not compared")
    if may_name_file(text):
        from vgginspect.cli.checkpoint_argument import identified

        file = identified(text, note=lambda _: None)
        if file is not None:
            config = plan.config_for("verify")
            checks.append(verify.check_file(config, file.finding))
    if memory:
        from vgginspect.pytorch.memory_check import check_memory

        checks.append(check_memory(plan))
    run = None
    if forward:
        done = forward_pass.forward(plan)
        checks.append(forward_pass.check_shape(plan, done))
        run = done.document()
    skipped = () if against else verify.left_out(plan.config_for("verify"))
    return Check(number, text, plan, tuple(checks), run, skipped)


def _grown(
    text: str,
    model: dict[str, Any],
    builder: str | None,
    note: Callable[[str], None] = print_error,
) -> Plan:
    try:
        return grow(config_of(text, model, note))
    except ConfigError as error:
        if builder is None or isinstance(error, InputSizeError):
            raise
        raise ConfigError(
            f"{error}\n  verify compares your builder with the network the list describes; "
            "'trace --builder' accepts entries of any kind"
        ) from None
