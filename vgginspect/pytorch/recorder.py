"""Record, in order, which list entries a builder reads and which modules it makes."""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from types import CodeType
from typing import Any, NamedTuple

from torch import nn

from vgginspect.errors import BuilderError
from vgginspect.pytorch.call_sites import CallSite, left_loop, running

#: Positions of modules made before the first entry was read, and after the last one.
BEFORE_FIRST, AFTER_LAST = -1, -2
#: With more modules than this, in total and per token, the loop is probably infinite.
MAX_MODULES, MAX_PER_ENTRY = 20_000, 50
#: Maximum number of ways of reading that are examined; builders have up to three.
MAX_WAYS = 100


class Read(NamedTuple):
    """An entry was read, in some way: by an iterator, or by index at a call site."""

    way: object
    place: int


class End(NamedTuple):
    """An iterator was exhausted."""

    way: object


class Made(NamedTuple):
    """A module was made, while these lines of these functions were running."""

    module: nn.Module
    running: tuple[tuple[CodeType, int], ...]


class Attribution(NamedTuple):
    """The entry each module was made for, and the entries read, in that order."""

    places: dict[nn.Module, int]
    read: tuple[int, ...]

    @property
    def entries(self) -> set[int]:
        """The entries of the list that a module was made for."""
        return set(self.places.values()) - {BEFORE_FIRST, AFTER_LAST}


class Recorder:
    """The recorded events, in order."""

    def __init__(self, count: int) -> None:
        self.events: list[Read | End | Made] = []
        self._count = count
        #: Entries read that the builder had added itself.
        self._own = 0
        self._known: set[int] = set()
        self._iterating: dict[object, int] = {}
        self._most = max(MAX_MODULES, MAX_PER_ENTRY * count)

    def read(self, way: object, place: int | None) -> None:
        """Record that an entry is read; the builder's own entries get places after the list's."""
        if place is None:
            place = self._count + self._own
            self._own += 1
        self.events.append(Read(way, place))

    @contextmanager
    def iterating(self, site: CallSite) -> Iterator[object]:
        """The way of reading of an iterator created at a call site.

        Iterators created there one after another are the same loop; simultaneous ones, as with
        ``zip``, are not.
        """
        number = self._iterating.get(site, 0)
        self._iterating[site] = number + 1
        try:
            yield (site, number)
        finally:
            self._iterating[site] -= 1

    def made(self, module: nn.Module) -> None:
        """Record that a module is being made.

        Raises:
            BuilderError: so many modules that the loop is probably infinite.
        """
        if id(module) in self._known:
            return
        self._known.add(id(module))
        self.events.append(Made(module, running()))
        if len(self._known) > self._most:
            raise BuilderError(
                f"the builder made more than {self._most:,} modules for {self._count} tokens; "
                "its loop may be infinite"
            )

    @contextmanager
    def noting_modules(self) -> Iterator[None]:
        """Context manager: record every ``nn.Module`` that is created."""
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

    def attribution(self) -> Attribution:
        """The entry each module was made for.

        A builder may read its list in several ways, to look ahead or to count first. The main loop
        is the first way whose reads are followed by modules for the most entries. Ways that read
        only entries which it does not are added to it.
        """
        ways: dict[object, set[int]] = {}
        for event in self.events:
            if isinstance(event, Read):
                ways.setdefault(event.way, set()).add(event.place)
        best: object = None
        most = (-1, -1)
        for way in islice(ways, MAX_WAYS):
            made = self._along({way})
            own = range(self._count, self._count + self._own)
            score = (len(made.entries.difference(own)), len(set(made.read).difference(own)))
            if score > most:
                best, most = way, score
        # Such as ``cfg[0]`` before a loop over the others.
        rest = {way for way, read in ways.items() if read.isdisjoint(ways.get(best, ()))}
        return self._along({best, *rest})

    def last_read(self) -> CallSite | None:
        """The call site that read an entry last, or that created the iterator which did."""
        ways = (event.way for event in reversed(self.events) if isinstance(event, Read))
        return next(map(_site_of, ways), None)

    def _along(self, ways: set[object]) -> Attribution:
        """The attribution if only these ways of reading counted."""
        place = BEFORE_FIRST
        places: dict[nn.Module, int] = {}
        read: dict[int, None] = {}
        site: CallSite | None = None
        last = max(
            (
                number
                for number, event in enumerate(self.events)
                if isinstance(event, Read) and event.way in ways
            ),
            default=-1,
        )
        for number, event in enumerate(self.events):
            if isinstance(event, Made):
                left = site is not None and place != BEFORE_FIRST and left_loop(site, event.running)
                places[event.module] = AFTER_LAST if left else place
            elif event.way in ways:
                if isinstance(event, Read):
                    place = event.place
                    read.setdefault(place)
                    site = event.way if isinstance(event.way, CallSite) else None
                elif number > last:
                    place = AFTER_LAST
        return Attribution(places, tuple(read))


def _site_of(way: Any) -> CallSite:
    """The call site of a way of reading, or where its iterator was created."""
    site: CallSite = way if isinstance(way, CallSite) else way[0]
    return site
