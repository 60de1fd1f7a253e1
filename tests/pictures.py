"""Properties of every picture, and the networks to test them with."""

import xml.etree.ElementTree as ET

from vgginspect.cfg.config import CONFIGS
from vgginspect.draw.svg import Label, Picture
from vgginspect.draw.text_size import Box

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
    """Pairs of labels whose boxes share some area."""
    found = []
    active: list[tuple[Box, str]] = []
    for label in sorted(labels, key=lambda label: label.box.left):
        box = label.box
        active = [entry for entry in active if entry[0].right > box.left]
        found += [(text, label.text) for other, text in active if box.overlaps(other)]
        active.append((box, label.text))
    return found


def assert_well_laid_out(drawn: Picture) -> None:
    """No label lies over another, and nothing reaches out of the picture."""
    assert not overlaps(drawn.labels)
    for label in drawn.labels:
        assert inside(label.box, drawn), label
    for box in boxes(drawn):
        assert inside(box, drawn), box


def inside(box: Box, drawn: Picture) -> bool:
    return 0 <= box.left <= box.right <= drawn.width and 0 <= box.top <= box.bottom <= drawn.height


def boxes(drawn: Picture) -> list[Box]:
    """The rectangles of a picture, and the corners that paths begin at."""
    found = []
    for shape in drawn.shapes:
        for one in ET.fromstring(shape).iter():
            x, y = float(one.get("x", 0)), float(one.get("y", 0))
            if one.tag == "rect":
                right, bottom = x + float(one.get("width", 0)), y + float(one.get("height", 0))
                found.append(Box(x, y, right, bottom))
            elif one.tag == "path":
                x, y = points(one.get("d", ""))[0]
                found += [Box(x, y, x, y) for x, y in points(one.get("d", ""))]
    return found


def points(path: str) -> list[tuple[float, float]]:
    """The corners of a path of straight lines."""
    import re

    x = y = 0.0
    found = []
    for command, rest in re.findall(r"([MLHVhvlz])([^A-Za-z]*)", path):
        numbers = [float(n) for n in re.findall(r"-?[\d.]+", rest)]
        if command in "ML":
            x, y = numbers
        elif command == "l":
            x, y = x + numbers[0], y + numbers[1]
        elif command in "Hh":
            x = numbers[0] + (x if command == "h" else 0)
        elif command in "Vv":
            y = numbers[0] + (y if command == "v" else 0)
        found.append((x, y))
    return found
