"""Files with several lists, as every command takes them."""

import json

import pytest

CFGS = """\
import torch
cfgs = {'tiny': [64, 'M'], 'deep': [64] * 2 + ['M']}
class Net(torch.nn.Module):
    wrong = [64,
             'X']
def make(n):
    own = [8]
    own = own + [9] if n else own
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "cfgs.py").write_text(CFGS)
    (tmp_path / "cfgs.json").write_text('{"tiny": [64, "M"], "a+b": [8], "x y": [9, "M"]}')
    (tmp_path / "one.py").write_text("import os\n\ncfg = [64,\n  'M']  # mine\nname = 'x'\n")
    (tmp_path / "none.py").write_text("import os\nclass Net: pass\n")
    (tmp_path / "a:b.cfg").write_text("64,M,128")
    (tmp_path / "stages.py").write_text("import os\ncfg = [[64], [128]]\n")
    (tmp_path / "both.py").write_text("a = {'x': [8]}\nb = {'x': [9]}\n")
    (tmp_path / "mk.py").write_text(
        "def mk(w):\n    cfg = [int(64 * w), 'M']\n    loc = [8, 'M']\nx = open(1)\n"
        "top = [8, 'M']\nif x:\n    top = x\n"
    )
    (tmp_path / "size.py").write_text("import os\nsize = [224, 224]\n")
    (tmp_path / "default.py").write_text("import os\ncfg = [64, 'M']\nif x:\n    cfg = x\n")
    (tmp_path / "py2.py").write_text("cfg = [64,'M']*2+[128]\nb = [64, 'M']\nprint 'x'\n")
    (tmp_path / "only2.py").write_text("cfg = [64,'M']*2+[128]\nprint 'x'\n")
    (tmp_path / "n.json").write_text('{"vgg":{"cfg":[64,\n"M",null],"b":[true,64]}}')
    return tmp_path


@pytest.mark.parametrize(
    ("argument", "same"),
    [
        ("@cfgs.py:tiny", "64,M"),
        ("@cfgs.py:cfgs.tiny", "64,M"),
        ("@cfgs.py:cfgs['deep']", "64,64,M"),
        ("@cfgs.py:tiny+bn", "64,M+bn"),
        ("@cfgs.py:deep+input-size=32+no-bias", "64,64,M+no-bias+input=3x32x32"),
        ("@cfgs.json:tiny", "64,M"),
        ("@cfgs.json:x y", "9,M"),
        ("@cfgs.json:['a+b']+bn", "8+bn"),
        ("@one.py", "64,M"),
        ("@one.py+bn", "64,M+bn"),
        ("@one.py:cfg", "64,M"),
        ("@./one.py:cfg", "64,M"),
        ("@a:b.cfg", "64,M,128"),
        ("@a:b.cfg+bn", "64,M,128+bn"),
        ("@both.py:a.x", "8"),
        ("@size.py:size", "224,224"),
        ("@mk.py:loc", "8,M"),
        ("@mk.py:mk.loc", "8,M"),
        ("@default.py:cfg:2", "64,M"),
        ("@py2.py", "64,M"),
        ("@py2.py:b", "64,M"),
    ],
)
def test_a_list_of_a_file_is_a_config(argument, same, folder, cli):
    expected = json.loads(cli("summary", same, "-f", "json").out)
    result = cli("summary", argument, "-f", "json")
    assert (result.code, result.err) == (0, "")
    assert json.loads(result.out) == expected


@pytest.mark.parametrize(
    ("argument", "said"),
    [
        (
            "@cfgs.py",
            "cfgs.py has 2 cfg lists; give the name of one\n"
            "  @cfgs.py:tiny  64,M\n"
            "  @cfgs.py:deep  64,64,M\n",
        ),
        (
            "@cfgs.py:own",
            "make.own in line 8 of cfgs.py is not written out; for what its code makes, use trace "
            "or verify with --builder cfgs.py:FUNCTION\n",
        ),
        (
            "@cfgs.py:tiny,512,M",
            "tiny,512,M is not the name of a list in cfgs.py; written out it is 64,M,512,M\n",
        ),
        ("@mk.py:mk.cfg", "mk.cfg in line 2 of mk.py is not written out; for what its code makes"),
        ("@mk.py:x", "x in line 4 of mk.py is not written out; for what its code makes"),
        (
            "@mk.py:mk",
            "2 cfg lists in mk.py are named mk; give more of the name\n"
            "  @mk.py:loc     8,M\n"
            "  @mk.py:mk.cfg  (line 2, not written out)\n",
        ),
        (
            "@mk.py:top",
            "2 cfg lists in mk.py are named top; give more of the name\n"
            "  @mk.py:top:5  8,M\n"
            "  @mk.py:top:7  (line 7, not written out)\n",
        ),
        (
            "@default.py",
            "default.py has 2 cfg lists; give the name of one\n"
            "  @default.py:cfg:2  64,M\n"
            "  @default.py:cfg:4  (line 4, not written out)\n",
        ),
        (
            "@size.py",
            "size.py has no list with a pool; if this is the cfg list, give its name\n"
            "  @size.py:size  224,224\n",
        ),
        ("@py2.py:cfg", "cfg in line 1 of py2.py is not written out; line 3 is not Python 3: Miss"),
        ("@py2.py:x", "py2.py has no cfg list x; line 3 is not Python 3: Missing parentheses"),
        ("@only2.py", "only2.py has no cfg list that is written out; line 2 is not Python 3: Miss"),
        ("@n.json:cfg", "line 2, token 3, null: not a token; entries must be numbers or layer"),
        (
            "@n.json:b",
            "line 2, token 1, true: not a token; entries must be numbers or layer names\n",
        ),
        (
            "@cfgs.json",
            "cfgs.json has 3 cfg lists; give the name of one\n"
            "  @cfgs.json:tiny       64,M\n"
            "  '@cfgs.json:x y'      9,M\n"
            "  \"@cfgs.json:['a+b']\"  8\n",
        ),
        (
            "@cfgs.json:tinny",
            "cfgs.json has no cfg list tinny; did you mean tiny?; its cfg lists are\n  @cfgs.json:",
        ),
        ("@cfgs.py:wrong", "line 5, token 2, 'X': not a token"),
        ("@cfgs.py:tiny+bm", "unknown option '+bm'; did you mean +bn?"),
        (
            "@none.py",
            "none.py has no cfg list that is written out; for what its code makes, use trace or "
            "verify with --builder none.py:FUNCTION\n",
        ),
        (
            "@none.py:Net",
            "Net in none.py is code, not a list; for what its code makes, use trace or verify with "
            "--builder none.py:Net\n",
        ),
        ("@stages.py", "a list for each stage says nothing of the pools; with a max pool between"),
        (
            "@both.py:x",
            "2 cfg lists in both.py are named x; give more of the name\n"
            "  @both.py:a.x  8\n  @both.py:b.x  9\n",
        ),
        ("@absent.py:x", "cannot read absent.py: No such file or directory\n"),
        ("@a:c.cfg", "cannot read a: No such file or directory\n"),
    ],
)
def test_without_a_list_of_this_name_the_message_has_those_there_are(argument, said, folder, cli):
    result = cli("summary", argument)
    assert (result.code, result.out) == (2, "")
    assert result.err.startswith(f"vgginspect: {said}")


def test_every_list_in_the_message_is_ready_to_paste(folder, cli, monkeypatch):
    import shlex

    for file in ("cfgs.py", "cfgs.json", "both.py"):
        rows = cli("summary", f"@{file}").err.splitlines()[1:]
        assert rows
        for row in rows:
            argument, config = shlex.split(row)
            paths = ("--get", "config.tokens")
            assert cli("summary", argument, *paths) == cli("summary", config, *paths)


def test_many_lists_are_counted(folder, cli):
    lists = ", ".join(f"'n{number}': [{number}, 'M']" for number in range(1, 43))
    (folder / "many.py").write_text(f"cfgs = {{{lists}}}\nlong = [8] * 200")
    rows = cli("summary", "@many.py").err.splitlines()
    assert rows[0].startswith("vgginspect: many.py has 43 cfg lists")
    assert len(rows) == 42
    assert rows[-1] == "  and 3 more"
    (folder / "long.py").write_text("a = [8] * 200\nb = [9]")
    assert cli("summary", "@long.py").err.splitlines()[1] == f"  @long.py:a  {'8,' * 149}8…"


def test_standard_input_can_be_a_module_with_one_list(folder, cli):
    one = (folder / "one.py").read_text()
    assert cli("summary", "-", "--get", "config.tokens", stdin=one).out == '[64, "M"]\n'
    result = cli("summary", "-", stdin=CFGS)
    assert result.code == 2
    assert result.err.startswith(
        "vgginspect: standard input has 2 cfg lists; save it to a file, and give the name of one\n"
        "  @FILE:tiny  64,M\n"
    )


def test_every_command_takes_a_list_of_a_file(folder, cli):
    assert "64" in cli("compare", "@cfgs.py:tiny", "@cfgs.json:tiny", "D").out
    assert cli("layer", "@cfgs.py:deep", "conv1_2", "-f", "csv").code == 0
    assert cli("code", "@cfgs.py:tiny").out == cli("code", "64,M").out
    assert cli("trace", "@cfgs.py:tiny").out == cli("trace", "64,M").out
    lines = "@cfgs.py:tiny\n@cfgs.json:tiny+bn\nD\n"
    rows = cli("summary", "-", "--lines", "--columns", "config,depth", "-f", "csv", stdin=lines)
    assert rows.out.splitlines()[1:] == ["@cfgs.py:tiny,4", "@cfgs.json:tiny+bn,4", "D,16"]
    wrong = cli("summary", "-", "--lines", stdin="D\n@cfgs.json\n")
    assert wrong.code == 2
    assert "line 2: cfgs.json has 3 cfg lists" in wrong.err
    refused = cli("summary", "@cfgs.py:tiny", "--lines")
    assert refused.code == 2
    assert refused.err.startswith(
        "vgginspect: --lines reads every line of a file as a NETWORK, and"
    )


def test_a_module_is_not_run(folder, cli):
    (folder / "code.py").write_text("open('ran', 'w')\nimport absent\ncfg = [64, 'M']\n")
    assert cli("summary", "@code.py", "--get", "totals.depth").out == "4\n"
    assert not (folder / "ran").exists()
