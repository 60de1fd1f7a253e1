"""The memory of a training step; tests/pytorch/test_memory_tracker.py compares with PyTorch."""

import pytest

from vgginspect import plan
from vgginspect.analysis.memory_settings import Settings
from vgginspect.analysis.training_step import inference, training

D = plan("D")
ON_CPU = Settings(device="cpu")


def test_one_image_of_vgg16_on_the_cpu():
    found = training(D, ON_CPU)
    assert found.saved_bytes == 72_753_152
    assert found.weights_bytes == found.gradients_bytes == 4 * 138_357_544
    # Two states, and a counter for each of 32 parameters.
    assert found.optimizer_bytes == 8 * 138_357_544 + 4 * 32
    assert found.input_bytes == 4 * 3 * 224 * 224
    assert training(plan("vgg16_bn"), ON_CPU).saved_bytes == 126_977_024


def test_what_is_saved_is_what_the_layers_say():
    for cfg in ("A", "C+bn", "8,M,LRN,A,16+features-only", "M,8+dropout=0"):
        made = plan(cfg)
        found = training(made, Settings())
        assert found.saved_bytes == made.totals.saved_bytes
        assert [row.saved_bytes for row in found.layers] == [la.saved_bytes for la in made.layers]
        assert [row.output_bytes for row in found.layers if row.layer.type != "Dropout"] == [
            la.activation_bytes for la in made.layers if la.type != "Dropout"
        ]


def test_where_the_peak_is():
    small, large = (training(D, Settings(size)).peak for size in (1, 32))
    assert (small.phase, small.layer) == ("step", None)
    # Weights, gradients, both states, their root, the image, the scores, and the loss.
    assert small.bytes == 5 * 4 * 138_357_544 + 4 * 3 * 224 * 224 + 4 * 1000 + 4
    assert (large.phase, large.layer.name) == ("backward", "relu4_3")
    found = inference(D, Settings(32))
    assert found.peak.layer.name == "conv1_2"
    maps = 2 * 4 * 32 * 64 * 224 * 224
    assert found.peak.bytes == found.weights_bytes + found.input_bytes + maps


@pytest.mark.parametrize(
    ("settings", "phase", "layer", "peak"),
    [
        (Settings(1), "step", None, 2_767_756_996),
        (Settings(32), "backward", "relu4_3", 4_540_375_432),
        (Settings(32, dtype="amp"), "backward", "fc6", 3_777_125_636),
        (Settings(32, checkpoint_every="stage"), "backward", "relu1_2", 3_877_128_584),
        (Settings(32, freeze="features"), "step", None, 2_551_111_460),
        (Settings(32, optimizer="sgd", freeze="features"), "forward", "conv1_2", 1_394_781_344),
    ],
)
def test_the_peak_moves_with_the_settings(settings, phase, layer, peak):
    found = training(D, settings)
    at = found.peak.layer and found.peak.layer.name
    assert (found.peak.phase, at, found.peak.bytes) == (phase, layer, peak)
    # What is known of each moment is part of its bytes.
    known = found.weights_bytes + found.buffers_bytes + found.optimizer_bytes + found.input_bytes
    for moment in found.moments:
        assert known + moment.saved_bytes + moment.gradients_bytes <= moment.bytes
    assert max(moment.saved_bytes for moment in found.moments) >= found.saved_bytes
    assert found.moments[-1].gradients_bytes == found.gradients_bytes
    assert found.moments[-1].saved_bytes == 0


def test_frozen_features_keep_nothing():
    found = training(D, Settings(freeze="features"))
    assert found.gradients_bytes == 4 * D.totals.classifier_params
    assert not any(row.saved_bytes for row in found.layers if row.layer.stage)
    assert found.saved_bytes == 4 * (25_088 + 4 * 4096) + 2 * 4096


def test_a_checkpointed_stage_keeps_its_input():
    kept = training(D, Settings(checkpoint_every="stage"))
    features = [row for row in kept.layers if row.layer.stage and row.saved_bytes]
    assert [row.layer.name for row in features] == ["pool1", "pool2", "pool3", "pool4", "pool5"]
    sizes = [4 * row.layer.activation_bytes // 4 for row in features]
    assert [row.saved_bytes for row in features] == sizes


def test_amp_copies_the_weights():
    found = training(D, Settings(dtype="amp"))
    assert found.weights_bytes == 2 * found.casts_bytes
    assert found.input_bytes == 4 * 3 * 224 * 224
    half = training(D, Settings(dtype="float16"))
    assert (half.casts_bytes, half.weights_bytes) == (0, 2 * 138_357_544)
    # With amp, conv1_1 also keeps a copy of the image.
    assert found.saved_bytes == half.saved_bytes + 2 * 3 * 224 * 224
