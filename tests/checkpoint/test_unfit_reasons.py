"""Why tensors do not load, in the words of the options. The usual changes: test_weights."""

from typing import Any

import pytest
import torch
from random_weights import network

from vgginspect import plan
from vgginspect.checkpoint.named_tensors import tensors_of_file, tensors_of_plan
from vgginspect.checkpoint.unfit_reasons import of_shapes
from vgginspect.checkpoint.weights import fit_tensors
from vgginspect.lang import words
from vgginspect.views.weights import why

ENGLISH = words("en")


@pytest.mark.parametrize(
    ("cfg", "source", "key", "expected"),
    [
        ("8,M+hidden=none", "8,M+hidden=4", "classifier.0.weight", "hidden none, not 4"),
        ("8,M+hidden=none", "8,M+features-only", "classifier.0.bias", "features only"),
        ("8,8,M", "8,M", "features.2.weight", "no convolution there in the other list"),
        ("8,M+no-bias", "8,M", "features.0.bias", "bias"),
        ("8,M", "conv5-8,M", "features.0.weight", "kernel 3×3, not 5×5"),
        ("8,16,M", "4,16,M", "features.2.weight", "in_channels 8, not 4"),
    ],
)
def test_reasons(cfg: str, source: str, key: str, expected: str) -> None:
    fit = fit_tensors(tensors_of_plan(plan(cfg), cfg), tensors_of_plan(plan(source), source))
    reason = next(why(one, ENGLISH) for one in fit.tensors if one.key == key)
    assert reason is not None
    assert expected in reason


def test_a_tensor_that_is_not_there_and_one_of_another_shape() -> None:
    assert of_shapes((3, 4), None).key == "fit_absent"
    assert of_shapes((3, 4), (5,)) == ("fit_shape", {"own": "3×4", "there": "5"})


def test_a_prefix_is_found_and_told(tmp_path: Any) -> None:
    state = {f"module.{key}": value for key, value in network("8,M").state_dict().items()}
    torch.save(state, tmp_path / "a.pth")
    fit = fit_tensors(tensors_of_plan(plan("8,M"), "8,M"), tensors_of_file(str(tmp_path / "a.pth")))
    assert fit.prefix == "module."
    assert why(fit.tensors[0], ENGLISH) == "saved with the prefix module."
    assert fit.params_loaded == fit.params
