"""A checkpoint as a CONFIG: ``vgg16.pth``, ``mine.pth+bn``; it is identified by its tensors."""

from collections.abc import Callable
from typing import NamedTuple

from vgginspect.checkpoint.identify import INFERRED, UNKNOWN, Finding, identify_file
from vgginspect.checkpoint.reader import FILE_ARGUMENT
from vgginspect.shape import shape_text
from vgginspect.text.printable import printable


class IdentifiedFile(NamedTuple):
    """A checkpoint that was given as a CONFIG, and the options after its name."""

    finding: Finding
    options: str

    @property
    def config_text(self) -> str:
        """The CONFIG, with the options."""
        return self.finding.config.argument + self.options

    @property
    def note(self) -> str:
        """What it was taken for, and what its tensors do not show."""
        finding = self.finding
        parts = [f"note: {printable(finding.file)} is taken for {finding.config.argument[:200]}"]
        for word, certainty in (("assumed", INFERRED), ("unknown", UNKNOWN)):
            facts = [fact.name for fact in finding.facts if fact.certainty == certainty]
            if facts:
                said = ", ".join(facts).replace("_", " ")
                size = shape_text(finding.config.input_shape[1:])
                parts.append(f"{word}: {said.replace('input size', f'input size (here {size})')}")
        if finding.others:
            parts.append(f"not part of it: {len(finding.others):,} tensors")
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
    match = FILE_ARGUMENT.fullmatch(text)
    if match is None:
        return None
    found = IdentifiedFile(identify_file(match[1]), match[2] or "")
    note(found.note)
    return found
