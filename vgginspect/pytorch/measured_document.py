"""The measurements of a real network, as a document to compare with the JSON of a Plan.

Every value is computed from what was read from modules and tensors, without the layer classes,
``grow``, the columns or the properties of a Layer, so the two sides of a comparison share no code.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import torch

from vgginspect.network.plan import Layer, Step, sum_known
from vgginspect.pytorch.read_module import ReadModule
from vgginspect.shape import Shape

_BYTES = torch.float32.itemsize


class Whole(NamedTuple):
    """Properties of the whole network, read without its layers."""

    params: int
    trainable_params: int
    state_dict: tuple[tuple[str, Shape], ...]
    output_shape: Shape


def measured_document(
    steps: Sequence[Step], head: Sequence[Layer], whole: Whole, knows_steps: bool = True
) -> dict[str, Any]:
    """The document of layers that were all read from modules.

    Args:
        steps: the features, by step.
        head: the layers after them.
        whole: the properties read from the network itself.
        knows_steps: whether the token of each layer is known; otherwise ``steps`` is None.
    """
    features = [layer for step in steps for layer in step.layers]
    layers = [*features, *head]
    params = sum(_read(layer).params for layer in layers)
    return {
        "steps": [_step(step) for step in steps] if knows_steps else None,
        "layers": [_layer(layer, params) for layer in layers],
        "arguments": [_read(layer).kwargs for layer in layers],
        "totals": _totals(features, layers),
        "config": {},
        "model": {
            "input_shape": list(layers[0].input_shape),
            "params": whole.params,
            "trainable_params": whole.trainable_params,
            "output_shape": list(whole.output_shape),
        },
        "state_dict": {key: list(shape) for key, shape in whole.state_dict},
    }


def _read(layer: Layer) -> ReadModule:
    assert isinstance(layer.rule, ReadModule)
    return layer.rule


def _layer(layer: Layer, params: int) -> dict[str, Any]:
    module = _read(layer)
    *_, last = layer.path.split(".")
    before, after = layer.input_shape, layer.output_shape
    return {
        "path": layer.path,
        "name": layer.name,
        "type": module.type,
        "repr": module.text,
        "step": layer.step,
        "stage": layer.stage,
        "input_shape": list(before),
        "output_shape": list(after),
        "in_channels": module.kwargs.get("in_features", before[0]),
        "out_channels": after[0],
        "params": module.params,
        "trainable_params": module.params - module.frozen,
        "macs": layer.macs,
        "receptive_field": _listed(layer.receptive_field),
        "jump": _listed(layer.jump),
        "activation_bytes": layer.activation_bytes,
        "saved_bytes": layer.saved_bytes,
        "line": module.line,
        "index": int(last) if last.isdecimal() else None,
        "kernel_size": _listed(module.kernel_size),
        "stride": _listed(module.stride),
        "padding": _listed(module.padding),
        "dilation": _listed(module.dilation),
        "ceil_mode": module.kwargs.get("ceil_mode"),
        "spatial_size": list(after[1:]) or None,
        "share": round(module.params / (params or 1), 6),
    }


def _listed(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _step(step: Step) -> dict[str, Any]:
    modules = [_read(layer) for layer in step.layers]
    return {
        "step": step.step,
        "token": step.tokens[0].value if step.tokens else None,
        "branch": step.branch,
        "stage": step.stage,
        "in_channels_before": step.in_channels_before,
        "in_channels_after": step.in_channels_after,
        "layers_before": step.layers_before,
        "layers_after": step.layers_after,
        "appended": [layer.path for layer in step.layers],
        "output_shape": list(step.output_shape),
        "input_shape": list(step.input_shape),
        "params": sum(module.params for module in modules),
        "macs": sum_known(layer.macs for layer in step.layers),
    }


def _totals(features: Sequence[Layer], layers: Sequence[Layer]) -> dict[str, int | None]:
    modules = [_read(layer) for layer in layers]
    params = sum(module.params for module in modules)
    in_features = sum(_read(layer).params for layer in features)
    convolutions = sum(module.stem == "conv" for module in modules)
    linears = sum(module.stem == "fc" for module in modules)
    return {
        "layers": len(layers),
        "conv_layers": convolutions,
        "linear_layers": linears,
        "depth": convolutions + linears,
        "params": params,
        "trainable_params": params - sum(module.frozen for module in modules),
        "features_params": in_features,
        "classifier_params": params - in_features,
        "macs": sum_known(layer.macs for layer in layers),
        "param_bytes": _BYTES * params,
        "activation_bytes": sum(layer.activation_bytes for layer in layers),
        "saved_bytes": sum(layer.saved_bytes or 0 for layer in layers),
    }


def measured_options(steps: Sequence[Step], head: Sequence[Layer]) -> dict[str, Any]:
    """The options of the model, as far as layers tell them."""
    features = [_read(layer) for step in steps for layer in step.layers]
    after = [_read(layer) for layer in head]
    biases = [module.kwargs["bias"] for module in features if module.type == "Conv2d"]
    options: dict[str, Any] = {
        "batch_norm": any(module.type == "BatchNorm2d" for module in features),
        "bias": any(biases),
        "features_only": not after,
    }
    if after:
        widths = [m.kwargs["out_features"] for m in after if m.type == "Linear"]
        pools = [m.kwargs["output_size"] for m in after if m.type == "AdaptiveAvgPool2d"]
        options |= {
            "num_classes": widths[-1],
            "hidden": widths[:-1],
            "avgpool": pools[0] if pools else None,
        }
        drops = [m.kwargs["p"] for m in after if m.type == "Dropout"]
        if drops:
            options["dropout"] = drops[0]
    return options
