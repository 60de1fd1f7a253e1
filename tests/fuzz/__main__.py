"""Fuzz one door for long: ``python -m tests.fuzz cfg --runs 1000000``.

Needs ``atheris``: ``pip install -e '.[test,fuzz]'``. A defect ends the run with its input in
``tests/fuzz/found/``; give it a case in ``tests/fuzz/cases/`` when it is mended. An input that
takes 10 seconds, or more than 1 GiB of memory, is a defect as well.
"""

from __future__ import annotations

import argparse
import importlib
import os
import pkgutil
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
    parser.add_argument("--corpus", type=Path, help="a folder that keeps the inputs of interest")
    chosen = parser.parse_args()
    import atheris

    # What is loaded before is not instrumented: torch would drown our own branches.
    if chosen.door == "checkpoint":
        import torch  # noqa: F401
    with atheris.instrument_imports(include=["vgginspect"]):
        from tests.fuzz.doors import DOORS, closed_standard_input
        from tests.fuzz.seeds import dictionary, seeds

        _import_all(with_torch=chosen.door == "checkpoint")
    door = DOORS[chosen.door]
    found = HERE / "found"
    found.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        room = Path(scratch)
        corpus = chosen.corpus.resolve() if chosen.corpus else room / "corpus"
        for folder in (corpus, room / "door", room / "seeds"):
            folder.mkdir(exist_ok=True, parents=True)
        for number, seed in enumerate(seeds(chosen.door)):
            (room / "seeds" / f"seed{number}").write_bytes(seed)
        pieces = room / "dictionary"
        pieces.write_text("".join(_entry(word) for word in dictionary(chosen.door)))
        os.chdir(room / "door")
        # Nothing of a person's own is in reach.
        os.environ["HOME"] = str(room / "door")
        closed_standard_input()
        options = [
            f"-runs={chosen.runs}",
            f"-seed={chosen.seed}",
            "-timeout=10",
            "-rss_limit_mb=1024",
            "-max_len=4096",
            "-print_final_stats=1",
            f"-dict={pieces}",
            f"-artifact_prefix={found}/",
        ]
        atheris.Setup([sys.argv[0], *options, str(corpus), str(room / "seeds")], door)
        atheris.Fuzz()


def _import_all(with_torch: bool) -> None:
    """Import what commands import when they are used, while imports are instrumented."""
    import vgginspect

    for module in pkgutil.walk_packages(vgginspect.__path__, "vgginspect."):
        bridge = module.name.startswith("vgginspect.pytorch")
        if (with_torch or not bridge) and not module.name.endswith("__main__"):
            importlib.import_module(module.name)


def _entry(word: bytes) -> str:
    return '"' + "".join(f"\\x{byte:02x}" for byte in word) + '"\n'


if __name__ == "__main__":
    main()
