"""Which layer belongs to which: stage by stage, heads that are convolutions, other colours."""

import pytest

from vgginspect import plan
from vgginspect.checkpoint.named_tensors import tensors_of_plan
from vgginspect.checkpoint.paired_layers import pair_layers
from vgginspect.checkpoint.stored_layers import StoredLayer
from vgginspect.network.plan import Plan


def names(of: Plan) -> dict[str, str]:
    """The paper's name of each layer, by its path: written by ``grow``, not by the pairing."""
    return {layer.path: layer.name for layer in of.layers}


def pairs(cfg: str, source: str) -> list[tuple[str, str]]:
    own, there = plan(cfg), plan(source)
    sides = [names(own), names(there)]
    made = pair_layers(tensors_of_plan(own, "").layers, tensors_of_plan(there, "").layers)

    def name(side: int, layer: StoredLayer | None) -> str:
        return sides[side][layer.name] if layer else ""

    return [(name(0, one.own), name(1, one.source)) for one in made]


@pytest.mark.parametrize("cfg", ["A", "B", "C", "D", "E", "D+bn", "E+features-only"])
@pytest.mark.parametrize("source", ["A", "B", "C", "D", "E", "A+bn", "E+classes=10+bn"])
def test_a_layer_goes_into_its_own_stage(cfg: str, source: str) -> None:
    found = pairs(cfg, source)
    both = [(own, there) for own, there in found if own and there]
    assert all(own[:5] == there[:5] for own, there in both if own[:4] in ("conv", "bn"))
    for stage in range(1, 6):
        sides = [{pair[at] for pair in found if pair[at][:5] == f"conv{stage}"} for at in (0, 1)]
        inside = sum(own[:5] == f"conv{stage}" for own, _ in both)
        if min(map(len, sides)) == max(map(len, sides)):
            assert inside == len(sides[0])


def test_what_is_more_in_a_stage_is_new() -> None:
    found = dict(pairs("E", "D"))
    assert [own for own, there in found.items() if not there] == ["conv3_4", "conv4_4", "conv5_4"]
    assert found["conv4_3"] == "conv4_3"
    assert found["conv5_3"] == "conv5_3"


@pytest.mark.parametrize(
    ("cfg", "source"),
    [
        ("8,8,M,8,8,8,M", "8,8,M,8,M,8,8,M"),  # another number of stages, as many convolutions
        ("8,8,M,8,8,8,M", "8,M,8,8,8,8,M"),  # the same convolutions, a pool elsewhere
    ],
)
def test_pools_alone_move_no_weights(cfg: str, source: str) -> None:
    assert all(own and there for own, there in pairs(f"{cfg}+features-only", source)[:5])


HEAD = ",conv7-4096p0,conv1-4096,conv1-1000+features-only"


@pytest.mark.parametrize("cfg", ["D", "E", "B", "D+bn", "E+bn"])
def test_a_head_of_convolutions(cfg: str) -> None:
    letter, plus, norm = cfg.partition("+")
    own = f"{letter}{HEAD}{plus}{norm}"
    fc = ["fc6", "fc7", "fc8"]
    assert [there for _, there in pairs(own, "D") if there[:2] == "fc"] == fc
    assert [here for here, _ in pairs("D", own) if here[:2] == "fc"] == fc
    assert [pair for pair in pairs("D", own) if pair[0] in fc and not pair[1]] == []


@pytest.mark.parametrize("input_size", ["1x224x224", "4x224x224"])
def test_the_first_convolution_may_take_other_colours(input_size: str) -> None:
    assert dict(pairs(f"E+input={input_size}", "D"))["conv1_1"] == "conv1_1"
