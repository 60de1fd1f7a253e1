"""Fuzz one door for long: ``python -m tests.fuzz cfg --runs 1000000`` (needs ``atheris``).

A defect ends the run with its input in ``tests/fuzz/found/``; give it a case in
``tests/fuzz/cases/`` when it is mended. An input that takes 10 seconds, or more than 1 GiB of
memory, is a defect as well.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent


def main() -> None:
    """Run the fuzzer until it has tried so many inputs."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("door", choices=["cfg", "arguments", "checkpoint"])
    parser.add_argument("--runs", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    import atheris

    # What is loaded before is not instrumented: torch would drown our own branches.
    if chosen.door == "checkpoint":
        import torch  # noqa: F401
    with atheris.instrument_imports(include=["vgginspect"]):
        import vgginspect.cli.app
        import vgginspect.views.walk  # noqa: F401
        from tests.fuzz.doors import DOORS, closed_standard_input
        from tests.fuzz.seeds import seeds
    door = DOORS[chosen.door]
    found = HERE / "found"
    found.mkdir(exist_ok=True)
    corpus = Path(tempfile.mkdtemp())
    for number, seed in enumerate(seeds(chosen.door)):
        (corpus / f"seed{number}").write_bytes(seed)
    os.chdir(tempfile.mkdtemp())
    closed_standard_input()
    options = [
        f"-runs={chosen.runs}",
        f"-seed={chosen.seed}",
        "-timeout=10",
        f"-rss_limit_mb={1024 if chosen.door != 'checkpoint' else 2048}",
        "-max_len=4096",
        "-print_final_stats=1",
        f"-artifact_prefix={found}/",
    ]
    atheris.Setup([sys.argv[0], *options, str(corpus)], door)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
