import pytest

from vgginspect.errors import (
    CheckError,
    ConfigError,
    InputSizeError,
    OutputError,
    VGGInspectError,
)


@pytest.mark.parametrize(
    ("error", "builtin", "exit_code"),
    [
        (ConfigError("no"), ValueError, 2),
        (InputSizeError("no", 32), ConfigError, 2),
        (OutputError("no"), OSError, 2),
        (CheckError("no"), Exception, 1),
        (VGGInspectError("no"), Exception, 2),
    ],
)
def test_an_error_has_a_message_an_exit_code_and_a_builtin_base(error, builtin, exit_code):
    assert str(error) == "no"
    assert error.exit_code == exit_code
    assert isinstance(error, VGGInspectError)
    assert isinstance(error, builtin)


def test_an_input_size_error_knows_the_smallest_size_that_works():
    assert InputSizeError("no", 32).smallest == 32
