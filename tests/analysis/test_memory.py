"""The memory of a network, and the largest batch that fits."""

import pytest

from vgginspect import ConfigError, plan
from vgginspect.analysis.memory import Fits, memory
from vgginspect.analysis.memory_settings import Settings
from vgginspect.analysis.training_step import training

D = plan("D")


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
