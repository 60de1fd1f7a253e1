"""The lines of PyTorch are run against real models, and give what a hook sees."""

import pytest
import torch

from vgginspect import build, plan
from vgginspect.analysis.activation import activation_code


@pytest.mark.parametrize(
    "cfg",
    [
        "D+bn+input-size=32+hidden=8,8+num-classes=3+avgpool=2",
        "A-LRN+input-size=33+hidden=8+num-classes=3+avgpool=none",
        "C+input-size=1x32x40+hidden=none+avgpool=1",
        "16,M,conv1-8,A+input-size=9+features-only",
    ],
)
def test_each_line_gives_the_output_of_its_layer(cfg):
    grown = plan(cfg)
    model = build(cfg).eval()
    x = torch.rand(2, *grown.input_shape)
    seen = {}

    def note(path):
        def hook(module, inputs, output):
            seen[path] = output.clone()

        return hook

    hooks = [module.register_forward_hook(note(path)) for path, module in model.named_modules()]
    with torch.no_grad():
        model(x)
        for hook in hooks:
            hook.remove()
        for layer in grown.layers:
            output = eval(activation_code(layer, grown), {"model": model, "torch": torch, "x": x})
            assert tuple(output.shape[1:]) == layer.output_shape
            assert torch.equal(output, seen[layer.path]), layer.path


@pytest.mark.parametrize(
    ("cfg", "path", "code"),
    [
        ("E", "features.19", "model.features[:20](x)"),
        ("D", "avgpool", "model.avgpool(model.features(x))"),
        (
            "D",
            "classifier.0",
            "model.classifier[:1](torch.flatten(model.avgpool(model.features(x)), 1))",
        ),
        (
            "D+avgpool=none",
            "classifier.3",
            "model.classifier[:4](torch.flatten(model.features(x), 1))",
        ),
    ],
)
def test_lines_read_as_one_would_write_them(cfg, path, code):
    grown = plan(cfg)
    (layer,) = (layer for layer in grown.layers if layer.path == path)
    assert activation_code(layer, grown) == code


@pytest.mark.parametrize("cfg", ["A", "vgg13_bn", "A-LRN", "C", "D", "E"])
def test_each_line_runs_for_every_layer_at_full_size(cfg):
    grown = plan(cfg)
    with torch.device("meta"):
        model = build(cfg)
        x = torch.empty(1, *grown.input_shape)
    for layer in grown.layers:
        output = eval(activation_code(layer, grown), {"model": model, "torch": torch, "x": x})
        assert tuple(output.shape[1:]) == layer.output_shape
