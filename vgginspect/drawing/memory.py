"""Memory over a training step: a column for each layer, forward, backward, and the update."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from math import floor, log10
from typing import NamedTuple

from vgginspect.analysis.memory import Memory, memory
from vgginspect.analysis.memory_settings import Settings
from vgginspect.analysis.training_step import Moment
from vgginspect.drawing import Order
from vgginspect.drawing.frame import MARGIN, SMALL, TEXT, TOP, framed
from vgginspect.drawing.shapes import Drawing, Label, Mark, Path, line, rectangle
from vgginspect.drawing.text_size import text_width
from vgginspect.lang import Words
from vgginspect.network.plan import Plan
from vgginspect.views.memory import data_size, settings_text

HEIGHT, HEAD, GAP = 260.0, 22.0, 8.0
#: Width of all columns together, and of one at least and at most.
WIDTH, LEAST, MOST = 640.0, 1.5, 48.0
#: Part -> the kind of layer whose colour it has, from bottom to top.
PARTS = {
    "weights": "conv",
    "optimizer": "fc",
    "input": "input",
    "gradients": "lrn",
    "saved": "maxpool",
    "passing": "avgpool",
}


class StepChart(NamedTuple):
    """Where columns and amounts are: edges, width of a column, and the bytes of the top line."""

    left: float
    width: float
    right: float
    top: int

    def x(self, number: int) -> float:
        """The left edge of a column."""
        return self.left + number * self.width

    def y(self, size: int) -> float:
        """The height of an amount."""
        return TOP + HEAD + HEIGHT * (1 - size / self.top)


def draw(plan: Plan, order: Order) -> Drawing:
    """The picture of a training step's memory."""
    of, words = order.memory or memory(plan, Settings()), order.words
    moments = list(_merged(of.training.moments))
    most = of.training.peak.bytes
    step = _tick(most)
    ticks = range(0, most + step, step)
    names = [data_size(tick) if tick else "0" for tick in ticks]
    left = MARGIN + max(text_width(name, SMALL) for name in names) + GAP
    width = min(MOST, max(LEAST, WIDTH / len(moments)))
    chart = StepChart(left, width, left + width * len(moments), ticks[-1])
    shapes: list[Path | Mark] = [
        line(left, chart.y(tick), chart.right, "line rule") for tick in ticks
    ]
    labels = [
        Label(name, left - GAP, chart.y(tick) + 0.36 * SMALL, SMALL, "end", style="faint")
        for name, tick in zip(names, ticks, strict=True)
    ]
    for number, moment in enumerate(moments):
        shapes.append(_column(moment, of, chart, number, words))
    place = next(n for n, moment in enumerate(moments) if moment.bytes == most)
    x = chart.x(place)
    shapes.append(Path(((x, chart.y(0)), (x, chart.y(most)), (x + width, chart.y(most)),
                        (x + width, chart.y(0))), "accent", closed=False))  # fmt: skip
    labels.append(_peak(of, chart, place, words))
    marks, axis = _axis(moments, chart, words)
    used = [part for part in PARTS if any(_parts(moment, of)[part] for moment in moments)]
    legend = {PARTS[part]: words(f"draw_memory_{part}") for part in used}
    about = (words("draw_about_memory"), settings_text(of, words))
    return framed(plan, order, about, shapes + marks, labels + axis, legend, chart.right)


def _tick(most: int) -> int:
    """A round number of bytes from one line to the next, about five of them."""
    rough = max(1, most / 5)
    power = 10 ** floor(log10(rough))
    return int(next(times for times in (1, 2, 5, 10) if times * power >= rough) * power)


def _merged(moments: Sequence[Moment]) -> Iterator[Moment]:
    """The most of each layer in each phase, in order."""
    for _, run in groupby(moments, key=lambda moment: (moment.phase, moment.layer)):
        yield max(run, key=lambda moment: moment.bytes)


def _parts(moment: Moment, of: Memory) -> dict[str, int]:
    """The bytes of each part at a moment; what is left are maps and their gradients."""
    training = of.training
    parts = {
        "weights": training.weights_bytes + training.buffers_bytes,
        "optimizer": training.optimizer_bytes,
        "input": training.input_bytes,
        "gradients": moment.gradients_bytes,
        "saved": moment.saved_bytes,
    }
    return parts | {"passing": max(0, moment.bytes - sum(parts.values()))}


def _column(moment: Moment, of: Memory, chart: StepChart, number: int, words: Words) -> Mark:
    """The parts of a moment, one on another."""
    bars, below = [], 0
    for part, size in _parts(moment, of).items():
        if size:
            top = chart.y(below + size)
            # The next column covers the overlap; without it, a seam would be seen.
            wide = chart.width + (0.4 if moment.phase != "step" else 0)
            bars.append(rectangle(chart.x(number), top, wide, chart.y(below) - top, PARTS[part]))
            below += size
    name = moment.layer.name if moment.layer else ""
    phase = words(f"draw_phase_{moment.phase}")
    hint = f"{f'{phase} {name}'.strip()}: {data_size(moment.bytes)}"
    return Mark(hint, tuple(bars), name if moment.phase == "forward" else "")


def _peak(of: Memory, chart: StepChart, place: int, words: Words) -> Label:
    """The peak in words, above its column."""
    peak = of.training.peak
    where = words(f"draw_phase_{peak.phase}") + (f" {peak.layer.name}" if peak.layer else "")
    text = f"{words('memory_peak')} {data_size(peak.bytes)} · {where}"
    label = Label(text, chart.x(place) + chart.width / 2, chart.y(peak.bytes) - 7, TEXT, "middle",
                  style="call", bold=True)  # fmt: skip
    half = text_width(text, TEXT, bold=True) / 2
    return label._replace(x=max(chart.left + half, min(label.x, chart.right - half)))


def _axis(
    moments: Sequence[Moment], chart: StepChart, words: Words
) -> tuple[list[Path | Mark], list[Label]]:
    """The phases and the stages below the columns, with lines between them."""
    shapes: list[Path | Mark] = []
    labels: list[Label] = []
    bottom = chart.y(0)
    for row, key in ((0, _stage), (1, _phase)):
        y = bottom + 15 + 17 * row
        start = 0
        for found, run in groupby(moments, key=key):
            count = len(list(run))
            x, end = chart.x(start), chart.x(start + count)
            shapes.append(Path(((x, bottom), (x, y + 4)), "line", closed=False))
            text = words("draw_memory_stage", stage=found[1]) if not row else ""
            if row:
                text = words(f"draw_phase_{found}")
            elif found[1] is None:
                text = words("draw_memory_head") if found[0] != "step" else ""
            short = str(found[1]) if not row and found[1] is not None else ""
            for fitting in (text, short):
                if fitting and text_width(fitting, SMALL) <= end - x - 2:
                    style = "" if row else "faint"
                    labels.append(Label(fitting, (x + end) / 2, y, SMALL, "middle", style=style))
                    break
            start += count
        shapes.append(Path(((chart.right, bottom), (chart.right, y + 4)), "line", closed=False))
    return shapes, labels


def _stage(moment: Moment) -> tuple[str, int | None]:
    return moment.phase, moment.layer.stage if moment.layer else None


def _phase(moment: Moment) -> str:
    return moment.phase
