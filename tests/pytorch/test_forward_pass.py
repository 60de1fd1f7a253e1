"""Real forward passes, of small networks."""

import pytest

from vgginspect import CheckError, plan
from vgginspect.pytorch import forward_pass
from vgginspect.pytorch.forward_pass import check_shape


@pytest.mark.parametrize(
    ("options", "shape"),
    [
        ({"num_classes": 7, "hidden": (16,)}, (7,)),
        ({"features_only": True, "batch_norm": True}, (16, 5, 4)),
        ({"avgpool": None, "hidden": (), "num_classes": 3, "bias": False}, (3,)),
    ],
)
def test_a_real_image_comes_out_in_the_plans_shape(options, shape):
    grown = plan([8, "M", 16, "LRN", "A"], input_shape=(2, 20, 16), **options)
    run = forward_pass.forward(grown)
    assert run.output_shape == grown.layers[-1].output_shape == shape
    assert check_shape(grown, run).good
    assert run.seconds > 0
    assert run.build_seconds > 0
    assert run.peak_bytes > 50_000_000
    assert run.document()["output_shape"] == list(shape)


def test_another_shape_is_a_difference():
    grown = plan([8], input_shape=8, features_only=True)
    run = forward_pass.Pass((9, 8, 8), 0.1, 0.1, None)
    (fact,) = check_shape(grown, run).differences
    assert (fact.expected, fact.found) == ([8, 8, 8], [9, 8, 8])


def test_a_network_larger_than_memory_is_refused_before_it_is_built():
    with pytest.raises(CheckError, match=r"needs at least [\d,.]+ GB, but this machine has"):
        forward_pass.forward(plan("A", hidden=(10_000_000, 4096)))


def test_memory_that_runs_out_all_the_same_is_a_failed_check(monkeypatch):
    monkeypatch.setattr(forward_pass, "_memory", lambda: None)
    with pytest.raises(CheckError, match="PyTorch cannot run this network: RuntimeError"):
        forward_pass.forward(plan("A", hidden=(2_000_000_000, 2_000_000_000)))
