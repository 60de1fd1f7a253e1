"""Find the convolutions of a VGG among the layers of a file: one kind of name, one after another.

The names are torchvision's (``features.0``), Caffe's (``conv1_1``), Keras's (``block1_conv1``),
TF-slim's (``conv1/conv1_1``), slices (``slice1.0``), or any others that number the convolutions.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from vgginspect.checkpoint.stored_classifier import classifier_convolutions
from vgginspect.checkpoint.stored_layers import NUMBER, PICTURE, StoredLayer
from vgginspect.errors import CheckError
from vgginspect.text.printable import printable

#: Minimum number of consecutive convolutions to recognise a VGG inside a larger model.
MIN_CONVOLUTIONS = 5
_WHOLE_NUMBER = re.compile(r"([0-9]{1,9})(?![0-9a-zA-Z])")
#: Names that give the stage and the number in it.
_STAGED = re.compile(
    r"(.*)(?:conv_?#_#|(?:block|stage)_?#[._/]?conv_?#)[^#]*(?:\.#)?", re.IGNORECASE | re.DOTALL
)


class ConvChain(NamedTuple):
    """The convolutions in order; each takes what the one before it gives.

    ``norms`` are their batch norms, or empty. ``positions`` are the numbers of the convolutions in
    a list of layers, empty where the names do not tell; of such a list each takes ``each`` places,
    with its batch norm and ReLU. ``staged``: the names give the stages, the positions follow from
    these. ``base`` is the name of the list, if it is one.
    """

    convolutions: tuple[StoredLayer, ...]
    norms: tuple[StoredLayer, ...]
    positions: tuple[int, ...]
    each: int
    staged: bool
    base: str


def find_chain(layers: Sequence[StoredLayer]) -> ConvChain:
    """The convolutions of the VGG in a file.

    Args:
        layers: those of the file, see ``stored_layers``.

    Raises:
        CheckError: there are none.
    """
    families: dict[str, list[StoredLayer]] = {}
    for layer in layers:
        if layer.kind == "conv":
            families.setdefault(layer.family, []).append(layer)
    if not families:
        raise none_found(())
    runs = {}
    for name, members in families.items():
        members.sort(key=lambda layer: layer.numbers)
        runs[name] = _first_run(members)
    named = [name for name in runs if name.endswith(("features.#", "features.#.#"))]
    name = max(named or runs, key=lambda name: len(runs[name]))
    chain = _numbered_through(runs[name])
    others = [layer for key in families if key != name for layer in families[key]]
    head = classifier_convolutions(others, chain[-1].outputs)
    _refuse_others(chain, [layer for layer in others if layer not in head])
    _refuse_broken(chain, families[name])
    return _numbered(chain, _norms(chain, layers))


def _first_run(members: Sequence[StoredLayer]) -> list[StoredLayer]:
    """The first layers of which each takes what the one before it gives."""
    run = list(members[:1])
    for before, after in pairwise(members):
        if after.inputs != before.outputs:
            break
        run.append(after)
    return run


def _numbered_through(chain: list[StoredLayer]) -> list[StoredLayer]:
    """Without what comes after several lists whose layers are numbered through.

    Such slices are of one network, and a list that begins anew is of another.
    """
    for at, (before, after) in enumerate(pairwise(chain), 1):
        if before.numbers[-1:] >= after.numbers[-1:]:
            several = len({layer.name.rpartition(".")[0] for layer in chain[:at]}) > 1
            return chain[:at] if several and at >= MIN_CONVOLUTIONS else chain
    return chain


def _refuse_others(chain: Sequence[StoredLayer], others: Sequence[StoredLayer]) -> None:
    """Refuse a chain that other convolutions are part of, or come before.

    Raises:
        CheckError: there are such, or the chain is too short to be told from other networks.
    """
    first = chain[0]
    part = [*_between(others, chain)]
    part += [one for one in others if one.inputs <= PICTURE < first.inputs]
    numbered = first.name[-1:].isdecimal()
    if part or (len(chain) < MIN_CONVOLUTIONS and (others or not numbered)):
        raise none_found((*part, *others, *chain))


def none_found(others: Iterable[StoredLayer]) -> CheckError:
    """The error for a file without a VGG; the first of ``others`` is an example of what it has."""
    layer = next(iter(others), None)
    why = ": each must take what the one before it gives, and {} does not fit in"
    return CheckError(
        f"not a VGG: no sequence of convolutions found{why.format(_key(layer)) if layer else ''}"
    )


def _refuse_broken(chain: Sequence[StoredLayer], members: Sequence[StoredLayer]) -> None:
    """Refuse layers without weights, and a list whose layers do not all follow one another.

    Raises:
        CheckError: it is one.
    """
    for layer in chain:
        if min(layer.shape) < 1:
            height, width = layer.shape[2:]
            raise CheckError(f"not a VGG: {_key(layer)} is a {height}x{width} convolution")
    if len(chain) == len(members):
        return
    one_list = len({layer.name.rpartition(".")[0] for layer in members}) == 1
    staged = _STAGED.fullmatch(chain[0].family)
    if len(chain) < MIN_CONVOLUTIONS or (one_list and not staged):
        after = members[len(chain)]
        raise CheckError(
            f"not a VGG: {_key(after)} has {after.inputs} input channels, "
            f"but the convolution before it has {chain[-1].outputs} output channels"
        )


def _key(layer: StoredLayer) -> str:
    return printable(layer.keys["weight"])[:80]


def _varying(chain: Sequence[StoredLayer]) -> list[int]:
    """Which of the numbers in the names are not all the same; the last one of a single name."""
    columns = list(zip(*(layer.numbers for layer in chain), strict=True))
    varying = [at for at, column in enumerate(columns) if len(set(column)) > 1]
    return varying or [len(columns) - 1]


def _between(layers: Sequence[StoredLayer], chain: Sequence[StoredLayer]) -> Iterator[StoredLayer]:
    """The layers that are in the list of the chain, or between two of its convolutions."""
    first, last, at = chain[0], chain[-1], _varying(chain)[0]
    if not first.numbers:
        return
    base = first.name[: list(NUMBER.finditer(first.name))[at].start()]
    for layer in layers:
        match = _WHOLE_NUMBER.match(layer.name, len(base))
        if match and layer.name.startswith(base):
            inside = first.numbers[at] <= int(match[0]) <= last.numbers[at]
            if inside or base.endswith("."):
                yield layer


def _numbered(chain: Sequence[StoredLayer], norms: tuple[StoredLayer, ...]) -> ConvChain:
    """The chain with the positions that its names tell."""
    first, varying = chain[0], _varying(chain)
    each = 3 if norms else 2
    found = ConvChain(tuple(chain), norms, (), each, False, "")
    if not first.numbers:
        return found
    numbers = tuple(layer.numbers[varying[-1]] for layer in chain)
    staged = _STAGED.fullmatch(first.family)
    if staged or any(before >= after for before, after in pairwise(numbers)):
        stages = [staged[1].count("#")] if staged else varying[:-1]
        positions = [0]
        for before, after in pairwise(chain):
            pool = any(before.numbers[at] != after.numbers[at] for at in stages)
            positions.append(positions[-1] + each + pool)
        return found._replace(positions=tuple(positions), staged=True)
    base, _, number = first.name.rpartition(".")
    if number.isdecimal() and varying[-1] == len(first.numbers) - 1:
        one_list = len(varying) == 1
        return found._replace(
            positions=numbers,
            each=3 if any(norm.family == first.family for norm in norms) else 2,
            base=base if one_list else "",
        )
    # Each number is that of a convolution with its batch norm and ReLU; only gaps tell of others.
    if "." in first.name and any(after - before > 1 for before, after in pairwise(numbers)):
        return found._replace(positions=numbers, each=1)
    return found


def _norms(chain: Sequence[StoredLayer], layers: Sequence[StoredLayer]) -> tuple[StoredLayer, ...]:
    """The batch norms of the convolutions: of one kind of name, with the numbers of theirs.

    Raises:
        CheckError: only some of the convolutions of a list have one.
    """
    norms = [layer for layer in layers if layer.kind == "norm" and "running_mean" in layer.keys]
    own = chain[0].family
    after = {(*layer.numbers[:-1], layer.numbers[-1] + 1) for layer in chain if layer.numbers}
    of_list = [norm for norm in norms if norm.family == own and norm.numbers in after]
    if of_list and len(of_list) < len(chain):
        raise CheckError(
            "not a VGG that a cfg list can describe: only some convolutions have batch norm"
        )
    families: dict[str, list[StoredLayer]] = {own: of_list}
    for norm in norms:
        if norm.family != own:
            families.setdefault(norm.family, []).append(norm)
    for members in families.values():
        members.sort(key=lambda layer: layer.numbers)
        found = members[: len(chain)]
        if len(found) == len(chain) and all(map(_belongs, found, chain)):
            return tuple(found)
    return ()


def _belongs(norm: StoredLayer, convolution: StoredLayer) -> bool:
    """Whether a batch norm has the size and the numbers of a convolution, or the number after."""
    numbers = convolution.numbers
    near = norm.numbers == numbers or norm.numbers[:-1] in (numbers[:-1], numbers)
    return near and norm.outputs == convolution.outputs
