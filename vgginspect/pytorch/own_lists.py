"""The cfg list of a file's own that a network is made from: which it is, and how it was read."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import zip_longest
from typing import Any, NamedTuple

from vgginspect.cfg.config import CONFIGS
from vgginspect.cfg.paper import NAMES, name_key
from vgginspect.pytorch.named_lists import places, put
from vgginspect.pytorch.recorder import Recorder
from vgginspect.pytorch.recording_list import recording
from vgginspect.text.printable import printable

#: So many lists of a file are recorded at most.
MOST = 100


class OwnList(NamedTuple):
    """A list of a file: its Python expression, the name that it is looked up by, its entries."""

    text: str
    name: object
    entries: tuple[Any, ...]

    def unlike_paper(self) -> str:
        """Where it differs from the paper's configuration of its name; empty if it does not."""
        letter, _ = NAMES.get(name_key(str(self.name)), ("", False))
        if not letter:
            return ""
        paper = (token.value for token in CONFIGS[letter].tokens)
        for number, (own, usual) in enumerate(zip_longest(self.entries, paper), 1):
            if own != usual:
                here, there = ("nothing" if one is None else repr(one) for one in (own, usual))
                return (
                    f"{printable(self.text)} is not the paper's {letter}: entry {number} is "
                    f"{printable(here)}, not {there}"
                )
        return ""


@contextmanager
def recording_lists(maker: Callable[..., Any]) -> Iterator[Callable[[], OwnList | None]]:
    """Context manager: the lists that a maker can look up record what is read of them.

    Yields a function that returns the list of which every entry was read, if there is just one.
    """
    recorders: list[tuple[OwnList, Recorder]] = []
    with ExitStack() as stack:
        for place in [one for one in places(maker) if type(one.holder[one.key]) is list][:MOST]:
            entries = list(place.holder[place.key])
            cfg, recorder = recording(entries)
            stack.enter_context(put(cfg, [place]))
            recorders.append((OwnList(place.text, place.key, tuple(entries)), recorder))

        def read() -> OwnList | None:
            found = [
                one
                for one, recorder in recorders
                if recorder.events
                and set(range(len(one.entries))) <= set(recorder.attribution().read)
            ]
            return found[0] if len({repr(one.entries) for one in found}) == 1 else None

        yield read
