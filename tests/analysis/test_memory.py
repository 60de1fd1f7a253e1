"""The memory of a training step; tests/pytorch/test_memory_tracker.py compares with PyTorch."""

import pytest

from vgginspect import ConfigError, plan
from vgginspect.analysis.memory import (
    Fits,
    Settings,
    batch_sizes,
    bytes_of,
    inference,
    memory,
    training,
)

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


@pytest.mark.parametrize("settings", [Settings(), Settings(dtype="amp", optimizer="sgd")])
def test_the_largest_batch_fits_and_the_next_does_not(settings):
    limit = 8 * 10**9
    fits = memory(D, settings, limit).fits
    of = [training(D, settings._replace(batch_size=fits.largest_batch + more)) for more in (0, 1)]
    assert (fits.peak_bytes, fits.next_peak_bytes) == (of[0].peak.bytes, of[1].peak.bytes)
    assert fits.peak_bytes <= limit < fits.next_peak_bytes


def test_nothing_fits():
    peak = training(D, Settings()).peak.bytes
    assert memory(D, Settings(), peak - 1).fits == Fits(peak - 1, None, 0, peak)
    assert memory(D, Settings(), peak).fits.largest_batch == 1


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("16GB", 16 * 10**9),
        ("16 gb", 16 * 10**9),
        ("24GiB", 24 * 2**30),
        ("1.5g", 15 * 10**8),
        ("512MiB", 2**29),
        ("100", 100),
        ("8kB", 8000),
        ("2T", 2 * 10**12),
    ],
)
def test_amounts(text, amount):
    assert bytes_of(text) == amount


@pytest.mark.parametrize("text", ["", "GB", "16 XB", "-1GB", "0", "16GB/s", "１GB"])
def test_wrong_amounts(text):
    with pytest.raises(ConfigError, match="--fits must be"):
        bytes_of(text)


def test_batch_sizes():
    assert batch_sizes("1, 8,32") == [1, 8, 32]
    for text in ("", "1,", "x", "1.5", "-1"):
        with pytest.raises(ConfigError, match="--batch-size must be"):
            batch_sizes(text)


@pytest.mark.parametrize(
    ("cfg", "settings", "message"),
    [
        ("D", Settings(dtype="int8"), "--dtype must be one of float32"),
        ("D", Settings(optimizer="lion"), "--optimizer must be"),
        ("D", Settings(device="tpu"), "--device must be"),
        ("D", Settings(freeze="all"), "--freeze must be"),
        ("D", Settings(checkpoint_every="layer"), "--checkpoint-every must be"),
        ("D", Settings(0), "--batch-size must be"),
        ("D", Settings(True), "--batch-size must be"),
        ("D+features-only", Settings(freeze="features"), "nothing to train"),
        ("A-LRN", Settings(dtype="amp"), "not known for lrn1_1"),
        ("A-LRN", Settings(dtype="float16", device="cpu"), "PyTorch has no LocalResponseNorm"),
        ("8,M,8+bn+input=2", Settings(1), "cannot train bn2_1 on one value"),
    ],
)
def test_what_cannot_be_told(cfg, settings, message):
    with pytest.raises(ConfigError, match=message):
        memory(plan(cfg), settings)


def test_the_repr_is_one_line():
    assert repr(memory(D, Settings(32))) == (
        "<Memory of D, batch size 32: training 4,540,375,432 bytes, inference 1,394,781,344 bytes>"
    )
