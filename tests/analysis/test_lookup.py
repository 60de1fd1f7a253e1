"""Every layer is found by each of its names, and nothing else is."""

import pytest

from vgginspect import ConfigError, Plan, plan
from vgginspect.analysis.lookup import find, layer_names
from vgginspect.cfg.config import names


def all_names(layer):
    """Each way to name a layer, as a person might type it."""
    part, _, index = layer.path.rpartition(".")
    yield from (layer.name, layer.name.upper(), layer.path, layer.path.title())
    yield f"model.{layer.path}"
    if part:
        yield f"{part}[{index}]"
        yield f"model.{part}[{index}]"
    if part == "features":
        yield index
    yield from layer.state_dict


@pytest.mark.parametrize("name", names())
def test_every_layer_is_found_by_each_of_its_names(name):
    grown = plan(name)
    for layer in grown.layers:
        for spelled in all_names(layer):
            (found,) = find(grown, [spelled])
            assert found.layer == layer, spelled


@pytest.mark.parametrize(
    ("cfg", "name", "path"),
    [
        ("vgg16", "relu1_2", "features.3"),
        ("vgg16", "relu2_2", "features.8"),
        ("vgg16", "relu3_3", "features.15"),
        ("vgg16", "relu4_3", "features.22"),
        ("vgg19", "conv4_2", "features.21"),
        ("vgg16_bn", "relu1_2", "features.5"),
        ("vgg16_bn", "relu2_2", "features.12"),
        ("vgg16_bn", "relu3_3", "features.22"),
        ("vgg16_bn", "relu4_3", "features.32"),
        ("vgg19_bn", "conv4_2", "features.30"),
        ("D", "block4_conv2", "features.19"),
        ("D", "block5_pool", "features.30"),
        ("D", "fc1", "classifier.0"),
        ("D", "FC2", "classifier.3"),
        ("D", "predictions", "classifier.6"),
        ("D+hidden=64", "predictions", None),
        ("D", "module.features.0.weight", "features.0"),
        ("D", "module.model.features[2]", "features.2"),
        ("D", " Conv4-2 ", "features.19"),
        ("A-LRN", "lrn1_1", "features.2"),
        ("D", "bn1_1", None),
        ("D", "31", None),
        ("D", "00", "features.0"),
        ("D", "-1", None),
        ("D", "", None),
        ("D", "features", None),
        ("D", "features.0.running_mean", None),
        ("D+bn", "features.1.running_mean", "features.1"),
        ("D+avgpool=none", "avgpool", None),
        ("D", "conv_4", "features.7"),
        ("vgg19", "relu_4", "features.8"),
        ("vgg19", "pool_4", "features.9"),
        ("D+bn", "bn_2", "features.4"),
        ("D", "conv_14", None),
        ("D", "fc_6", None),
        ("D", "vgg.21", "features.21"),
        ("D", "self.vgg16.features[21]", "features.21"),
        ("D", "net.classifier.6.weight", "classifier.6"),
        ("D", "conv1_1.weight", "features.0"),
        ("D", "conv1_1.running_mean", None),
        ("D+no-bias", "conv1_1.bias", None),
        ("D", "vgg_16/conv4/conv4_2/weights", "features.19"),
        ("D", "vgg_16/fc8/biases:0", "classifier.6"),
        ("D", "vgg_16/pool5", "features.30"),
    ],
)
def test_names_lead_to_the_layers_that_people_mean(cfg, name, path):
    if path is None:
        with pytest.raises(ConfigError, match=r"has no layer|name at least one layer"):
            find(plan(cfg), [name])
    else:
        assert find(plan(cfg), [name])[0].layer.path == path


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("conv1_*", ["conv1_1", "conv1_2"]),
        ("Pool?", ["pool1", "pool2", "pool3", "pool4", "pool5"]),
        ("classifier.*", ["fc6", "relu6", "drop6", "fc7", "relu7", "drop7", "fc8"]),
        ("features[:3]", ["conv1_1", "relu1_1", "conv1_2"]),
        ("vgg.features[28:]", ["conv5_3", "relu5_3", "pool5"]),
        ("classifier[2:4]", ["drop6", "fc7"]),
        ("[3:5]", ["relu1_2", "pool1"]),
        ("fc6,*1_1,0", ["fc6", "conv1_1", "relu1_1", "conv1_1"]),
    ],
)
def test_a_name_can_stand_for_several_layers(name, found):
    assert [entry.layer.name for entry in find(plan("D"), [name])] == found


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("40", "features has the indices 0 to 30"),
        ("classifier[-8]", "classifier has the indices 0 to 6"),
        ("conv4", "did you mean conv4_1 or conv4_2 or conv4_3, or all of them: conv4_*?"),
        ("softmax", "the scores come from the last Linear, without softmax"),
        ("flatten", "flattening is a function in forward, not a module"),
        ("features[50:]", None),
        ("conv9_*", None),
    ],
)
def test_an_unknown_layer_is_answered_by_what_was_probably_meant(name, hint):
    with pytest.raises(ConfigError) as caught:
        find(plan("D"), [name])
    first = str(caught.value).splitlines()[0]
    assert first.startswith(f"D has no layer '{name}'")
    assert hint is None or first.endswith(f"; {hint}")


def test_several_layers_come_in_the_order_they_were_asked_for():
    found = find(plan("D"), ["fc6", "19", "conv1_1", "conv4_2"])
    assert [entry.layer.name for entry in found] == ["fc6", "conv4_2", "conv1_1", "conv4_2"]
    assert find(plan("D"), ["fc6, 19,conv1_1", "conv4_2,"]) == found


def test_a_layer_comes_with_its_step_and_its_neighbours():
    grown = plan("D")
    for before, layer, after in zip(
        (None, *grown.layers), grown.layers, (*grown.layers[1:], None), strict=False
    ):
        (found,) = find(grown, [layer.path])
        assert (found.previous, found.next) == (before, after)
        assert found.step == (grown.steps[layer.step - 1] if layer.step else None)


def test_an_unknown_layer_lists_what_is_there():
    with pytest.raises(ConfigError) as caught:
        find(plan("D"), ["conv4_2", "conv4_4"])
    assert str(caught.value) == (
        "D has no layer 'conv4_4'; did you mean conv4_3?\n"
        f"  the layers are {', '.join(layer_names(plan('D')))}\n"
        "  or a path, such as features.0, or an index in features"
    )


def test_a_long_list_is_cut_and_a_hostile_name_is_harmless():
    with pytest.raises(ConfigError) as caught:
        find(plan([8] * 5000), ["\x1b[31m" + "9" * 300])
    assert len(str(caught.value)) < 1500
    assert str(caught.value).isascii() is False
    assert "\x1b" not in str(caught.value)


def test_the_walk_ends_where_the_last_layer_is_found(monkeypatch):
    grown = plan([8] * 100_000)
    seen = 0
    steps = Plan.iter_steps

    def counted(self):
        nonlocal seen
        for step in steps(self):
            seen += 1
            yield step

    monkeypatch.setattr(Plan, "iter_steps", counted)
    find(grown, ["conv1_3", "0"])
    assert seen < 10


@pytest.mark.parametrize(
    ("cfg", "layers", "more"), [([8] * 30, 60, False), ([8] * 30 + ["M"], 60, True)]
)
def test_an_error_lists_the_first_sixty_layers(cfg, layers, more):
    with pytest.raises(ConfigError) as caught:
        find(plan(cfg, features_only=True), ["nothing"])
    (line,) = [line for line in str(caught.value).splitlines() if "the layers are" in line]
    listed = line.partition("the layers are ")[2].split(", ")
    assert len(listed) == layers + more
    assert (listed[-1] == "…") is more


def test_so_much_of_an_unknown_name_is_shown():
    with pytest.raises(ConfigError, match=f"^D has no layer '{'x' * 60}'"):
        find(plan("D"), ["x" * 61])
