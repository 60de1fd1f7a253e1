"""``vgginspect verify`` as a person runs it."""

import json
import subprocess
import sys

import pytest


def run(*args, code=0):
    done = subprocess.run(
        [sys.executable, "-m", "vgginspect", "verify", *args],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout if code == 0 else (done.stdout, done.stderr)


def test_a_proof_against_pytorch_torchvision_and_a_real_pass():
    text = run("A+bn", "--against", "torchvision", "--forward", "--input-size", "32", "-f", "json")
    document = json.loads(text)
    assert document["ok"] is True
    names = [check["against"].split()[0] for check in document["checks"]]
    assert names == ["PyTorch", "torchvision", "forward"]
    assert document["facts"] == document["held"] > 2000
    assert document["forward"]["output_shape"] == [1000]


def test_neither_torchvision_nor_compilers_are_imported_unless_asked():
    program = (
        "import sys\nfrom vgginspect.cli import main\n"
        "try: main(['verify', 'D+bn'])\n"
        "finally: print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=120
    )
    assert "facts held" in done.stdout
    imported = set(done.stderr.split())
    assert "torch" in imported
    program = "import sys, torch; print(*sys.modules)"
    floor = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    beyond = imported - set(floor.stdout.split())
    assert not beyond & {"torchvision", "sympy", "torch._dynamo", "rich.console"}


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["C", "--against", "torchvision"], "torchvision has no model of C; it has A (vgg11), B"),
        (["A", "--against", "keras"], "--against takes torchvision, not 'keras'"),
        (["vgg12"], "unknown configuration 'vgg12'"),
        (["A", "--input-size", "31"], "input 31x31 is too small"),
        (["A", "--input-size", "31", "--builder", "x:y"], "input 31x31 is too small"),
        (["[64, 'x']", "--builder", "x:y"], "token 2, 'x': not a token"),
    ],
)
def test_what_makes_no_sense_is_refused(args, said):
    out, err = run(*args, code=2)
    assert out == ""
    assert err.startswith(f"vgginspect: {said}")


def test_a_builder_is_held_against_a_list_in_our_grammar():
    _, err = run("[(8, 1)]", "--builder", "x:y", code=2)
    assert err.endswith("'trace --builder' walks a list in any dialect\n")
    _, err = run("[(8, 1)]", code=2)
    assert "--builder" not in err


def test_standard_input_is_read_once_for_our_own_loop_and_the_builder(cli):
    builder = "torchvision.models.vgg:make_layers"
    args = ("--builder", builder, "--input-size", "32", "--get", "checks")
    told, piped = (cli("verify", config, *args, stdin="8,M") for config in ("8,M", "-"))
    assert json.loads(told.out)[1]["against"] == builder
    assert piped == told


def test_one_value():
    assert run("A", "--get", "checks.0.ok") == "true\n"


def test_a_difference_ends_with_exit_code_1(tmp_path):
    wrong = (
        "from vgginspect.pytorch import vgg\n"
        "from vgginspect.cli import main\n"
        "make = vgg.module\n"
        "def module(layer):\n"
        "    if layer.path == 'features.2':\n"
        "        return vgg.nn.MaxPool2d(2, 2, ceil_mode=True)\n"
        "    return make(layer)\n"
        "vgg.module = module\n"
        "main(['verify', 'A', '--input-size', '32'])\n"
    )
    done = subprocess.run([sys.executable, "-c", wrong], capture_output=True, text=True)
    assert done.returncode == 1
    assert "  step 2      token M → C\n" in done.stdout
    assert "  features.2  ceil_mode False → True\n" in done.stdout
    assert done.stderr.startswith("vgginspect: 2 of ")
    assert done.stderr.endswith(" facts did not hold\n")


def test_a_difference_counts_though_the_reader_left(tmp_path):
    (tmp_path / "wrong.py").write_text(
        "from torch import nn\n"
        "def make(cfg):\n"
        "    return nn.Sequential(*[nn.Conv2d(3, v, 3, bias=False) for v in cfg])\n"
    )
    command = f"{sys.executable} -m vgginspect verify 8 --builder {tmp_path}/wrong.py:make"
    line = f"{command} | true; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "facts did not hold" in done.stderr
