"""Compare the memory that is computed for a Plan with that of a real training step."""

from vgginspect.analysis.memory import memory
from vgginspect.analysis.memory_settings import Settings
from vgginspect.network.plan import Plan
from vgginspect.pytorch.forward_pass import check_room
from vgginspect.pytorch.memory_tracker import measure
from vgginspect.pytorch.verify import refused
from vgginspect.report.checks import Fact, WitnessCheck

#: Images of the training step that is measured.
SMALL_BATCH = 2


def check_memory(plan: Plan) -> WitnessCheck:
    """Compare the memory of a Plan with a real training step and a forward pass of a small batch.

    Raises:
        ConfigError: the memory is not known.
        CheckError: it does not fit in this machine's memory, or PyTorch cannot run it.
    """
    config = plan.config_for("--memory")
    found = memory(plan, Settings(SMALL_BATCH, device="cpu"))
    check_room("a training step", found.training.peak.bytes, "--memory")
    try:
        measured = measure(config, SMALL_BATCH)
    except (RuntimeError, MemoryError) as error:
        raise refused("train", error) from error
    parts = {name: getattr(found.training, name, None) for name in measured._fields}
    parts["peak_bytes"] = found.training.peak.bytes
    parts["inference_peak_bytes"] = found.inference.peak.bytes
    facts = (
        Fact("memory", "memory", name, parts[name], value)
        for name, value in measured._asdict().items()
    )
    return WitnessCheck(f"a training step of {SMALL_BATCH} images", tuple(facts))
