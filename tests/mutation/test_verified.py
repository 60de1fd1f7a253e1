"""``verify`` alone detects every change of the code that computes the numbers."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.mutation.verified import MODULES, PROJECT

PARTS = {"rules": 3, "token_modules": 1, "grow": 2}


@pytest.mark.usefixtures("unmeasured")
@pytest.mark.parametrize(
    ("module", "part", "parts"),
    [
        (module, part, parts)
        for module, parts in zip(MODULES, PARTS.values(), strict=True)
        for part in range(parts)
    ],
)
def test_verify_notices_every_mutant_that_changes_what_is_printed(module, part, parts):
    pytest.importorskip("cosmic_ray")
    command = [sys.executable, "-m", "tests.mutation.verified", module, str(part), str(parts)]
    done = subprocess.run(
        command, cwd=PROJECT, capture_output=True, text=True, timeout=1800, check=False
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert not said["missed"]
    assert said["counts"]["noticed"] >= 10
