"""Receptive fields along one axis, against the gradients of the same operations."""

from itertools import pairwise

import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from torch.nn import functional

from vgginspect.pytorch.receptive import PIXEL

LENGTH = 192


def windows():
    return st.tuples(
        st.just("window"),
        st.integers(1, 4),
        st.integers(1, 3),
        st.integers(0, 1),
        st.integers(1, 2),
    )


def turned():
    return st.tuples(st.just("transposed"), st.integers(1, 4), st.integers(1, 3), st.just(0))


def upsampled(kind):
    return st.tuples(st.just(kind), st.integers(2, 3))


STEPS = st.lists(
    st.one_of(windows(), turned(), upsampled("repeated"), upsampled("interpolated")), max_size=4
)


def run(signal, kind, *numbers):
    """The same step in PyTorch, with weights of one."""
    ones = torch.ones(1, 1, numbers[0], dtype=torch.float64)
    if kind == "window":
        _, stride, padding, dilation = numbers
        return functional.conv1d(signal, ones, None, stride, padding, dilation)
    if kind == "transposed":
        _, stride, padding = numbers
        return functional.conv_transpose1d(signal, ones, None, stride, padding)
    mode = "nearest" if kind == "repeated" else "linear"
    return functional.interpolate(signal, scale_factor=numbers[0], mode=mode)


def extent(output, signal, place):
    """First and last input that a place of the output depends on."""
    if not output[0, 0, place].requires_grad:
        return None
    (gradient,) = torch.autograd.grad(output[0, 0, place], signal, retain_graph=True)
    found = gradient[0, 0].nonzero().flatten().tolist()
    return (found[0], found[-1]) if found else None


@given(STEPS)
def test_what_a_position_reads_is_what_its_gradient_reaches(steps):
    signal = torch.ones(1, 1, LENGTH, dtype=torch.float64, requires_grad=True)
    output, reach = signal, PIXEL
    for kind, *numbers in steps:
        assume(output.shape[2] > 24)
        output = run(output, kind, *numbers)
        reach = getattr(reach, kind)(*numbers)
        assert reach is not None
    inside = []
    for place in range(output.shape[2] // 3, 2 * output.shape[2] // 3):
        found = extent(output, signal, place)
        if found and (found[0] < 12 or found[1] >= LENGTH - 12):
            continue
        assert reach.at(place) == found
        inside.append(found)
    if len(inside) >= len(reach.spans) and None not in inside:
        assert reach.field == max(last - first + 1 for first, last in inside)


def test_upsampling_beyond_the_image_has_no_jump():
    assert PIXEL.repeated(2).jump is None
    assert PIXEL.window(2, 2, 0).repeated(2).jump == 1
    assert PIXEL.window(3, 1, 1).field == 3


def test_a_sum_reads_what_either_reads_and_has_one_jump():
    one, other = PIXEL.window(3, 2, 1), PIXEL.window(2, 2, 0)
    assert one.joined(other).at(4) == (7, 9)
    assert one.joined(PIXEL) is None


def test_maps_that_repeat_too_late_are_given_up():
    reach = PIXEL
    for _, _ in pairwise(range(7)):
        reach = reach and reach.repeated(4)
    assert reach is None
