import json

from vgginspect import plan


def test_every_configuration_with_its_arithmetic(cli):
    result = cli("configs", "--format", "json")
    entries = json.loads(result.out)["configs"]
    assert len(entries) == 12
    for entry in entries:
        grown = plan(entry["config"])
        assert grown.config.model == entry["model"]
        assert grown.config.batch_norm == entry["batch_norm"]
        assert [token.value for token in grown.config.tokens] == entry["tokens"]
        totals = grown.totals
        for field in ("conv_layers", "linear_layers", "depth", "layers", "params", "macs"):
            assert entry[field] == getattr(totals, field)
        assert entry["arithmetic"] == f"{totals.conv_layers} + 3 = {totals.depth}"


def test_the_slip_of_the_tutorial_is_right_here(cli):
    rows = {row.split()[0]: row for row in cli("configs").out.splitlines() if "+" in row}
    assert "13 + 3 = 16" in rows["C"]
    assert "vgg" not in rows["C"]
    assert "13 + 3 = 16" in rows["D"]
    assert "vgg16" in rows["D"]
    assert "16 + 3 = 19" in rows["E"]


def test_columns_get_and_output(cli, tmp_path):
    assert cli("configs", "--columns", "config,depth", "-f", "csv").out.splitlines()[:3] == [
        "config,depth",
        "A,11",
        "A+bn,11",
    ]
    assert cli("configs", "--get", "configs.8.params").out == "138357544\n"
    target = tmp_path / "configs.json"
    assert cli("configs", "-o", str(target)) == (0, "", "")
    assert json.loads(target.read_text())["schema"] == 1
