"""What every command is and takes, read off the application: for manuals and references."""

from collections import Counter
from typing import Any, NamedTuple

import typer

from vgginspect.cli.help import Parameter
from vgginspect.cli.typer_internals import described

#: An option of at least so many commands is described once.
SHARED_BY = 3


class Command(NamedTuple):
    """A command: ``own`` has what is described here, ``shared`` what is described once for all."""

    name: str
    usage: str
    help: str
    own: tuple[Parameter, ...]
    shared: tuple[Parameter, ...]


class Application(NamedTuple):
    """The whole command line."""

    summary: str
    help: str
    options: tuple[Parameter, ...]
    commands: tuple[Command, ...]
    shared: tuple[Parameter, ...]


def describe(root: Any) -> Application:
    """Describe the application of this root context."""
    group = root.command
    contexts = {name: _context(root, name) for name in group.list_commands(root)}
    parameters = {name: _parameters(ctx) for name, ctx in contexts.items()}
    counts = Counter(parameter for own in parameters.values() for parameter in own)
    shared = tuple(parameter for parameter, count in counts.items() if count >= SHARED_BY)
    commands = tuple(
        Command(
            name,
            " ".join(ctx.command.collect_usage_pieces(ctx)),
            ctx.command.help,
            tuple(parameter for parameter in parameters[name] if parameter not in shared),
            tuple(parameter for parameter in parameters[name] if parameter in shared),
        )
        for name, ctx in contexts.items()
    )
    summary, _, rest = group.help.partition("\n\n")
    return Application(summary.strip(), rest, _parameters(root), commands, shared)


def root_context() -> Any:
    """The context of the application itself, as a command finds it."""
    from vgginspect.cli.app import app

    return typer.main.get_command(app).make_context("vgginspect", [], resilient_parsing=True)


def _context(root: Any, name: str) -> Any:
    command = root.command.get_command(root, name)
    return command.make_context(name, [], parent=root, resilient_parsing=True)


def _parameters(ctx: Any) -> tuple[Parameter, ...]:
    return tuple(Parameter(*described(each)) for each in ctx.command.get_params(ctx))
