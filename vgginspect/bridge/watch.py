"""Watching a builder: what it reads of its list and which modules it makes, in order."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import CodeType
from typing import Any, NamedTuple

from torch import nn

from vgginspect.bridge.spots import Spot, has_left, running
from vgginspect.errors import BuilderError

#: Places of modules made before the first token was read and after the last one.
BEFORE, AFTER = -1, -2
#: More modules than this, and more than some for each token, are made by a loop without end.
MOST_MODULES, MOST_FOR_EACH = 20_000, 50
#: Ways of reading the list that are looked at; a builder has one, two or three.
MOST_SITES = 100


class Read(NamedTuple):
    """An entry was read, by an iterator or at a spot of the code."""

    site: object
    place: int


class End(NamedTuple):
    """An iterator came to its end."""

    site: object


class Made(NamedTuple):
    """A module was made, while these lines of these functions were running."""

    module: nn.Module
    running: tuple[tuple[CodeType, int], ...]


class Watch:
    """What happened, in order."""

    def __init__(self, count: int) -> None:
        self.events: list[Read | End | Made] = []
        self._count = count
        self._known: set[int] = set()
        self._walking: dict[object, int] = {}
        self._most = max(MOST_MODULES, MOST_FOR_EACH * count)

    def read(self, site: object, place: int | None) -> None:
        """Note that an entry is being read."""
        if place is not None:
            self.events.append(Read(site, place))

    @contextmanager
    def walking(self, spot: object) -> Iterator[object]:
        """The site of an iterator made at a spot of the code.

        Iterators made there one after the other are the same loop; at once, as ``zip`` makes
        them, they are not.
        """
        number = self._walking.get(spot, 0)
        self._walking[spot] = number + 1
        try:
            yield (spot, number)
        finally:
            self._walking[spot] -= 1

    def made(self, module: nn.Module) -> None:
        """Note that a module is being made.

        Raises:
            BuilderError: so many are, that it looks like a loop without end.
        """
        if id(module) in self._known:
            return
        self._known.add(id(module))
        self.events.append(Made(module, running()))
        if len(self._known) > self._most:
            raise BuilderError(
                f"the builder made more than {self._most:,} modules of {self._count} tokens; "
                "has its loop an end?"
            )

    @contextmanager
    def noting_modules(self) -> Iterator[None]:
        """Within, every ``nn.Module`` is noted when it is made."""
        watch = self
        original = nn.Module.__init__

        def init(module: nn.Module, *args: Any, **kwargs: Any) -> None:
            watch.made(module)
            original(module, *args, **kwargs)

        setattr(nn.Module, "__init__", init)  # noqa: B010
        try:
            yield
        finally:
            setattr(nn.Module, "__init__", original)  # noqa: B010

    def places(self) -> tuple[dict[nn.Module, int], set[int]]:
        """Where each module was made, and which entries were read.

        A builder may read its list in several ways at once, looking ahead or counting first. The
        loop is the way whose reads have most modules made behind them; the first of several.
        """
        sites: dict[object, None] = {}
        for event in self.events:
            if isinstance(event, Read):
                sites.setdefault(event.site)
                if len(sites) >= MOST_SITES:
                    break
        best: dict[nn.Module, int] = {}
        most = (-1, -1)
        read: set[int] = set()
        for site in sites:
            homes, places = self._along(site)
            score = (len(set(homes.values()) - {BEFORE, AFTER}), len(places))
            if score > most:
                best, most, read = homes, score, places
        return best, read

    def _along(self, site: object) -> tuple[dict[nn.Module, int], set[int]]:
        place = BEFORE
        homes: dict[nn.Module, int] = {}
        places: set[int] = set()
        spot = site if isinstance(site, Spot) else None
        for event in self.events:
            if isinstance(event, Made):
                left = spot is not None and place != BEFORE and has_left(spot, event.running)
                homes[event.module] = AFTER if left else place
            elif event.site == site:
                place = event.place if isinstance(event, Read) else AFTER
                if place != AFTER:
                    places.add(place)
        return homes, places
