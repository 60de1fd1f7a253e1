"""What the options of ``memory`` mean."""

import pytest

from vgginspect import ConfigError
from vgginspect.analysis.memory_settings import batch_sizes, bytes_of


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("16GB", 16 * 10**9),
        ("16 gb", 16 * 10**9),
        ("24GiB", 24 * 2**30),
        ("1.5g", 15 * 10**8),
        ("512MiB", 2**29),
        ("100B", 100),
        ("16000000000", 16 * 10**9),
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


@pytest.mark.parametrize("text", ["8", "16", "24.5", "999999"])
def test_a_number_that_is_hardly_one_of_bytes_needs_a_unit(text):
    with pytest.raises(ConfigError, match=rf"--fits {text} has no unit; write {text}GB"):
        bytes_of(text)


def test_batch_sizes():
    assert batch_sizes("1, 8,32") == [1, 8, 32]
    for text in ("", "1,", "x", "1.5", "-1"):
        with pytest.raises(ConfigError, match="--batch-size must be"):
            batch_sizes(text)
