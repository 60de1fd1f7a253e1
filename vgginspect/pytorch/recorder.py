"""Watching a builder: what it reads of its list and which modules it makes, in order."""

from collections.abc import Iterator
from contextlib import contextmanager
from types import CodeType
from typing import Any, NamedTuple

from torch import nn

from vgginspect.errors import BuilderError
from vgginspect.pytorch.call_sites import Spot, has_left, running

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


def spot_of(site: object) -> Spot | None:
    """The spot of the code that a site is, or where its iterator was made."""
    if isinstance(site, Spot):
        return site
    first = site[0] if isinstance(site, tuple) and site else None
    return first if isinstance(first, Spot) else None


class Recorder:
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
        recorder = self
        original = nn.Module.__init__

        def init(module: nn.Module, *args: Any, **kwargs: Any) -> None:
            recorder.made(module)
            original(module, *args, **kwargs)

        setattr(nn.Module, "__init__", init)  # noqa: B010
        try:
            yield
        finally:
            setattr(nn.Module, "__init__", original)  # noqa: B010

    def places(self) -> tuple[dict[nn.Module, int], set[int]]:
        """Where each module was made, and which entries were read.

        A builder may read its list in several ways at once, looking ahead or counting first. The
        loop is the way whose reads have most modules made behind them, the first of several, and
        with it count the ways that read only entries which it does not.
        """
        sites: dict[object, None] = {}
        for event in self.events:
            if isinstance(event, Read):
                sites.setdefault(event.site)
                if len(sites) >= MOST_SITES:
                    break
        best: object = None
        most = (-1, -1)
        for site in sites:
            homes, places = self._along({site})
            score = (len(set(homes.values()) - {BEFORE, AFTER}), len(places))
            if score > most:
                best, most = site, score
        return self._along(self._with_the_rest(best))

    def _with_the_rest(self, site: object) -> set[object]:
        """A site, and those that read only what it does not: ``cfg[0]`` before a loop over more."""
        places: dict[object, set[int]] = {}
        for event in self.events:
            if isinstance(event, Read):
                places.setdefault(event.site, set()).add(event.place)
        own = places.get(site, set())
        return {site, *(other for other, read in places.items() if read.isdisjoint(own))}

    def last_spot(self) -> Spot | None:
        """The spot of the code that was the last to read an entry."""
        for event in reversed(self.events):
            if isinstance(event, Read):
                return spot_of(event.site)
        return None

    def _along(self, sites: set[object]) -> tuple[dict[nn.Module, int], set[int]]:
        place = BEFORE
        homes: dict[nn.Module, int] = {}
        places: set[int] = set()
        spot: Spot | None = None
        last = max(
            (
                number
                for number, event in enumerate(self.events)
                if isinstance(event, Read) and event.site in sites
            ),
            default=-1,
        )
        for number, event in enumerate(self.events):
            if isinstance(event, Made):
                left = spot is not None and place != BEFORE and has_left(spot, event.running)
                homes[event.module] = AFTER if left else place
            elif event.site in sites:
                if isinstance(event, Read):
                    place = event.place
                    places.add(place)
                    spot = event.site if isinstance(event.site, Spot) else None
                elif number > last:
                    place = AFTER
        return homes, places
