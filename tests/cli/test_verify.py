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


def test_a_proof_by_every_witness_and_a_real_pass():
    text = run("A+bn", "--forward", "--input-size", "32", "-f", "json")
    document = json.loads(text)
    assert document["ok"] is True
    names = [check["against"].split()[0] for check in document["checks"]]
    assert names == ["PyTorch", "vgginspect", "vgginspect", "torchvision", "forward"]
    assert document["facts"] == document["held"] > 4000
    assert document["skipped"] == []
    assert document["forward"]["output_shape"] == [1000]


def test_little_is_imported_beyond_pytorch():
    program = (
        "import sys\nfrom vgginspect.cli import main\n"
        "try: main(['verify', 'D+bn'])\n"
        "finally: print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=120
    )
    assert "values are equal" in done.stdout
    assert "torchvision" in done.stdout
    imported = set(done.stderr.split())
    assert "torch" in imported
    program = "import sys, torch; print(*sys.modules)"
    floor = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    beyond = imported - set(floor.stdout.split())
    assert not beyond & {"torchvision", "sympy", "torch._dynamo", "rich.console"}


def test_several_networks_in_one_run(tmp_path):
    rows = run("A+input=32", "64,M", "C+bn+input=32", "-f", "csv").splitlines()
    assert [row.split(",")[0] for row in rows[1:]] == ["1", "2", "3"]
    assert all(",true," in row for row in rows[1:])
    (tmp_path / "nets").write_text("# two\nA+input=32\n\n[64,'M']\n")
    assert run(f"@{tmp_path}/nets", "--lines", "--columns", "line,config,ok", "-f", "tsv") == (
        "line\tconfig\tok\n2\tA+input=32\ttrue\n4\t[64,'M']\ttrue\n"
    )


def test_a_bad_line_stops_or_is_skipped(tmp_path):
    (tmp_path / "nets").write_text("64,M\nvgg12\n8\n")
    out, err = run(f"@{tmp_path}/nets", "--lines", "-f", "csv", code=2)
    assert out.count("\n") == 2
    assert err.startswith("vgginspect: line 2: unknown configuration 'vgg12'")
    out, err = run(f"@{tmp_path}/nets", "--lines", "--on-error", "skip", "-f", "csv", code=1)
    assert out.count("\n") == 3
    assert err.endswith("vgginspect: 1 invalid line skipped\n")


def test_against_can_be_repeated():
    out = run("64,M", "--against", "code", "--against", "pytorch", "--against", "code",
                 "--format", "csv", "--columns", "against")  # fmt: skip
    assert isinstance(out, str)
    names = list(dict.fromkeys(out.splitlines()[1:]))
    assert names[:2] == ["vgginspect code", "vgginspect code --unrolled"]
    assert len(names) == 3
    assert names[2].startswith("PyTorch ")


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (
            ["C", "--against", "torchvision"],
            "torchvision has no model for this cfg list; it has A (vgg11), B",
        ),
        (
            ["A", "--against", "keras"],
            "--against must be pytorch, code or torchvision, not 'keras'",
        ),
        (["A", "--on-error", "skip"], "--on-error needs --lines"),
        (["A", "B", "--lines"], "--lines needs a single NETWORK"),
        (["A", "--lines"], "--lines needs - (standard input) or @FILE as NETWORK"),
        (["-", "-"], "standard input can be read only once"),
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
    assert err.endswith("'trace --builder' accepts entries of any kind\n")
    _, err = run("[(8, 1)]", code=2)
    assert "--builder" not in err


def test_standard_input_is_read_once_for_our_own_loop_and_the_builder(cli):
    builder = "torchvision.models.vgg:make_layers"
    args = ("--builder", builder, "--input-size", "32", "--get", "checks")
    told, piped = (cli("verify", config, *args, stdin="8,M") for config in ("8,M", "-"))
    assert json.loads(told.out)[-1]["against"] == builder
    assert piped == told


def test_one_value():
    assert run("A", "--get", "checks.0.ok") == "true\n"


def test_a_difference_ends_with_exit_code_1():
    wrong = (
        "from vgginspect.network import token_modules\n"
        "from vgginspect.network.rules import MaxPool2d\n"
        "from vgginspect.cli import main\n"
        "made = token_modules.MaxPool2d\n"
        "token_modules.MaxPool2d = lambda *window: made(*window[:3], True)\n"
        "main(['verify', 'A', '--input-size', '32', '--against', 'pytorch'])\n"
    )
    done = subprocess.run([sys.executable, "-c", wrong], capture_output=True, text=True)
    assert done.returncode == 1
    assert "  features.2   ceil_mode True → False\n" in done.stdout
    assert done.stderr.startswith("vgginspect: 15 of ")
    assert done.stderr.endswith(" values differ\n")


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
    assert "values differ" in done.stderr


def test_a_mistake_in_a_later_config_comes_before_all_output():
    out, err = run("A", "vgg12", "-f", "json", code=2)
    assert out == ""
    assert err.startswith("vgginspect: vgg12: unknown configuration 'vgg12'")


def test_no_lines_are_no_proof(tmp_path):
    (tmp_path / "nets").write_text("# none\n")
    _, err = run(f"@{tmp_path}/nets", "--lines", code=2)
    assert "--lines found no NETWORK, so nothing was compared" in err


def test_a_builder_of_features_alone_is_said_to_be_one(cli):
    found = cli("verify", "8,M", "--builder", "torchvision.models.vgg:make_layers")
    assert found.code == 0
    assert "makes only the features; the head is not compared" in found.err
