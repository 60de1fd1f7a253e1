"""A real browser for pictures, if one is installed."""

import json
import re
import resource
import shutil
import subprocess
from html import unescape
from pathlib import Path
from typing import Any

import pytest

#: Chromium reserves more address space than trials of mutants have.
_CONFINED = resource.getrlimit(resource.RLIMIT_AS)[0] != resource.RLIM_INFINITY
_NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
CHROMIUM = None if _CONFINED else next(filter(None, map(shutil.which, _NAMES)), None)
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="no chromium is installed")

OPTIONS = (
    "--no-sandbox",
    "--headless",
    "--disable-gpu",
    "--disable-background-networking",
    "--hide-scrollbars",
    "--force-device-scale-factor=1",
)


def run(folder: Path, *args: str) -> str:
    done = subprocess.run(
        [str(CHROMIUM), *OPTIONS, f"--user-data-dir={folder / 'profile'}", *args],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return done.stdout


def ask(body: str, expression: str, folder: Path) -> Any:
    """The value of a JavaScript expression in a page with that body."""
    page = folder / "page.html"
    script = f"<script>document.title=encodeURIComponent(JSON.stringify({expression}))</script>"
    page.write_text(f"<!doctype html><meta charset=utf-8>{body}{script}", encoding="utf-8")
    found = re.search(r"<title>(.*?)</title>", run(folder, "--dump-dom", page.as_uri()))
    assert found
    from urllib.parse import unquote

    return json.loads(unquote(unescape(found[1])))


def screenshot(file: Path, width: int, height: int, dark: bool = False) -> bytes:
    """A PNG of a file as a window of that size shows it."""
    picture = file.with_suffix(".png")
    mode = ("--blink-settings=preferredColorScheme=0",) if dark else ()
    run(
        file.parent,
        *mode,
        f"--window-size={width},{height}",
        f"--screenshot={picture}",
        file.as_uri(),
    )
    return picture.read_bytes()
