"""The command line: one file for each command, loaded only when that command is used."""

import gc
import sys

from vgginspect.errors import VGGInspectError


def main(args: list[str] | None = None) -> None:
    """Run the command line and exit: 0 good, 1 a check failed, 2 wrong usage or input."""
    # Nothing made while starting up is garbage; looking for some takes a twentieth of the time.
    gc.disable()
    try:
        from vgginspect.cli.app import run

        run(args)
    except KeyboardInterrupt:
        sys.exit(130)
    except VGGInspectError as error:
        from vgginspect.cli.output import complain

        complain(str(error))
        sys.exit(error.exit_code)
