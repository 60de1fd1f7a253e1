import pytest

from vgginspect.shape import pair, shape_text, sides, sides_text


@pytest.mark.parametrize(
    ("value", "height", "width", "text"), [(3, 3, 3, "3"), ((3, 1), 3, 1, "3x1"), (0, 0, 0, "0")]
)
def test_sides_are_one_number_or_height_and_width(value, height, width, text):
    assert pair(value) == (height, width)
    assert sides(height, width) == value
    assert sides_text(value) == text


@pytest.mark.parametrize(
    ("shape", "text"), [((3, 224, 224), "3×224×224"), ((10,), "10"), ((7, 9), "7×9")]
)
def test_a_shape_is_written_with_times_signs(shape, text):
    assert shape_text(shape) == text
