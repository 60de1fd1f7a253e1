import json

import pytest


@pytest.mark.parametrize(
    ("args", "out"),
    [
        (["D", "relu3_3", "--get", "layers.0.index"], "15\n"),
        (["vgg19", "conv4_2", "--get", "layers.0.path"], "features.21\n"),
        (["vgg19", "conv4_2", "--batch-norm", "--get", "layers.0.path"], "features.30\n"),
        (
            ["D", "17", "--get", "layers.conv4_1.arithmetic.params.expression"],
            "3·3·256·512 + 512\n",
        ),
        (["D", "pool5", "fc6", "--format", "csv", "--columns", "name"], "name\npool5\nfc6\n"),
        (["D", "relu3_3", "--get", "index"], "15\n"),
        (["D", "relu1_2,relu3_3", "--get", "index", "--get", "config.name"], "3\n15\nD\n"),
        (["D", "conv5_*", "--get", "path"], "features.24\nfeatures.26\nfeatures.28\n"),
        (["-", "0", "--get", "layers.0.out_channels"], "8\n"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "out",
)
def test_a_layer_is_shown(args, out, cli):
    result = cli("layer", *args, stdin="8,M")
    assert (result.code, result.err) == (0, "")
    assert result.out == out


def test_json_goes_to_a_file(cli, tmp_path):
    target = tmp_path / "layer.json"
    assert cli("layer", "D", "fc6", "-o", str(target)) == (0, "", "")
    assert json.loads(target.read_text())["layers"][0]["name"] == "fc6"


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["D", "conv9_9"], "D has no layer 'conv9_9'; did you mean conv"),
        (["D", "19", "nope"], "D has no layer 'nope'\n  the layers are conv1_1, relu1_1,"),
        (["D"], "name at least one layer of D\n  the layers are conv1_1"),
        (["vgg17", "0"], "unknown configuration 'vgg17'"),
        (["D", "0", "--columns", "nope"], "unknown column 'nope'"),
        (["D", "0", "--get", "layers.conv1_2"], "no entry 'conv1_2' in layers"),
        (["D", "0", "--get", "nothing"], "no entry 'nothing' in layers.0"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "said",
)
def test_what_is_not_there_is_refused(args, said, cli):
    result = cli("layer", *args)
    assert (result.code, result.out) == (2, "")
    assert said in result.err
