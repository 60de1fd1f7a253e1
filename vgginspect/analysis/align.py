"""Alignment of token lists: which tokens were inserted, removed or changed."""

from collections.abc import Sequence
from typing import NamedTuple

from vgginspect.cfg.tokens import Token

#: Maximum size of the alignment table; longer differing parts are not aligned token by token.
MAX_CELLS = 1_000_000

#: One change costs less than a removal plus an insertion, but two changes cost more, so that equal
#: tokens are aligned.
_CHANGE, _ONE_SIDED = 3, 2


#: Kinds of token that end a stage.
_POOLS = ("maxpool", "avgpool")


class Place(NamedTuple):
    """One aligned position of several lists, with each list's token or None.

    ``positions`` count from 1 in each list. A pool in any of the lists ends a ``stage``; if the
    lists have the same pools, the stage is that of all of them.
    """

    stage: int
    positions: tuple[int | None, ...]
    tokens: tuple[Token | None, ...]

    def edit(self, index: int) -> str:
        """The edit of list ``index`` at this position, compared with the first list.

        ``same``, ``inserted``, ``dropped`` or ``changed``; empty if neither has a token.
        """
        before, after = self.tokens[0], self.tokens[index]
        if before == after:
            return "same" if before else ""
        return "inserted" if before is None else "dropped" if after is None else "changed"


class Pair(NamedTuple):
    """One aligned position of two lists: indices from 0, None if a list has no token there."""

    before: int | None
    after: int | None


def align(before: Sequence[Token], after: Sequence[Token]) -> list[Pair]:
    """Align two token lists at minimum cost, with insertions and removals as late as possible.

    Tokens of the same kind (convolutions, pools, norms) can be aligned as a change; others are
    removed and inserted. If the lists are too long (more than ``MAX_CELLS`` pairs between their
    common prefix and suffix), everything between is removed and inserted.
    """
    head = tail = 0
    if len(before) * len(after) > MAX_CELLS:
        head = _common(before, after)
        tail = _common(before[head:][::-1], after[head:][::-1])
    last, last_after = len(before) - tail, len(after) - tail
    pairs = [Pair(place, place) for place in range(head)]
    if (last - head) * (last_after - head) > MAX_CELLS:
        pairs += [Pair(place, None) for place in range(head, last)]
        pairs += [Pair(None, place) for place in range(head, last_after)]
    else:
        pairs += [
            Pair(None if a is None else a + head, None if b is None else b + head)
            for a, b in _align(before[head:last], after[head:last_after])
        ]
    pairs += [Pair(last + place, last_after + place) for place in range(tail)]
    return pairs


def side_by_side(lists: Sequence[Sequence[Token]]) -> list[Place]:
    """Align each list with the first one, and merge the alignments."""
    first = lists[0]
    matched: list[dict[int, int]] = []
    inserted: list[dict[int, list[int]]] = []
    for other in lists:
        own: dict[int, int] = {}
        extra: dict[int, list[int]] = {}
        gap = 0
        for before, after in align(first, other):
            if before is None:
                extra.setdefault(gap, []).append(after or 0)
                continue
            gap = before + 1
            if after is not None:
                own[before] = after
        matched.append(own)
        inserted.append(extra)
    rows: list[tuple[int | None, ...]] = []
    for place in range(len(first) + 1):
        extras = [extra.get(place, []) for extra in inserted]
        for depth in range(max(map(len, extras))):
            rows.append(tuple(e[depth] if depth < len(e) else None for e in extras))
        if place < len(first):
            rows.append(tuple(own.get(place) for own in matched))
    return _places(lists, rows)


def _places(lists: Sequence[Sequence[Token]], rows: list[tuple[int | None, ...]]) -> list[Place]:
    places = []
    stage = 1
    for row in rows:
        tokens = tuple(
            None if position is None else tokens[position]
            for position, tokens in zip(row, lists, strict=True)
        )
        positions = tuple(None if position is None else position + 1 for position in row)
        places.append(Place(stage, positions, tokens))
        stage += any(token and token.kind in _POOLS for token in tokens)
    return places


def _common(before: Sequence[Token], after: Sequence[Token]) -> int:
    length = 0
    for a, b in zip(before, after, strict=False):
        if a != b:
            break
        length += 1
    return length


def _align(before: Sequence[Token], after: Sequence[Token]) -> list[Pair]:
    """Compute the minimum cost from each cell to the end, then follow the best path."""
    rows, columns = len(before), len(after)
    costs = [[_ONE_SIDED * (columns - column) for column in range(columns + 1)]]
    for row in range(rows - 1, -1, -1):
        below = costs[-1]
        current = [0] * columns + [_ONE_SIDED * (rows - row)]
        token = before[row]
        for column in range(columns - 1, -1, -1):
            other = after[column]
            best = _ONE_SIDED + min(below[column], current[column + 1])
            if token == other:
                best = min(best, below[column + 1])
            elif _family(token) == _family(other):
                best = min(best, _CHANGE + below[column + 1])
            current[column] = best
        costs.append(current)
    costs.reverse()
    return _walk(before, after, costs)


def _walk(before: Sequence[Token], after: Sequence[Token], costs: list[list[int]]) -> list[Pair]:
    pairs = []
    row = column = 0
    while row < len(before) or column < len(after):
        cost = costs[row][column]
        if row < len(before) and column < len(after):
            token, other = before[row], after[column]
            change = 0 if token == other else _CHANGE
            alike = _family(token) == _family(other)
            if alike and cost == change + costs[row + 1][column + 1]:
                pairs.append(Pair(row, column))
                row, column = row + 1, column + 1
                continue
        if row < len(before) and cost == _ONE_SIDED + costs[row + 1][column]:
            pairs.append(Pair(row, None))
            row += 1
        else:
            pairs.append(Pair(None, column))
            column += 1
    return pairs


def _family(token: Token) -> str:
    return "pool" if token.kind in _POOLS else token.kind
