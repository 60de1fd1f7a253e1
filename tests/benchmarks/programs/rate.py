"""Configurations a second through the Python API, every one different: text in, totals out."""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from vgginspect import plan
from vgginspect.cfg.config import config_from_text
from vgginspect.network.grow import grow

ROUNDS = 5


def rate(work: Callable[[str], object], texts: list[str]) -> float:
    """Texts a second; the median of some rounds, each with texts of its own."""
    rates = []
    for number in range(ROUNDS):
        own = texts[number::ROUNDS]
        start = time.perf_counter()
        for text in own:
            work(text)
        rates.append(len(own) / (time.perf_counter() - start))
    return median(rates)


with Path(sys.argv[1]).open() as stream:
    lines = [line.strip() for line in stream]
configs = {text: config_from_text(text) for text in lines}
whole = rate(lambda text: plan(text).totals, lines)
grown = rate(lambda text: grow(configs[text]).totals, lines)
print(f"{whole:.0f} {grown:.0f}", file=sys.stderr)
