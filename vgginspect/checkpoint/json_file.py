"""JSON of strangers: with a limit of its length, of its depth and of its numbers."""

from typing import BinaryIO

from vgginspect.checkpoint.values import UnreadableFileError

#: Bytes; a header of 100,000 tensors is about as long.
MAX_LENGTH = 16 << 20
#: Digits of a number.
MAX_DIGITS = 20


def read_json(stream: BinaryIO, length: int) -> object:
    """The value that these bytes of JSON describe.

    Raises:
        UnreadableFileError: it is none, or too long, or too deep.
    """
    import json

    if length > MAX_LENGTH:
        raise UnreadableFileError(f"JSON of more than {MAX_LENGTH >> 20} MiB")
    try:
        return json.loads(stream.read(length), parse_int=_whole, parse_float=_no_number)
    except RecursionError:
        raise UnreadableFileError("JSON that is nested too deep") from None
    except ValueError:
        raise UnreadableFileError("its JSON is invalid") from None


def _whole(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise ValueError(digits[:MAX_DIGITS])
    return int(digits)


def _no_number(_: str) -> None:
    """No fraction of a checkpoint's header means anything here."""
