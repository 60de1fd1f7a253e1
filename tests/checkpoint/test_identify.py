"""From shapes back to the network, as far as shapes allow."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from layouts import LAYOUTS, OTHERS, Layout, state
from torch import nn
from torch.nn.utils import prune

from vgginspect import build, plan
from vgginspect.cfg.config import CONFIGS, Config, config_from_text
from vgginspect.cfg.tokens import parse_token
from vgginspect.checkpoint.identify import INFERRED, KNOWN, UNKNOWN, Finding, identify
from vgginspect.errors import CheckError
from vgginspect.shape import Shape
from vgginspect.views.identify import grouped


def without_norms(tensors: dict[str, Shape]) -> dict[str, Shape]:
    norms = {key.rpartition(".")[0] for key in tensors if key.endswith("running_mean")}
    return {key: shape for key, shape in tensors.items() if key.rpartition(".")[0] not in norms}


def certainty(finding: Finding, name: str) -> str:
    return next(fact.certainty for fact in finding.facts if fact.name == name)


def test_few_convolutions_and_a_head_of_convolutions() -> None:
    tensors = {
        "features.0.weight": (8, 3, 3, 3),
        "features.3.weight": (16, 8, 3, 3),
        "classifier.0.weight": (20, 16, 7, 7),
        "classifier.3.weight": (5, 20, 1, 1),
    }
    finding = identify(tensors)
    assert [layer.name for layer in finding.layers] == ["features.0", "features.3"]
    assert [layer.name for layer in finding.head] == ["classifier.0", "classifier.3"]
    assert certainty(finding, "classifier") == UNKNOWN


@pytest.mark.parametrize("batch_norm", [False, True])
@pytest.mark.parametrize("letter", list(CONFIGS))
def test_every_named_configuration(letter: str, batch_norm: bool) -> None:
    finding = identify(state(letter, batch_norm=batch_norm))
    assert finding.config == CONFIGS[letter].with_options(batch_norm=batch_norm)
    assert certainty(finding, "configuration") == KNOWN
    assert certainty(finding, "pools") == INFERRED
    assert certainty(finding, "dropout") == UNKNOWN
    assert not finding.others


@pytest.mark.parametrize(
    ("cfg", "options"),
    [
        ("D", {"num_classes": 10}),
        ("D", {"hidden": (512,), "num_classes": 10, "avgpool": 1}),
        ("A", {"hidden": ()}),
        ("E", {"bias": False, "batch_norm": True}),
        ("B", {"input_shape": (1, 224, 224)}),
        ("D", {"features_only": True}),
        ("52,64,M,99,128,M,200,256,M", {"batch_norm": True}),
        ("8,M,conv1-16,M,conv5-4,M", {}),
        ("8,16", {"avgpool": 3, "num_classes": 1}),
    ],
    ids=str,
)
def test_what_shapes_can_tell_comes_back(cfg: str, options: dict[str, Any]) -> None:
    config = config_from_text(cfg).with_options(**options)
    assert identify(state(config)).config == config


@pytest.mark.parametrize("prefix", ["module.", "_orig_mod.", "backbone.net.", "module.model."])
def test_a_prefix_is_found(prefix: str) -> None:
    finding = identify(state("A", prefix))
    assert finding.prefix == prefix
    assert finding.config == CONFIGS["A"]
    assert not finding.others


def test_a_bare_list_of_features() -> None:
    bare = {k.removeprefix("features."): v for k, v in state("D", features_only=True).items()}
    finding = identify(bare)
    assert finding.config == CONFIGS["D"].with_options(features_only=True)
    assert (finding.prefix, finding.base, finding.others) == ("", "", ())


def test_a_single_linear_layer_called_classifier() -> None:
    tensors = state("A", features_only=True)
    tensors |= {"classifier.weight": (10, 512), "classifier.bias": (10,)}
    found = identify(tensors).config
    assert (found.hidden, found.num_classes, found.avgpool) == ((), 10, 1)


def test_a_vgg_inside_a_larger_model() -> None:
    features = state("D", features_only=True)
    tensors: dict[str, Shape] = {k.replace("features", "vgg"): v for k, v in features.items()}
    tensors |= {f"extras.{i}.weight": (256, 512, 1, 1) for i in range(20, 30)}
    finding = identify(tensors)
    assert finding.config.name == "D"
    assert finding.base == "vgg"
    assert len(finding.others) == 10


def in_paper_names(cfg: Any, **options: Any) -> dict[str, Shape]:
    return {
        f"{layer.name}.{key.rpartition('.')[2]}": shape
        for layer in plan(cfg, **options).layers
        for key, shape in layer.state_dict.items()
    }


@pytest.mark.parametrize("batch_norm", [False, True])
@pytest.mark.parametrize("letter", ["A", "B", "C", "D", "E"])
def test_keys_in_the_papers_names(letter: str, batch_norm: bool) -> None:
    finding = identify(in_paper_names(letter, batch_norm=batch_norm) | {"mean": (3,)})
    assert finding.config == CONFIGS[letter].with_options(batch_norm=batch_norm)
    assert (finding.prefix, finding.others) == ("", ("mean",))


def test_errors_are_in_the_names_of_the_file() -> None:
    tensors = in_paper_names("8,8") | {"conv1_2.weight": (8, 9, 3, 3)}
    with pytest.raises(CheckError, match=r"conv1_2\.weight has 9 input channels"):
        identify(tensors)


@pytest.mark.parametrize("cfg", ["D", "8,M,16,16,M"])
def test_merged_batch_norm_leaves_room_behind_every_convolution(cfg: str) -> None:
    finding = identify(without_norms(state(cfg, batch_norm=True)))
    assert finding.config == config_from_text(cfg)
    assert certainty(finding, "merged") == INFERRED
    assert not finding.others


def test_a_pool_behind_every_convolution_is_no_merged_batch_norm() -> None:
    finding = identify(state("8,M,16,M,32,M"))
    assert finding.config == config_from_text("8,M,16,M,32,M")
    assert "merged" not in {fact.name for fact in finding.facts}


def test_a_classifier_of_convolutions_is_said_to_be_unknown() -> None:
    features = state("A", features_only=True)
    assert certainty(identify(features), "classifier") == KNOWN
    head: dict[str, Shape] = {"classifier.0.weight": (4, 512, 7, 7), "classifier.0.bias": (4,)}
    finding = identify(features | head)
    assert certainty(finding, "classifier") == UNKNOWN
    assert finding.others == tuple(head)


def test_batch_norm_in_the_classifier_is_none_of_the_network() -> None:
    norm: dict[str, Shape] = {"classifier.1.weight": (4096,), "classifier.1.running_mean": (4096,)}
    finding = identify(state("A") | norm)
    assert finding.config == CONFIGS["A"]
    assert finding.others == tuple(norm)


def test_a_map_that_is_no_square() -> None:
    config = config_from_text("8,M,16,M").with_options(avgpool=None, input_shape=(3, 24, 32))
    finding = identify(state(config))
    assert finding.config == config
    assert certainty(finding, "input_size") == INFERRED


def test_a_wide_gap_is_said_to_be_unknown() -> None:
    finding = identify(state("8,LRN,M,16,M"))
    assert certainty(finding, "between") == UNKNOWN
    assert [token.text for token in finding.config.tokens] == ["8", "LRN", "M", "16", "M"]


def test_indices_without_room_for_relus_leave_pools_unknown() -> None:
    tensors = {f"features.{i}.weight": (8, 3 if i == 0 else 8, 3, 3) for i in range(4)}
    finding = identify(tensors)
    assert certainty(finding, "pools") == UNKNOWN
    assert [token.value for token in finding.config.tokens] == [8, 8, 8, 8]


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS)
def test_layouts_of_other_projects(layout: Layout) -> None:
    finding = identify(layout.tensors)
    assert finding.config.argument == layout.argument
    assert certainty(finding, "configuration") == layout.configuration
    found = {fact.certainty for fact in finding.facts if fact.name == "classifier"}
    assert found == ({layout.classifier} if layout.classifier else set())
    if layout.others:
        groups = sorted(group.partition(" ")[0] for group in grouped(finding.others))
        assert groups == sorted(layout.others.split())
    states = (layer.rule.state() for layer in plan(finding.config).layers)
    assert [layer.shape for layer in finding.layers] == [one["weight"] for one in states if one]


@pytest.mark.parametrize("tensors", OTHERS.values(), ids=OTHERS)
def test_networks_of_other_kinds(tensors: dict[str, Shape]) -> None:
    with pytest.raises(CheckError, match="not a VGG"):
        identify(tensors)


def test_a_list_in_the_file_tells_the_pools() -> None:
    tensors = {f"conv{at}.weight": (8, 8 if at else 3, 3, 3) for at in range(3)}
    lists = [(64, "M", 64), (8, "A", 8, 8, "M"), (8, 8, 8)]
    finding = identify(tensors, lists)
    assert finding.config.argument == "8,A,8,8,M+no-bias+features-only"
    assert certainty(finding, "configuration") == KNOWN
    assert identify(tensors, lists[:1]).config.argument == "8,8,8+no-bias+features-only"


RESNET = {
    "conv1.weight": (64, 3, 7, 7),
    "bn1.weight": (64,),
    "layer1.0.conv1.weight": (64, 64, 3, 3),
    "layer2.0.downsample.0.weight": (128, 64, 1, 1),
    "fc.weight": (1000, 512),
}


@pytest.mark.parametrize(
    ("tensors", "words"),
    [
        ({}, "not a VGG: no sequence of convolutions found"),
        ({"fc.weight": (10, 5)}, "not a VGG: no sequence of convolutions found"),
        (RESNET, "conv1.weight does not fit in"),
        ({"features.0.weight": (8, 3, 0, 0)}, "0x0 convolution"),
        (
            {"features.0.weight": (8, 3, 3, 3), "features.2.weight": (8, 4, 3, 3)},
            "has 4 input channels, but the convolution before it has 8",
        ),
        (
            {"features.0.weight": (64, 3, 3, 3), "features.3.squeeze.weight": (16, 64, 1, 1)},
            "features.3.squeeze.weight does not fit in",
        ),
        (
            {
                "features.0.weight": (8, 3, 3, 3),
                "features.0.bias": (8,),
                "features.2.weight": (8, 8, 3, 3),
            },
            "only some convolutions have bias",
        ),
        (
            {"features.0.weight": (8, 3, 3, 3), "classifier.0.weight": (5, 9)},
            "not a multiple of 8 channels",
        ),
        ({"features.0.weight": (8, 3, 3, 3), "classifier.0.weight": (5, 0)}, "not a multiple of"),
        (
            {
                "features.0.weight": (8, 3, 3, 3),
                "classifier.0.weight": (5, 8),
                "classifier.3.weight": (2, 4),
            },
            "has 4 inputs",
        ),
        ({"features.0.weight": (2**40, 3, 3, 3)}, "the number of channels must be between 1 and"),
        ({"features.0.weight": (8, 2**40, 3, 3)}, "each number of the input size must be a whole"),
        (
            {"features.0.weight": (8, 3, 3, 3), "classifier.0.weight": (2**40, 8)},
            "the number of classes must be a whole number from 1 to 2147483647",
        ),
        (
            {
                "features.0.weight": (8, 3, 3, 3),
                "classifier.0.weight": (2**40, 8),
                "classifier.3.weight": (2, 2**40),
            },
            "each hidden size must be a whole number from 1 to 2147483647",
        ),
    ],
)
def test_what_is_no_vgg(tensors: dict[str, Shape], words: str) -> None:
    with pytest.raises(CheckError, match=words):
        identify(tensors)


@given(
    st.lists(st.tuples(st.integers(1, 40), st.sampled_from([1, 3, 5]), st.booleans()), min_size=1),
    st.booleans(),
    st.booleans(),
    st.integers(1, 5),
)
def test_any_list_of_convolutions_and_max_pools(
    entries: list[tuple[int, int, bool]], batch_norm: bool, bias: bool, avgpool: int
) -> None:
    texts = [t for n, k, pool in entries for t in (f"conv{k}-{n}", *["M"] * pool)]
    if "M" in texts and texts[-1] != "M":
        texts.append("M")
    if len(texts) > 1 and texts.count("M") == 1 and texts[-1] == "M":
        texts.pop()
    if texts.count("M") > 7:
        return
    options = {"batch_norm": batch_norm, "bias": bias, "avgpool": avgpool}
    config = Config(tuple(parse_token(text) for text in texts)).with_options(**options)
    assert identify(state(config)).config == config


def test_masks_of_pruning_are_known_for_what_they_are():
    tensors = {
        "features.0.weight_orig": (8, 3, 3, 3),
        "features.0.weight_mask": (8, 3, 3, 3),
        "features.0.bias": (8,),
    }
    with pytest.raises(CheckError, match=r"prune\.remove\(module, 'weight'\) and save again"):
        identify(tensors)


def convolutions(place: str, count: int, into: int = 8) -> dict[str, Shape]:
    """A list of convolutions with a ReLU after each."""
    return {
        f"{place}.{2 * index}.weight": (8, 8 if index else into, 3, 3) for index in range(count)
    }


CHECKPOINTS: dict[str, dict[str, Shape]] = {
    "D": state("D"),
    "D, batch norm fused": without_norms(state("D", batch_norm=True)),
    "A-LRN on three classes, under a prefix, of one channel": state(
        "A-LRN", "module.", num_classes=3, input_shape=(1, 224, 224), bias=False, batch_norm=True
    ),
    "B in the paper's names": in_paper_names("B", hidden=(64,)) | {"mean": (3,)},
    "a list of one's own in the paper's names": in_paper_names("8,M,16,16", hidden=()),
    "a list of one's own": state("conv1-8,16,M,LRN,conv5-8,M,8,M", avgpool=3, hidden=(7, 5)),
    "1×1 alone": state("conv1-8,conv1-4,M", features_only=True),
    "batch norm fused": without_norms(state("8,M,16,16,M", batch_norm=True)),
    "gaps of four": state("8,M,LRN,LRN,LRN,8,M"),
    "gaps of five": state("8,M,LRN,LRN,LRN,LRN,8,M"),
    "gaps of two and three": state("8,M,LRN,8,M,LRN,LRN,8,M"),
    "a map of 1×7": state("8,M", avgpool=None, input_shape=(3, 2, 14), hidden=()),
    "a map of 4×6": state("8,M,16,M", avgpool=None, input_shape=(3, 16, 24), hidden=()),
    "a classifier of convolutions": {
        **state("A", features_only=True),
        "classifier.0.weight": (4, 512, 7, 7),
    },
    "the first convolution is not the first layer": {"features.1.weight": (8, 3, 3, 3)},
    "five convolutions in a larger model": convolutions("body", 5) | convolutions("neck", 1),
    "features beside a longer list": convolutions("features", 5) | convolutions("zoom", 6),
}


def test_the_facts_are_as_they_were(golden: Callable[[str, str], None]) -> None:
    rows = []
    for name, tensors in CHECKPOINTS.items():
        found = identify(tensors)
        shape = "x".join(map(str, found.config.input_shape))
        places = f"prefix={found.prefix} base={found.base} others={','.join(found.others)}"
        rows += ["", f"# {name}", found.config.argument, f"input {shape}", places]
        rows += [
            f"{fact.name}: {fact.value} ({fact.certainty}, {fact.reason})" for fact in found.facts
        ]
    golden("identify.txt", "\n".join(rows[1:]) + "\n")


LONG = f"features.0.{'x' * 80}.weight"


@pytest.mark.parametrize(
    ("tensors", "message"),
    [
        (
            convolutions("body", 4) | convolutions("neck", 1),
            "not a VGG: no sequence of convolutions found",
        ),
        (
            convolutions("features", 2) | convolutions("a", 1),
            "not a VGG: no sequence of convolutions found",
        ),
        (
            convolutions("features", 2) | convolutions("z", 1),
            "not a VGG: no sequence of convolutions found",
        ),
        (
            convolutions("features", 2) | convolutions("a", 1) | {"stem.weight": (8, 3, 3, 3)},
            "stem.weight does not fit in",
        ),
        ({"features.0.weight": (8, 3, 3, 3, 3)}, "not a VGG: no sequence of convolutions found"),
        (RESNET | {"z.weight": (8, 8, 1, 1)}, "conv1.weight does not fit in"),
        ({LONG: (8, 3, 3, 3)}, f"and {LONG[:80]} does not fit in"),
        (
            {
                f"{'p' * 90}.conv1_1.weight": (8, 3, 3, 3),
                f"{'p' * 90}.conv1_2.weight": (8, 9, 3, 3),
            },
            f"not a VGG: {'p' * 80} has 9 input channels",
        ),
        ({"features.0.weight": (0, 3, 3, 3)}, "3x3 convolution"),
        (convolutions("features", 10_001), "not a VGG: more than 10,000 layers"),
        (
            convolutions("features", 1)
            | {"classifier.0.weight": (5, 8), "classifier.3.weight": (2, 9)},
            "has 9 inputs, but the one before it has 5 outputs$",
        ),
        (
            convolutions("features", 1) | {"classifier.0.weight": (0, 8)},
            "has 8 inputs, not a multiple of 8 channels",
        ),
        (
            convolutions("features", 1) | {"classifier.0.weight": (5, 8 * 10**10)},
            "not a VGG that a cfg list can describe: the first Linear would have 80,000,000,000",
        ),
    ],
)
def test_what_is_no_vgg_is_told_precisely(tensors: dict[str, Shape], message: str) -> None:
    with pytest.raises(CheckError, match=message):
        identify(tensors)


@pytest.mark.parametrize(
    ("wrap", "undo"),
    [
        (lambda layer: nn.utils.weight_norm(layer), "torch.nn.utils.remove_weight_norm(module)"),
        (lambda layer: nn.utils.spectral_norm(layer), "torch.nn.utils.remove_spectral_norm"),
        (lambda layer: nn.utils.parametrizations.weight_norm(layer), "remove_parametrizations"),
        (lambda layer: nn.utils.parametrizations.spectral_norm(layer), "remove_parametrizations"),
        (lambda layer: prune.identity(layer, "weight"), "prune.remove(module, 'weight')"),
    ],
)
@pytest.mark.parametrize("name", ["features.0", "features.3", "classifier.0"])
def test_weights_that_are_computed(wrap: Any, undo: str, name: str) -> None:
    model = build("8,M,8,8,M,8,8,M+hidden=6+classes=3+avgpool=1")
    wrap(model.get_submodule(name))
    shapes = {key: tuple(value.shape) for key, value in model.state_dict().items()}
    with pytest.raises(CheckError, match=re.escape(undo)):
        identify(shapes)


def test_a_computed_weight_of_another_network_is_none_of_its_business() -> None:
    shapes = state("8,M,8,8,M,8,8,M", features_only=True)
    other = {"critic.weight_orig": (4, 4), "critic.weight_u": (4,), "critic.weight_v": (4,)}
    assert identify({**shapes, **other}).config.argument.startswith("8,M,8,8,M,8,8,M")


@pytest.mark.parametrize(
    ("part", "known"), [("kernel", True), ("kernel:0", True), ("weights", True), ("weight", False)]
)
def test_the_order_of_the_sides_of_small_networks(part: str, known: bool) -> None:
    sides = ((3, 8), (8, 16), (16, 16), (16, 16), (16, 12))
    keys = (f"block{1 + at // 2}_conv{1 + at % 2}/{part}" for at in range(len(sides)))
    shapes = {key: (3, 3, *one) for key, one in zip(keys, sides, strict=True)}
    if known:
        found = identify(shapes)
        assert found.channels_last
        assert [layer.outputs for layer in found.layers] == [8, 16, 16, 16, 12]
    else:
        with pytest.raises(CheckError, match="it is not clear whether"):
            identify(shapes)


@pytest.mark.parametrize(
    ("others", "pool"),
    [
        ({}, "M"),
        ({"ema.features.0.weight": (8, 8, 3, 3)}, "M"),
        ({"net.more.weight": (8, 8, 3, 3)}, ""),
    ],
)
def test_the_last_pool_is_always_listed(others: dict[str, Shape], pool: str) -> None:
    shapes = state("8,M,8,8,M,8,8,M", features_only=True)
    found = identify({**{f"net.{key}": one for key, one in shapes.items()}, **others})
    facts = {fact.name: fact for fact in found.facts}
    assert facts["last_pool"].value == pool
    assert facts["last_pool"].certainty == ("inferred" if pool else "unknown")
