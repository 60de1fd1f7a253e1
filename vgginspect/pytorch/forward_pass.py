"""Run one forward pass on the CPU with random weights; measure time and memory."""

import os
import sys
from time import perf_counter
from typing import Any, NamedTuple

try:
    # Before the user's own files can be found under this name.
    import resource
except ImportError:
    resource = None  # type: ignore[assignment]

from vgginspect.errors import CheckError
from vgginspect.network.plan import Plan
from vgginspect.network.rules import FLOAT32_BYTES
from vgginspect.pytorch.import_torch import load
from vgginspect.report.checks import Fact, WitnessCheck
from vgginspect.shape import Shape


class Pass(NamedTuple):
    """Output shape, time and memory of a forward pass of one image.

    ``peak_bytes`` is the peak memory of the whole process, including PyTorch, or None if the system
    does not report it.
    """

    output_shape: Shape
    build_seconds: float
    seconds: float
    peak_bytes: int | None

    def document(self) -> dict[str, Any]:
        """The JSON object of a pass."""
        return {**self._asdict(), "output_shape": list(self.output_shape)}


def forward(plan: Plan) -> Pass:
    """Build a network with weights and run it on one random image.

    Raises:
        DependencyError: PyTorch is missing or cannot be imported.
        CheckError: it does not fit in this machine's memory, or PyTorch cannot run it.
    """
    _fits(plan)
    torch = load()
    from vgginspect.pytorch.verify import refused
    from vgginspect.pytorch.vgg import VGG

    start = perf_counter()
    try:
        network = VGG(plan.config_for("--forward"), init_weights=False).eval()
        images = torch.rand(1, *plan.input_shape)
        built = perf_counter()
        with torch.inference_mode():
            output = network(images)
    except (RuntimeError, MemoryError) as error:
        raise refused("run", error) from error
    done = perf_counter()
    return Pass(tuple(output.shape[1:]), built - start, done - built, _peak())


def check_shape(plan: Plan, run: Pass) -> WitnessCheck:
    """Compare the output shape with the Plan's."""
    expected, found = list(plan.layers[-1].output_shape), list(run.output_shape)
    fact = Fact("forward", "model", "output_shape", expected, found)
    return WitnessCheck("forward pass", (fact,))


def _fits(plan: Plan) -> None:
    largest = max(layer.activation_bytes for layer in plan.layers)
    image = FLOAT32_BYTES * plan.input_shape[0] * plan.input_shape[1] * plan.input_shape[2]
    check_room("a forward pass", plan.totals.param_bytes + max(largest, image), "--forward")


def check_room(what: str, needed: int, option: str) -> None:
    """Check that this machine has so many bytes of memory.

    Raises:
        CheckError: it has less.
    """
    memory = _memory()
    if memory is not None and needed > memory:
        raise CheckError(
            f"{what} needs at least {needed / 1e9:,.1f} GB, but this machine has "
            f"{memory / 1e9:,.1f} GB; without {option} no weights are allocated"
        )


def _memory() -> int | None:
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return None


def _peak() -> int | None:
    if resource is None:
        return None
    # Linux counts in KiB, macOS in bytes.
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
