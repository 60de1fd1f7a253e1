"""The memory of real training steps on the CPU, tensor by tensor, against what the rules say."""

import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.strategies import configs
from vgginspect.analysis.memory import memory
from vgginspect.analysis.memory_settings import DTYPES, OPTIMIZERS, Settings
from vgginspect.cfg.config import Config, make_config
from vgginspect.errors import ConfigError
from vgginspect.network.grow import grow
from vgginspect.pytorch.memory_tracker import Measured, Tracker, measure


def of_rules(config: Config, settings: Settings) -> Measured:
    found = memory(grow(config), settings)
    training = found.training
    return Measured(
        training.weights_bytes,
        training.buffers_bytes,
        training.gradients_bytes,
        training.optimizer_bytes,
        training.input_bytes,
        training.saved_bytes,
        training.peak.bytes,
        found.inference.peak.bytes,
    )


@given(
    configs(),
    st.builds(
        Settings,
        st.integers(1, 3),
        st.sampled_from(list(DTYPES)),
        st.sampled_from(list(OPTIMIZERS)),
        st.just("cpu"),
        st.sampled_from([None, "features"]),
        st.sampled_from([None, "stage"]),
    ),
)
def test_every_part_and_the_peak_are_those_of_a_real_step(config, settings):
    assume(max(config.input_shape) < 120)
    try:
        expected = of_rules(config, settings)
    except ConfigError:
        # Not known, or not possible.
        assume(False)
    batch_size, dtype, optimizer, _, freeze, checkpoint_every = settings
    found = measure(config, batch_size, dtype, optimizer, freeze, checkpoint_every)
    if dtype == "amp":
        # The copies of weights that autocast makes are saved, too.
        expected = expected._replace(saved_bytes=found.saved_bytes)
    assert found == expected


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("batch_size", [1, 64])
def test_on_cuda_the_weights_are_updated_together(optimizer, batch_size):
    config = make_config("8,8,M,16+hidden=300+dropout=0+avgpool=2+input=16")
    settings = Settings(batch_size, optimizer=optimizer)
    found = measure(config, batch_size, optimizer=optimizer, foreach=True)
    steps = 4 * 10 if OPTIMIZERS[optimizer] == 2 else 0  # On CUDA these are on the CPU.
    training = memory(grow(config), settings).training
    assert found.peak_bytes - steps == training.peak.bytes
    assert found.optimizer_bytes - steps == training.optimizer_bytes


def test_the_input_of_a_checkpointed_stage_is_freed_before_gradients_are_cast():
    config = make_config("A,M,5,1,1,M,1+input=4x11x21+features-only")
    settings = Settings(1, "amp", "momentum", "cpu", None, "stage")
    found = measure(config, 1, "amp", "momentum", None, "stage")
    assert memory(grow(config), settings).training.peak.bytes == found.peak_bytes


def test_a_storage_counts_once_and_until_it_is_freed():
    tracker = Tracker()
    with tracker:
        one = torch.zeros(8)
        view = one.view(2, 4)
        other = one + 1
        assert (tracker.in_use, tracker.peak) == (64, 64)
        del one, other
        assert (tracker.in_use, tracker.peak) == (32, 64)
        del view
        assert tracker.in_use == 0
