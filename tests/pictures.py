"""Properties of every picture, and the networks to test them with."""

from vgginspect.cfg.config import CONFIGS
from vgginspect.drawing.shapes import Drawing, Label, Point, bounds
from vgginspect.drawing.text_size import Box

SVG = "{http://www.w3.org/2000/svg}"

CASES = [
    *[f"{letter}{norm}" for letter in CONFIGS for norm in ("", "+bn")],
    "8",
    "8+hidden=none+num-classes=1",
    "8,M,16+features-only",
    "8,A,16+avgpool=none",
    "8,C,LRN,conv1-2147483647,A,maxpool3s1p1+features-only",
    "conv2147483647-2147483647d1,8+features-only",
    ",".join(["64", "64", "M"] * 20) + "+features-only+input-size=2097152",
    ",".join(["8", "16", "32", "64", "128", "256", "512", "1024"] * 8),
    "A+input-size=1x32x2048+hidden=none",
    "A+input-size=1x2048x32+bn",
    "E+hidden=1,2,3,4,5,6,7,8",
    "A+hidden=" + ",".join(map(str, range(1000, 1100))),
]


def overlaps(labels: tuple[Label, ...]) -> list[tuple[str, str]]:
    """Pairs of labels whose outlines share some area."""
    found = []
    active: list[tuple[float, Label]] = []
    for label in sorted(labels, key=lambda label: label.box.left):
        active = [(right, other) for right, other in active if right > label.box.left]
        found += [
            (other.text, label.text)
            for _, other in active
            if not separated(other.outline, label.outline)
        ]
        active.append((label.box.right, label))
    return found


def separated(one: tuple[Point, ...], other: tuple[Point, ...]) -> bool:
    """Whether a line parallel to an edge of either convex outline lies between the two."""
    for outline in (one, other):
        for (x0, y0), (x1, y1) in zip(outline, (*outline[1:], outline[0]), strict=True):
            sides = [
                [(x - x0) * (y1 - y0) - (y - y0) * (x1 - x0) for x, y in o] for o in (one, other)
            ]
            if max(sides[0]) <= min(sides[1]) + 1e-6 or max(sides[1]) <= min(sides[0]) + 1e-6:
                return True
    return False


def assert_well_laid_out(drawn: Drawing) -> None:
    """No label lies over another, and nothing reaches out of the picture."""
    assert not overlaps(drawn.labels)
    for label in drawn.labels:
        assert inside(label.box, drawn), label
    for box in boxes(drawn):
        assert inside(box, drawn), box


def inside(box: Box, drawn: Drawing) -> bool:
    whole = drawn.box
    return (
        whole.left <= box.left <= box.right <= whole.right
        and whole.top <= box.top <= box.bottom <= whole.bottom
    )


def boxes(drawn: Drawing) -> list[Box]:
    """The boxes of a picture's paths."""
    return [bounds(path.points) for path in drawn.paths()]
