"""What is measured: one function for each question, each yielding rows for a table."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

from tests.benchmarks.measure import Pair, Run, alternate, python, repeat, vgginspect
from tests.benchmarks.measure import run as run_once

Row = tuple[str, ...]
PROGRAMS = Path(__file__).parent / "programs"
#: VGG16 with every number of channels left open.
SHAPE = tuple("xxMxxMxxxMxxxMxxxM")
PEERS = ("torchinfo", "torchsummary", "fvcore", "ptflops")
#: Of those that estimate memory: the package, and its module.
MEMORY_PEERS = {"torchinfo": "torchinfo", "torch-kitsune": "kitsune"}
PAIR_TITLE = (
    "command",
    "compared with",
    "s",
    "its s",
    "time ratio",
    "MiB",
    "its MiB",
    "memory ratio",
)


def _program(name: str, *args: str) -> list[str]:
    return python(str(PROGRAMS / name), *args)


def _pair(name: str, against: str, pair: Pair) -> Row:
    return (
        name,
        against,
        f"{pair.first.seconds:.3f}",
        f"{pair.second.seconds:.3f}",
        f"{pair.time_ratio:.2f}",
        f"{pair.first.mebibytes:.0f}",
        f"{pair.second.mebibytes:.0f}",
        f"{pair.memory_ratio:.2f}",
    )


def startup(times: int, folder: Path) -> Iterator[Row]:
    """Everyday commands against the smallest Typer applications of the same kind."""
    yield PAIR_TITLE
    table, hello = _program("hello_table.py"), _program("hello.py")
    for args, floor, name in (
        (["summary", "D"], table, "hello_table.py"),
        (["trace", "A"], table, "hello_table.py"),
        (["summary", "D", "--format", "json"], hello, "hello.py"),
        (["summary", "D", "--get", "totals.params"], hello, "hello.py"),
    ):
        yield _pair(" ".join(args), name, alternate(vgginspect(*args), floor, times))


def peers(times: int, folder: Path) -> Iterator[Row]:
    """The same question put to other inspectors, on torchvision's vgg16."""
    yield PAIR_TITLE
    for name in PEERS:
        if find_spec(name) is None:
            yield (name, "not installed, skipped", "", "", "", "", "", "")
            continue
        pair = alternate(_program("peer.py", name), vgginspect("summary", "D"), max(3, times // 6))
        yield _pair(f"{name} on vgg16", "summary D", pair)


def memory(times: int, folder: Path) -> Iterator[Row]:
    """Memory of vgg16 at batch 32 with Adam, against its table, and from other tools."""
    yield PAIR_TITLE
    ours = vgginspect("memory", "D", "--batch-size", "32")
    yield _pair("memory D", "summary D", alternate(ours, vgginspect("summary", "D"), times))
    for name, module in MEMORY_PEERS.items():
        if find_spec(module) is None:
            yield (name, "not installed, skipped", "", "", "", "", "", "")
            continue
        pair = alternate(_program("memory_peer.py", name), ours, 3)
        yield _pair(f"{name} on vgg16", "memory D", pair)


def checkpoints(times: int, folder: Path) -> Iterator[Row]:
    """Commands on a checkpoint of 553 MB, against a table."""
    yield PAIR_TITLE
    file = folder / "vgg16.pth"
    run_once(_program("save_vgg16.py", str(file)))
    table = vgginspect("summary", "D")
    for name, args in (
        ("identify vgg16.pth", ("identify", str(file))),
        ("weights D+classes=10 vgg16.pth --code", ("weights", "D+classes=10", str(file), "--code")),
    ):
        yield _pair(name, "summary D", alternate(vgginspect(*args), table, times))
    file.unlink()


def torch(times: int, folder: Path) -> Iterator[Row]:
    """The commands that need torch, against importing it, and the same file."""
    yield PAIR_TITLE
    plain = python("-c", "import torch")
    yield _pair("verify D", "import torch", alternate(vgginspect("verify", "D"), plain, 7))
    file = str(PROGRAMS / "vgg.py")
    ours = vgginspect("summary", f"{file}:VGG19")
    yield _pair("summary vgg.py:VGG19", "python vgg.py", alternate(ours, python(file), 7))


def pictures(times: int, folder: Path) -> Iterator[Row]:
    """Pictures and pages of the largest network, against its table."""
    yield PAIR_TITLE
    floor = vgginspect("summary", "vgg19_bn")
    for style, suffix in (("blocks", "svg"), ("growth", "svg"), ("costs", "svg"), (None, "html")):
        options = ["--style", style] if style else []
        file = folder / f"vgg19_bn.{suffix}"
        pair = alternate(vgginspect("draw", "vgg19_bn", *options, "-o", str(file)), floor, times)
        yield _pair(
            " ".join(["draw vgg19_bn", *options, f"-o FILE.{suffix}"]), "summary vgg19_bn", pair
        )


def growth(times: int, folder: Path) -> Iterator[Row]:
    """Long cfg lists: time for each token, the time of a list of one token taken off.

    Lengths are run in turn, and the fastest run of each counts: what a thousand tokens take is
    less than what the start of a process varies.
    """
    yield ("command", "tokens", "s", "µs per token", "peak MiB")
    sizes = [1, 10**2, 10**3, 10**4, 10**5] + ([10**6] if times >= 10 else [])
    for size in sizes:
        # Piece by piece: a process's peak counts the memory of the one that started it.
        with (folder / f"{size}.cfg").open("w") as stream:
            stream.writelines(f"{8 * (1 + i % 64)}," for i in range(size - 1))
            stream.write("8")
    for args in (["summary", "--format", "csv"], ["trace", "--format", "jsonl"]):
        runs: dict[int, list[Run]] = {size: [] for size in sizes}
        for turn in range(4 * times):
            for size in sizes:
                if turn < max(2, 4 * times * 10**4 // size):
                    file = folder / f"{size}.cfg"
                    options = [*args[1:], "--features-only"]
                    runs[size].append(run_once(vgginspect(args[0], f"@{file}", *options)))
        seconds = {size: min(each.seconds for each in those) for size, those in runs.items()}
        for size in sizes[1:]:
            name = " ".join([args[0], "@FILE", *args[1:]])
            each = (seconds[size] - seconds[1]) / size * 1e6
            peak = max(each.mebibytes for each in runs[size])
            yield (name, f"{size:,}", f"{seconds[size]:.3f}", f"{each:.1f}", f"{peak:.0f}")


def batch(times: int, folder: Path) -> Iterator[Row]:
    """Configurations of VGG16's length with random channels, no two alike, a second a core."""
    yield ("call", "configs", "configs per second", "peak MiB")
    count = 20_000 if times >= 10 else 4_000
    file = folder / "lines.txt"
    draw = random.Random(0)
    with file.open("w") as stream:
        for _ in range(count):
            entries = (str(draw.randint(1, 512)) if t == "x" else t for t in SHAPE)
            stream.write(",".join(entries) + "\n")
    rates = subprocess.run(
        _program("rate.py", str(file)), stderr=subprocess.PIPE, text=True, check=True
    ).stderr.split()
    yield ("plan(text).totals", f"{count:,}", f"{int(rates[0]):,}", "")
    yield ("grow(config).totals", f"{count:,}", f"{int(rates[1]):,}", "")
    empty = repeat(vgginspect("summary", "A", "--format", "jsonl"), 5)
    cost = repeat(vgginspect("summary", f"@{file}", "--lines", "--format", "jsonl"), 3)
    rate = count / (cost.seconds - empty.seconds)
    name = "summary @FILE --lines --format jsonl"
    yield (name, f"{count:,}", f"{rate:,.0f}", f"{cost.mebibytes:.0f}")


def imports(times: int, folder: Path) -> Iterator[Row]:
    """What each command imports: our own modules and all of them, and whether torch or rich is."""
    yield ("command", "own modules", "modules", "rich", "torch")
    for args in (
        ["summary", "D"],
        ["summary", "D", "--format", "json"],
        ["trace", "A"],
        ["configs"],
        ["layer", "D", "conv4_2"],
        ["compare", "A", "B"],
        ["code", "A"],
        ["draw", "A", "-o", str(folder / "a.svg")],
    ):
        modules = imported(args)
        own = sum(name.split(".")[0] == "vgginspect" for name in modules)
        shown = " ".join(args) if args[0] != "draw" else "draw A -o FILE.svg"
        answers = ["yes" if top in modules else "no" for top in ("rich", "torch")]
        yield (shown, str(own), str(len(modules)), *answers)


def imported(args: list[str]) -> set[str]:
    """The modules in ``sys.modules`` when a command is done."""
    program = (
        "import sys\nfrom vgginspect.cli import main\n"
        "try: main()\nfinally: print('\\n'.join(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *args], capture_output=True, text=True, check=True
    )
    return set(done.stderr.split())


CASES: dict[str, Callable[[int, Path], Iterator[Row]]] = {
    case.__name__: case
    for case in (startup, peers, memory, checkpoints, torch, pictures, growth, batch, imports)
}


def clock() -> str:
    """Today, for the head of a report."""
    return time.strftime("%Y-%m-%d")
