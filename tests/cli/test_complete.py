"""Completion, as shells ask for it, and in shells that run."""

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pexpect
import pytest

from vgginspect.cfg.config import names
from vgginspect.cli.app import COMMANDS
from vgginspect.lang import LANGUAGES
from vgginspect.render import FORMATS

ROOT = Path(__file__).parent.parent.parent


def answers(words: str, folder: Path = ROOT) -> list[str]:
    """What the program answers bash for the last of these words."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split(" ")) - 1),
        "_VGGINSPECT_COMPLETE": "complete_bash",
    }
    done = subprocess.run(
        [sys.executable, "-m", "vgginspect"],
        env=environment,
        cwd=folder,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.split()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("vgginspect ", list(COMMANDS)),
        ("vgginspect su", ["summary"]),
        ("vgginspect summary ", names()),
        ("vgginspect trace vgg16", ["vgg16", "vgg16_bn"]),
        ("vgginspect compare D A-", ["A-LRN"]),
        ("vgginspect summary D+b", ["D+batch-norm", "D+bn", "D+bias"]),
        ("vgginspect summary D+bn+inp", ["D+bn+input-size=", "D+bn+input="]),
        ("vgginspect summary D --format ", list(FORMATS)),
        ("vgginspect layer D fc6 -f m", ["markdown"]),
        ("vgginspect summary --lang ", list(LANGUAGES)),
        ("vgginspect trace A --by ", ["token", "stage"]),
        ("vgginspect summary - --lines --on-error s", ["stop", "skip"]),
        ("vgginspect layer D conv4", ["conv4_1", "conv4_2", "conv4_3"]),
        ("vgginspect layer D fc6 pool", [f"pool{stage}" for stage in range(1, 6)]),
        ("vgginspect layer D --batch-norm bn1", ["bn1_1", "bn1_2"]),
        ("vgginspect layer 8,M,16 conv", ["conv1_1", "conv2_1"]),
        ("vgginspect layer D classifier.", [f"classifier.{index}" for index in range(7)]),
        ("vgginspect layer - conv", []),
        ("vgginspect layer vgg17 conv", []),
        ("vgginspect layer @nowhere conv", []),
        ("vgginspect layer D+input-size=8 conv", []),
        (
            "vgginspect summary D --columns name,par",
            ["name,params", "name,part", "name,param_bytes"],
        ),
        ("vgginspect configs --columns tok", ["tokens"]),
        ("vgginspect compare D E --columns ed", ["edit"]),
        ("vgginspect layer D fc6 --columns form", ["formula"]),
        ("vgginspect trace D --columns token,to", []),
        ("vgginspect summary D --get t", ["totals"]),
        ("vgginspect summary D --get totals.conv", ["totals.conv_layers"]),
        ("vgginspect summary D --get layers.conv1_1.stat", ["layers.conv1_1.state_dict"]),
        ("vgginspect summary D --get layers.conv4", [f"layers.conv4_{n}" for n in (1, 2, 3)]),
        ("vgginspect trace D --get steps.3.app", ["steps.3.appended"]),
        ("vgginspect summary D --get steps.", []),
        ("vgginspect summary D --explain --num", ["--num-classes"]),
    ],
)
def test_words_are_completed(words, expected):
    assert answers(words) == expected


def test_files_are_completed_behind_an_at_sign(tmp_path):
    (tmp_path / "nets").mkdir()
    (tmp_path / "nets" / "small.cfg").touch()
    (tmp_path / "nested.cfg").touch()
    (tmp_path / ".hidden").touch()
    assert answers("vgginspect summary @ne", tmp_path) == ["@nested.cfg", "@nets/"]
    assert answers("vgginspect summary @nets/", tmp_path) == ["@nets/small.cfg"]
    assert answers("vgginspect summary @./ne", tmp_path) == ["@./nested.cfg", "@./nets/"]
    assert answers("vgginspect summary @no/where", tmp_path) == []
    (tmp_path / "nets" / "vgg.pth").touch()
    (tmp_path / "vgg.safetensors").touch()
    assert answers("vgginspect summary vgg.s", tmp_path) == ["vgg.safetensors"]
    assert answers("vgginspect summary nets/v", tmp_path) == ["nets/vgg.pth"]
    assert ".hidden" not in " ".join(answers("vgginspect summary @", tmp_path))


def test_the_classes_and_functions_of_a_python_file_complete_after_its_name(tmp_path):
    text = "raise SystemExit\nclass VGG: pass\ndef vgg16(): pass\ndef _own(): pass\ncfg = []\n"
    (tmp_path / "mine.py").write_text(text)
    assert answers("vgginspect summary mi", tmp_path) == ["mine.py"]
    assert answers("vgginspect summary mine.py:v", tmp_path) == ["mine.py:vgg16"]
    assert answers("vgginspect summary mine.py:", tmp_path) == ["mine.py:VGG", "mine.py:vgg16"]
    assert answers("vgginspect layer mine.py:VGG ", tmp_path) == []
    (tmp_path / "mine.py").write_text("class (:")
    assert answers("vgginspect summary mine.py:", tmp_path) == []


def test_nothing_heavy_is_loaded_to_complete(tmp_path):
    program = (
        "import atexit, sys\n"
        "atexit.register(lambda: print(*sys.modules, file=open('modules', 'w')))\n"
        "from vgginspect.cli import main\nmain()\n"
    )
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "COMP_WORDS": "vgginspect layer D conv4",
        "COMP_CWORD": "3",
        "_VGGINSPECT_COMPLETE": "complete_bash",
    }
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.stdout.split() == ["conv4_1", "conv4_2", "conv4_3"]
    loaded = (tmp_path / "modules").read_text().split()
    assert not {"torch", "rich", "numpy"} & set(loaded)


def test_without_a_shell_asking_completion_is_not_loaded():
    program = (
        "import sys\nfrom vgginspect.cli import main\n"
        "try: main(['summary', 'D'])\n"
        "finally: print('vgginspect.cli.complete' in sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stderr == "False\n"


@pytest.fixture
def program(tmp_path):
    """A folder with the program under its own name, to put on the PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    path = folder / "vgginspect"
    python = shlex.quote(sys.executable)
    path.write_text(
        f'#!/bin/sh\nPYTHONPATH={shlex.quote(str(ROOT))} exec {python} -m vgginspect "$@"\n'
    )
    path.chmod(0o755)
    return folder


#: Shell -> how to start it plain, and what completion needs there.
SETUP = {
    "bash": (["--norc", "--noprofile"], "true"),
    "zsh": (["-f"], "autoload -Uz compinit && compinit -u -D"),
}


@pytest.mark.parametrize("shell", SETUP)
def test_a_running_shell_completes(shell, program, tmp_path):
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    arguments, setup = SETUP[shell]
    environment = {
        "PATH": f"{program}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "TERM": "dumb",
        "LANG": "C.UTF-8",
    }
    child = pexpect.spawn(shell, arguments, env=environment, encoding="utf-8", timeout=60)
    child.setwinsize(40, 200)
    child.sendline(setup)
    child.sendline('eval "$(vgginspect --show-completion)"; echo lo""aded')
    child.expect("loaded\r")
    child.send("vgginspect layer vgg19 relu4_4 classifier.6 --form\tcs\t--col\tind\t")
    child.expect("index")
    child.send("\r")
    child.expect("index\r\n26\r\n6\r\n")
    child.sendline("exit")
    child.expect(pexpect.EOF)


def test_the_lists_of_a_file_complete_after_its_name(tmp_path):
    (tmp_path / "cfgs.py").write_text("cfgs = {'tiny': [64, 'M'], 'two': [8], 'no': ['x']}")
    assert answers("vgginspect summary @cfgs.py:", tmp_path) == ["@cfgs.py:tiny", "@cfgs.py:two"]
    assert answers("vgginspect summary @cfgs.py:ti", tmp_path) == ["@cfgs.py:tiny"]
    assert answers("vgginspect summary @none.py:", tmp_path) == []
