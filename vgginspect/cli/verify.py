"""``vgginspect verify``."""

from typing import Annotated, Any

import typer

from vgginspect.cli.config_argument import config_of, config_text
from vgginspect.cli.options import (
    BuilderOption,
    BuilderTimeoutOption,
    ConfigArgument,
    model_options,
    report_options,
)
from vgginspect.cli.output import ReportOptions, emit, outlast
from vgginspect.errors import CheckError, ConfigError, InputSizeError
from vgginspect.network.grow import grow
from vgginspect.network.plan import Plan


@model_options
@report_options
def command(
    config: ConfigArgument,
    against: Annotated[
        str | None,
        typer.Option(
            "--against",
            metavar="torchvision",
            show_default=False,
            help="Compare with torchvision's own model too.",
        ),
    ] = None,
    builder: BuilderOption = None,
    builder_timeout: BuilderTimeoutOption = None,
    forward: Annotated[
        bool,
        typer.Option(
            "--forward",
            help="Also run one image through it on the CPU, with random weights; time and memory.",
        ),
    ] = False,
    *,
    options: ReportOptions,
    **model: Any,
) -> None:
    """Build the network with PyTorch and prove every row of it.

    No weights are held in memory, but with --forward. The exit code is 1 if a fact does not hold.
    """
    if against not in (None, "torchvision"):
        raise ConfigError(f"--against takes torchvision, not {against[:40]!r}")
    if builder is None and builder_timeout is not None:
        raise ConfigError("--builder-timeout is for --builder, which is not given")
    text = config_text(config)
    plan = _grown(text, model, builder)
    said = options.words
    from vgginspect.pytorch import verify
    from vgginspect.views.verify import report

    checks = [verify.verify(plan)]
    if against == "torchvision":
        checks.append(verify.verify_against_torchvision(plan))
    if builder is not None:
        from vgginspect.cli.builder_option import observed

        seen = observed(builder, text, model, builder_timeout)
        checks.append(verify.check_observed(plan, seen.plan, seen.whole, builder))
    run = None
    if forward:
        from vgginspect.pytorch.forward_pass import check
        from vgginspect.pytorch.forward_pass import forward as forward_pass

        run = forward_pass(plan)
        checks.append(check(plan, run))
    shown = report(plan, checks, said, options.columns, run.document() if run else None)
    outlast(lambda: emit(shown, options))
    bad = sum(len(check.facts) - check.held for check in checks)
    if bad:
        facts = sum(len(check.facts) for check in checks)
        raise CheckError(f"{bad:,} of {facts:,} facts did not hold")


def _grown(text: str, model: dict[str, Any], builder: str | None) -> Plan:
    try:
        return grow(config_of(text, model))
    except ConfigError as error:
        if builder is None or isinstance(error, InputSizeError):
            raise
        raise ConfigError(
            f"{error}\n  verify holds a builder against what our own loop makes of the list; "
            "'trace --builder' walks a list in any dialect"
        ) from None
