"""Configurations a second through the Python API, every one different: text in, totals out."""

import sys
import time
from pathlib import Path

from vgginspect import plan
from vgginspect.config import config_from_text
from vgginspect.grow import grow

with Path(sys.argv[1]).open() as stream:
    texts = [text.strip() for text in stream]
start = time.perf_counter()
for text in texts:
    plan(text).totals  # noqa: B018
parsed = len(texts) / (time.perf_counter() - start)
configs = [config_from_text(text) for text in texts]
start = time.perf_counter()
for config in configs:
    grow(config).totals  # noqa: B018
print(f"{parsed:.0f} {len(texts) / (time.perf_counter() - start):.0f}", file=sys.stderr)
