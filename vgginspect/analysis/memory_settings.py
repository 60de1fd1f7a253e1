"""How a network is trained, as far as its memory depends on it: the options of ``memory``."""

from re import IGNORECASE, fullmatch
from typing import NamedTuple

from vgginspect.cfg.tokens import MAX_NUMBER
from vgginspect.errors import ConfigError

#: Bytes of an element of the weights, and of a feature map.
DTYPES = {"float32": (4, 4), "float16": (2, 2), "bfloat16": (2, 2), "amp": (4, 2)}
#: States of the size of a weight that an optimizer keeps.
OPTIMIZERS = {"none": 0, "sgd": 0, "momentum": 1, "adam": 2, "adamw": 2}
DEVICES = ("cuda", "cpu")
FREEZE = ("features",)
CHECKPOINTS = ("stage",)


class Settings(NamedTuple):
    """How a network is trained, see ``memory``."""

    batch_size: int = 1
    dtype: str = "float32"
    optimizer: str = "adam"
    device: str = "cuda"
    freeze: str | None = None
    checkpoint_every: str | None = None


def check_settings(settings: Settings) -> None:
    """Check that every setting is one that is known.

    Raises:
        ConfigError: one is not; the message names its option.
    """
    for name, known in (
        ("dtype", DTYPES),
        ("optimizer", OPTIMIZERS),
        ("device", DEVICES),
        ("freeze", FREEZE),
        ("checkpoint_every", CHECKPOINTS),
    ):
        value = getattr(settings, name)
        if value not in known and not (value is None and known in (FREEZE, CHECKPOINTS)):
            option = name.replace("_", "-")
            listed = ", ".join(known)
            raise ConfigError(f"--{option} must be one of {listed}, not {str(value)[:40]!r}")
    if type(settings.batch_size) is not int or not 1 <= settings.batch_size <= MAX_NUMBER:
        raise ConfigError(
            f"--batch-size must be a whole number from 1 to {MAX_NUMBER}, "
            f"not {str(settings.batch_size)[:40]!r}"
        )


def batch_sizes(text: str) -> list[int]:
    """Parse ``--batch-size``: one number or several, ``1,8,32``.

    Raises:
        ConfigError: an entry is no number.
    """
    found = [part.strip() for part in text.split(",")]
    for part in found:
        if not fullmatch("[0-9]{1,12}", part):
            raise ConfigError(
                f"--batch-size must be whole numbers, such as 1,8,32, not {text[:40]!r}"
            )
    return list(map(int, found))


#: A smaller number without a unit was hardly meant as bytes.
LEAST = 10**6


def bytes_of(text: str) -> int:
    """Parse an amount of memory: ``16GB``, ``24 GiB``, ``500MB`` or a number of bytes.

    Raises:
        ConfigError: it is none.
    """
    found = fullmatch(r"([0-9]+(?:\.[0-9]+)?) *(?:([KMGT])(i?)B?|B)?", text.strip(), IGNORECASE)
    if found is None or not float(found[1]):
        raise ConfigError(
            "--fits must be an amount of memory, such as 16GB (10⁹ bytes) or 16GiB (2³⁰), "
            f"not {text[:40]!r}"
        )
    power = "KMGT".index(found[2].upper()) + 1 if found[2] else 0
    amount = int(float(found[1]) * (1024 if found[3] else 1000) ** power)
    if amount < LEAST and found[0].isascii() and found[0][-1].isdecimal():
        raise ConfigError(f"--fits {found[0]} has no unit; write {found[0]}GB or {found[0]}GiB")
    return amount
