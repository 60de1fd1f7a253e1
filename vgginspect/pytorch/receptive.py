"""Which pixels of the image each position of a feature map depends on, along one axis.

Windows may start before the image and end after it: padding is not cut off, so that the numbers are
the theoretical ones, whatever the size of the image.
"""

from collections.abc import Iterable
from math import gcd, lcm
from typing import NamedTuple

#: First and last pixel; None if a position depends on none.
Span = tuple[int, int] | None

#: Maps that repeat after more positions than this are not followed further.
MAX_PHASES = 1024


class Reach(NamedTuple):
    """Position ``i`` depends on ``spans[i % n]``, moved by ``step * (i // n)`` pixels.

    Of a map that was made by windows alone, ``n`` is 1. Upsampling by 2 makes it 2, since two
    neighbours read the same position. ``axis`` is 0 along the height of the image, 1 along its
    width.
    """

    step: int
    spans: tuple[Span, ...]
    axis: int = 0

    @property
    def field(self) -> int:
        """The receptive field: the most pixels from the first to the last one of a position."""
        return max((span[1] - span[0] + 1 for span in self.spans if span), default=1)

    @property
    def jump(self) -> int | None:
        """Pixels from one position to the next; None for less than one."""
        step, rest = divmod(self.step, len(self.spans))
        return None if rest else step

    def at(self, position: int) -> Span:
        """The pixels that a position depends on."""
        times, phase = divmod(position, len(self.spans))
        span = self.spans[phase]
        return span and (span[0] + times * self.step, span[1] + times * self.step)

    def window(self, kernel: int, stride: int, padding: int, dilation: int = 1) -> "Reach | None":
        """After a window; None if that repeats too late."""
        count = len(self.spans) // gcd(len(self.spans), stride)
        starts = range(-padding, -padding + count * stride, stride)
        reads = ([start + dilation * tap for tap in range(kernel)] for start in starts)
        if dilation * kernel > MAX_PHASES and len(self.spans) == 1:
            # One phase: the first and the last position that the window reads decide.
            reads = ([start, start + dilation * (kernel - 1)] for start in starts)
        return self._read(reads, self.step * stride * count // len(self.spans), count)

    def transposed(
        self, kernel: int, stride: int, padding: int, dilation: int = 1
    ) -> "Reach | None":
        """After a transposed window."""
        count = len(self.spans) * stride
        reads = (
            [
                (position + padding - dilation * tap) // stride
                for tap in range(kernel)
                if (position + padding - dilation * tap) % stride == 0
            ]
            for position in range(count)
        )
        return self._read(reads, self.step, count)

    def repeated(self, times: int) -> "Reach | None":
        """After every position was repeated, as by nearest upsampling."""
        count = len(self.spans) * times
        return self._read(([place // times] for place in range(count)), self.step, count)

    def interpolated(self, times: int) -> "Reach | None":
        """After linear upsampling, corners not aligned."""
        count = len(self.spans) * times
        # Position i reads from (i + 1/2) / times - 1/2, and from the next one if that is between.
        doubled = (2 * place + 1 - times for place in range(count))
        reads = ([at // (2 * times), -(-at // (2 * times))] for at in doubled)
        return self._read(reads, self.step, count)

    def joined(self, other: "Reach") -> "Reach | None":
        """Of a map that depends on both, such as a sum; None if their jumps or axes differ."""
        count = lcm(len(self.spans), len(other.spans))
        step, another = (reach.step * (count // len(reach.spans)) for reach in (self, other))
        if step != another or self.axis != other.axis:
            return None
        spans = (_around((self.at(place), other.at(place))) for place in range(count))
        return Reach(step, tuple(spans), self.axis) if count <= MAX_PHASES else None

    def _read(self, reads: Iterable[Iterable[int]], step: int, count: int) -> "Reach | None":
        if count > MAX_PHASES:
            return None
        spans = tuple(_around(map(self.at, positions)) for positions in reads)
        return Reach(step, spans, self.axis)


def _around(spans: Iterable[Span]) -> Span:
    """The smallest span that contains all."""
    known = [span for span in spans if span]
    return (min(first for first, _ in known), max(last for _, last in known)) if known else None


#: Of the image itself.
PIXEL = Reach(1, ((0, 0),))
