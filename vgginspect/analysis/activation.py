"""The PyTorch expression for a layer's output."""

from vgginspect.network.plan import Layer, Plan


def activation_code(layer: Layer, plan: Plan) -> str:
    """Return an expression for the output of a layer of ``model`` for a batch of images ``x``.

    ``model.features[:20](x)`` for ``features.19``. Slices share their weights with the model. Later
    layers do not run, so no in-place ReLU overwrites the output.
    """
    part, _, index = layer.path.rpartition(".")
    if part == "features":
        return f"model.features[:{int(index) + 1}](x)"
    reached = "model.features(x)"
    if any(other.path == "avgpool" for other in plan.head):
        reached = f"model.avgpool({reached})"
    if layer.path == "avgpool":
        return reached
    return f"model.classifier[:{int(index) + 1}](torch.flatten({reached}, 1))"
