"""A checkpoint as a CONFIG: ``vgg16.pth``, ``mine.pth+bn``; it is identified by its tensors."""

import re
from collections.abc import Callable
from typing import NamedTuple

from vgginspect.checkpoint.identify import INFERRED, UNKNOWN, Finding, identify
from vgginspect.checkpoint.reader import Checkpoint, read_checkpoint
from vgginspect.checkpoint.weights import NamedTensors, tensors_of_file
from vgginspect.errors import CheckError
from vgginspect.text.printable import printable

_SUFFIXES = r"pth|pt|pth\.tar|ckpt|bin|safetensors|index\.json|npz|npy|pkl"
#: Names of checkpoints.
FILE_NAME = re.compile(rf".+\.(?:{_SUFFIXES})", re.IGNORECASE | re.DOTALL)
_ARGUMENT = re.compile(rf"({FILE_NAME.pattern})(\+.*)?", re.IGNORECASE | re.DOTALL)


class IdentifiedFile(NamedTuple):
    """A checkpoint that was given as a CONFIG: its name, the options after it, what it holds."""

    name: str
    options: str
    checkpoint: Checkpoint
    finding: Finding

    @property
    def config_text(self) -> str:
        """The CONFIG, with the options."""
        return self.finding.config.argument + self.options

    @property
    def note(self) -> str:
        """What it was taken for, and what its tensors do not show."""
        parts = [f"note: {printable(self.name)} is taken for {self.finding.config.argument[:200]}"]
        for word, certainty in (("assumed", INFERRED), ("unknown", UNKNOWN)):
            facts = [fact.name for fact in self.finding.facts if fact.certainty == certainty]
            if facts:
                parts.append(f"{word}: {', '.join(facts).replace('_', ' ')}")
        if self.finding.others:
            parts.append(f"not part of it: {len(self.finding.others):,} tensors")
        return "; ".join(parts)


def identified(text: str, note: Callable[[str], None]) -> IdentifiedFile | None:
    """The checkpoint that a CONFIG names; None if it names none.

    Args:
        text: ``FILE``, or ``FILE+option=value``.
        note: called with a line about what was assumed.

    Raises:
        OutputError: it cannot be read.
        CheckError: it is not a checkpoint, or not a VGG.
    """
    match = _ARGUMENT.fullmatch(text)
    if match is None:
        return None
    checkpoint = read_checkpoint(match[1])
    finding = identify(checkpoint.shapes, checkpoint.cfg_lists)
    found = IdentifiedFile(match[1], match[2] or "", checkpoint, finding)
    note(found.note)
    return found


def file_tensors(name: str) -> NamedTensors:
    """The tensors of a checkpoint, also of one that is no VGG.

    Raises:
        OutputError: it cannot be read.
        CheckError: it is not a checkpoint.
    """
    checkpoint = read_checkpoint(name)
    try:
        finding = identify(checkpoint.shapes, checkpoint.cfg_lists)
    except CheckError:
        finding = None
    return tensors_of_file(name, checkpoint, finding)
