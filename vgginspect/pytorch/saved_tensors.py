"""Measure what autograd keeps for the backward pass, layer by layer, in a real network.

Nothing here uses the rules of the layers or a Plan, so that they can be compared with it.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from math import prod
from typing import Any

import torch
from torch import Tensor, nn

from vgginspect.pytorch.data_flow import BATCH, VIEWS, listed, plain_name, tensors_in
from vgginspect.pytorch.layers_from_calls import LayerCall
from vgginspect.pytorch.observe import on_device
from vgginspect.pytorch.place_recorder import PlaceRecorder
from vgginspect.pytorch.sandbox import exception_text
from vgginspect.shape import Shape

#: Functions that an empty batch passes by; they run on few pixels.
ALONE = frozenset(
    listed("""
batch_norm instance_norm local_response_norm dropout dropout1d dropout2d dropout3d alpha_dropout
feature_dropout
""")
)
#: Functions that keep of an empty batch what they keep of an image; a test runs each.
SAME = frozenset(
    listed("""
relu relu6 leaky_relu rrelu elu selu celu gelu silu mish hardswish hardsigmoid hardtanh sigmoid tanh
softplus softsign tanhshrink softshrink hardshrink threshold prelu
square sqrt rsqrt exp expm1 log log1p log2 log10 abs neg sign round floor ceil trunc frac reciprocal
sin cos erf nan_to_num add sub mul div true_divide truediv radd rsub rmul rdiv rtruediv pow rpow
clamp clamp_min clamp_max clip maximum minimum where lerp addcmul addcdiv fmod remainder masked_fill
softmax log_softmax softmin cumsum glu layer_norm group_norm
mean sum amax amin std var prod logsumexp norm max min median
conv1d conv2d conv3d conv_transpose1d conv_transpose2d conv_transpose3d linear matmul einsum unfold
max_pool1d max_pool2d max_pool3d max_pool1d_with_indices max_pool2d_with_indices
max_pool3d_with_indices avg_pool1d avg_pool2d avg_pool3d lp_pool1d lp_pool2d lp_pool3d
adaptive_avg_pool1d adaptive_avg_pool2d adaptive_avg_pool3d adaptive_max_pool1d adaptive_max_pool2d
adaptive_max_pool3d interpolate upsample pad pixel_shuffle pixel_unshuffle
cat concat concatenate stack
""")
)
#: Functions that PyTorch computes on a CUDA device with other tensors, which are not known here.
OTHERS_ON_CUDA = frozenset(
    listed("""
lstm gru rnn_tanh rnn_relu lstm_cell gru_cell rnn_tanh_cell rnn_relu_cell
scaled_dot_product_attention multi_head_attention_forward ctc_loss
""")
)
#: Views after which some others copy, which an empty batch does not show.
_TURNING = frozenset(
    listed("""
permute transpose swapaxes swapdims movedim t T mT expand expand_as broadcast_to getitem split chunk
unbind select tensor_split narrow
""")
)
_COPYING = frozenset(listed("contiguous reshape reshape_as flatten unflatten ravel to type float"))


class _Storage:
    """A storage: the layer that made it, its bytes for an image, and whether autograd keeps it."""

    def __init__(self, layer: int, size: int, kept: bool) -> None:
        self.layer, self.size, self.kept = layer, size, kept


class _UnlikeEmptyError(Exception):
    """A function may keep something else of an empty batch than of an image."""


class _VariesError(Exception):
    """As many functions run as there are images in the batch."""


class _OtherOnCudaError(Exception):
    """A function keeps other tensors on a CUDA device than here."""


class _SavedRecorder(PlaceRecorder):
    """Records the calls of a network, and what autograd keeps of each for one image."""

    def __init__(self, network: nn.Module, images: Tensor) -> None:
        super().__init__(network, (images,))
        owned = [*network.parameters(), *network.buffers(), images]
        self._ignored = {_key(tensor) for tensor in owned}
        self._held: list[Tensor] = [images]
        self._storages: dict[int, _Storage] = {}
        #: Those that were made in the leaf module that runs.
        self._recent: list[_Storage] = []
        self._empty = not images.numel()
        # Without images, shapes are those of one.
        self._batch = self._batch or 1
        #: Whether a view changed the order of the dimensions, or took a part.
        self._turned = False

    def saved(self) -> list[int]:
        """The bytes that autograd keeps for one image, of each call."""
        sizes = [0] * len(self.calls)
        for storage in self._storages.values():
            sizes[min(storage.layer, len(sizes) - 1)] += storage.size * storage.kept
        return sizes

    def note(self, tensor: Tensor, kept: bool) -> None:
        """Note that a function returned a tensor, or that autograd keeps it."""
        key = _key(tensor)
        if key in self._ignored:
            return
        self._held.append(tensor)
        if key not in self._storages:
            # Bytes if the batch had one image.
            sides = [size for size in tensor.shape if size or not self._empty]
            self._store(key, tensor.itemsize * prod(sides))
        self._storages[key].kept |= kept

    def _store(self, key: int, size: int, kept: bool = False) -> None:
        self._storages[key] = _Storage(self.place, size, kept)
        self._recent.append(self._storages[key])

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        name = plain_name(func)
        if self._in_hook:
            return func(*args, **(kwargs or {}))
        if self._empty and name in ("view", "reshape"):
            args = _with_length(args)
        if name in ALONE:
            func = wraps(func)(self._alone(func))
        made = super().__torch_function__(func, types, args, kwargs)
        self._turned |= name in _TURNING
        if self._empty and self._turned and name in _COPYING:
            raise _UnlikeEmptyError(name)
        for tensor in tensors_in((made,)):
            if tensor.requires_grad and name in OTHERS_ON_CUDA:
                raise _OtherOnCudaError(name)
            if self._empty and tensor.requires_grad and name not in SAME | ALONE | VIEWS:
                raise _UnlikeEmptyError(name)
            self.note(tensor, False)
        return made

    def _alone(self, func: Callable[..., Tensor]) -> Callable[..., Tensor]:
        """The function, measured on few pixels, and an output as if it had run on its source."""
        on_cuda = as_on_cuda(func)

        def run(source: Tensor, *args: Any, **kwargs: Any) -> Tensor:
            flow = self.flow(source)
            if flow is None or flow.dims[0] != BATCH or source.dim() < 2:
                raise _UnlikeEmptyError(func.__name__)
            channels, *sides = source.shape[1:]
            sizes = []
            for count in (2, 3):
                shape = (
                    (1, channels, *(1 for _ in sides[1:]), count) if sides else (count, channels)
                )
                few = torch.zeros(shape, dtype=source.dtype, device=source.device)
                few = few.requires_grad_(source.requires_grad).clone()
                kept: list[Tensor] = []
                with saving(kept.append):
                    result = on_cuda(few, *args, **kwargs)
                found = {_key(tensor): tensor for tensor in kept}
                if found.pop(_key(few), None) is not None:
                    self.note(source, True)
                found.pop(_key(result), None)
                extra = [one for key, one in found.items() if key not in self._ignored]
                sizes.append(sum(one.untyped_storage().nbytes() for one in extra))
            more = (prod(sides) if sides else 1) - 2
            self._held.append(torch.empty(0))
            self._store(_key(self._held[-1]), sizes[0] + (sizes[1] - sizes[0]) * more, True)
            if _key(result) == _key(few):
                return source
            return (source * 1).requires_grad_(result.requires_grad)

        return run

    def entered_leaf(self) -> None:
        self._recent = []

    def left_leaf(self, last: int) -> None:
        for storage in self._recent:
            storage.layer = min(storage.layer, last)


def _with_length(args: tuple[Any, ...]) -> tuple[Any, ...]:
    """The arguments of ``view``, with the length that -1 stands for in an empty batch."""
    source, *given = args
    if not isinstance(source, Tensor) or source.numel() or not given:
        return args
    shape = list(given[0]) if isinstance(given[0], (tuple, list)) else given
    if not all(isinstance(size, int) for size in shape) or -1 not in shape or 0 not in shape:
        return args
    others = prod(size for size in shape if size > 0)
    length = prod(size for size in source.shape if size) // others
    return (source, [length if size == -1 else size for size in shape])


def saved_bytes(network: nn.Module, shape: Shape) -> tuple[list[LayerCall], list[int]]:
    """The calls of a network in training, and for each the bytes that autograd keeps of one image.

    A storage counts once, for the layer that made it; weights, buffers and the image do not count.
    A dropout mask counts one byte an element, as on a CUDA device. Numbers are float32.

    The network runs on an empty batch, which computes nothing, but shows the shape of every tensor
    that is saved; with a function that may treat an empty batch in another way, on two and on three
    images on the meta device. Dropout and normalisations run on few pixels, and what they keep is
    multiplied.

    Args:
        network: the network. Meanwhile it has uninitialised weights.
        shape: ``(C, H, W)`` of an image.

    Raises:
        Exception: whatever the network raises for this input.
    """
    try:
        return _measured(network, (0, *shape), "cpu")
    except Exception:
        calls, of_two = _measured(network, (2, *shape), "meta")
        of_three = _measured(network, (3, *shape), "meta")[1]
        if len(of_two) != len(of_three):
            raise _VariesError from None
        return calls, [2 * two - three for two, three in zip(of_two, of_three, strict=True)]


def with_saved(
    network: nn.Module, calls: list[LayerCall], shape: Shape
) -> tuple[list[LayerCall], list[str]]:
    """The calls of a network with what autograd keeps of each; a note if that is not known."""
    try:
        trained, sizes = saved_bytes(network, shape)
    except _OtherOnCudaError as error:
        return calls, [f"what autograd keeps of {error} on a CUDA device is not known"]
    except _VariesError:
        return calls, [
            "what autograd keeps of each layer is not known: which run depends on the batch size"
        ]
    except Exception as error:
        return calls, [
            f"what autograd keeps was not measured: in training, {exception_text(error)}"
        ]
    if [(call.path, call.rule.type) for call in trained] != [
        (call.path, call.rule.type) for call in calls
    ]:
        return calls, [
            "in training it runs other layers, so what autograd keeps of each is not told here; "
            "memory measures it"
        ]
    return [call._replace(saved_bytes=n) for call, n in zip(calls, sizes, strict=True)], []


def _measured(network: nn.Module, shape: Shape, device: str) -> tuple[list[LayerCall], list[int]]:
    with on_device(network, device, torch.float32), torch.device(device), torch.enable_grad():
        images = torch.empty(shape)
        recorder = _SavedRecorder(network.train(), images)
        with saving(lambda tensor: recorder.note(tensor, True)), recorder:
            network(images)
    return recorder.calls, recorder.saved()


def as_on_cuda(func: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """A function as a CUDA device runs it: dropout has a mask of one byte an element there."""
    if func not in (nn.functional.dropout, torch.dropout):
        return func

    def dropout(
        input: Tensor,  # noqa: A002
        p: float = 0.5,
        training: bool = True,
        inplace: bool = False,
        **train: bool,
    ) -> Tensor:
        if inplace or not train.get("train", training) or not 0 < p < 1:
            return func(input, p, train.get("train", training), *([True] if inplace else []))
        return torch.native_dropout(input, p, True)[0]

    return dropout


def _key(tensor: Tensor) -> int:
    return int(tensor.untyped_storage()._cdata)


@contextmanager
def saving(note: Callable[[Tensor], Any]) -> Iterator[None]:
    """Context manager: show every tensor that autograd saves to a function."""

    def pack(tensor: Tensor) -> Tensor:
        note(tensor)
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
        yield
