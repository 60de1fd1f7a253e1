"""Checkpoints of VGGs as other projects lay them out: names and shapes, written by hand."""

from typing import Any, NamedTuple

from vgginspect import plan
from vgginspect.network.plan import Layer
from vgginspect.shape import Shape

NORM = ("weight", "bias", "running_mean", "running_var")


def state(cfg: Any, prefix: str = "", **options: Any) -> dict[str, Shape]:
    """The state_dict of a network, as shapes under keys."""
    layers = plan(cfg, **options).layers
    return {prefix + k: s for layer in layers for k, s in layer.state_dict.items()}


def features(cfg: Any, name: str = "features", **options: Any) -> dict[str, Shape]:
    """The features alone, under a name."""
    found = state(cfg, features_only=True, **options)
    return {key.replace("features", name, 1): shape for key, shape in found.items()}


def conv(name: str, out: int, into: int, kernel: int) -> dict[str, Shape]:
    """A convolution's tensors."""
    return {f"{name}.weight": (out, into, kernel, kernel), f"{name}.bias": (out,)}


def linear(name: str, out: int, into: int) -> dict[str, Shape]:
    """A linear layer's tensors."""
    return {f"{name}.weight": (out, into), f"{name}.bias": (out,)}


def norm(name: str, channels: int) -> dict[str, Shape]:
    """A batch norm's tensors."""
    return {f"{name}.{part}": (channels,) for part in NORM}


def slices(tensors: dict[str, Shape], starts: list[int], prefix: str = "") -> dict[str, Shape]:
    """Features cut into slices whose layers are numbered through."""
    found = {}
    for key, shape in tensors.items():
        _, index, part = key.split(".")
        number = 1 + sum(int(index) >= start for start in starts)
        found[f"{prefix}slice{number}.{index}.{part}"] = shape
    return found


def convolutions(cfg: str) -> list[tuple[str, str, Layer]]:
    """Stage, number in it, and layer of every convolution."""
    layers = plan(cfg, features_only=True).layers
    return [(*layer.name[4:].split("_"), layer) for layer in layers if layer.type == "Conv2d"]  # type: ignore[misc]


def channels_last(weight: str, bias: str, **head: Shape) -> dict[str, Shape]:
    """VGG16 as TensorFlow has it; names are made from {stage} and {number}."""
    found: dict[str, Shape] = {}
    for stage, number, layer in convolutions("D"):
        names = {"stage": stage, "number": number}
        found[weight.format(**names)] = (3, 3, layer.in_channels, layer.out_channels)
        found[bias.format(**names)] = (layer.out_channels,)
    return found | head


def keras_head() -> dict[str, Shape]:
    sizes = (("fc1", 25088, 4096), ("fc2", 4096, 4096), ("predictions", 4096, 1000))
    return {
        key: shape
        for name, into, out in sizes
        for key, shape in ((f"{name}/kernel", (into, out)), (f"{name}/bias", (out,)))
    }


class Layout(NamedTuple):
    """A checkpoint, its CONFIG, and what is known of its configuration and of its classifier.

    ``others`` are the groups of tensors that are not of the VGG.
    """

    tensors: dict[str, Shape]
    argument: str
    configuration: str = "known"
    classifier: str = ""
    others: str = ""


FEATURES_CUT = {k: s for k, s in features("D+bn").items() if int(k.split(".")[1]) < 39}
TO_CONV4 = "64,64,M,128,128,M,256,256,256,M,512,512,512"
VGGISH = "64,M,128,M,256,256,M,512,512,M"

LAYOUTS = {
    "LPIPS": Layout(
        slices(features("D"), [4, 9, 16, 23], "net.")
        | {f"lin{i}.model.1.weight": (1, c, 1, 1) for i, c in enumerate([64, 128, 256, 512, 512])}
        | {"scaling_layer.shift": (1, 3, 1, 1), "scaling_layer.scale": (1, 3, 1, 1)},
        "D+features-only",
        classifier="unknown",
        others="lin0 lin1 lin2 lin3 lin4 scaling_layer",
    ),
    "CRAFT": Layout(
        slices(FEATURES_CUT, [12, 19, 29], "module.basenet.")
        | conv("module.basenet.slice5.1", 1024, 512, 3)
        | conv("module.basenet.slice5.2", 1024, 1024, 1)
        | conv("module.upconv1.conv.0", 512, 1536, 1)
        | conv("module.conv_cls.0", 32, 32, 3),
        f"{TO_CONV4},M,512,512+bn+features-only",
        classifier="unknown",
    ),
    "perceptual loss, as far as relu3_3": Layout(
        slices({k: s for k, s in features("D").items() if int(k.split(".")[1]) < 16}, [4, 9]),
        "64,64,M,128,128,M,256,256,256,M+features-only",
        classifier="known",
    ),
    "Keras": Layout(
        channels_last("block{stage}_conv{number}/kernel", "block{stage}_conv{number}/bias")
        | keras_head(),
        "D",
    ),
    "Keras without top": Layout(
        channels_last("block{stage}_conv{number}/kernel:0", "block{stage}_conv{number}/bias:0"),
        "D+features-only",
        classifier="known",
    ),
    "Keras, in PyTorch's order": Layout(
        {
            f"block{stage}_conv{number}.{part}": shape
            for stage, number, layer in convolutions("E")
            for part, shape in layer.rule.state().items()
        }
        | linear("fc1", 4096, 25088)
        | linear("fc2", 4096, 4096)
        | linear("predictions", 7, 4096),
        "E+classes=7",
    ),
    "TF-slim": Layout(
        channels_last(
            "vgg_16/conv{stage}/conv{stage}_{number}/weights",
            "vgg_16/conv{stage}/conv{stage}_{number}/biases",
            **{
                "vgg_16/fc6/weights": (7, 7, 512, 4096),
                "vgg_16/fc7/weights": (1, 1, 4096, 4096),
                "vgg_16/fc8/weights": (1, 1, 4096, 1000),
                "global_step": (),
            },
        ),
        "D+features-only",
        classifier="unknown",
    ),
    "NumPy arrays": Layout(
        channels_last(
            "conv{stage}_{number}_W",
            "conv{stage}_{number}_b",
            fc6_W=(25088, 4096),
            fc6_b=(4096,),
            fc7_W=(4096, 4096),
            fc7_b=(4096,),
            fc8_W=(4096, 1000),
            fc8_b=(1000,),
        ),
        "D",
    ),
    "SSD": Layout(
        features("D", "vgg")
        | conv("vgg.31", 1024, 512, 3)
        | conv("vgg.33", 1024, 1024, 1)
        | conv("extras.0", 256, 1024, 1)
        | conv("extras.1", 512, 256, 3)
        | conv("loc.0", 16, 512, 3)
        | conv("conf.0", 84, 512, 3)
        | {"L2Norm.weight": (512,)},
        f"{TO_CONV4},M,512,512,512,M,1024,conv1-1024+features-only",
        classifier="unknown",
        others="L2Norm conf extras loc",
    ),
    "FCN": Layout(
        {
            f"conv{stage}_{number}.{part}": shape
            for stage, number, layer in convolutions("D")
            for part, shape in layer.rule.state().items()
        }
        | conv("fc6", 4096, 512, 7)
        | conv("fc7", 4096, 4096, 1)
        | conv("score_fr", 21, 4096, 1)
        | conv("score_pool4", 21, 512, 1)
        | {"upscore2.weight": (21, 21, 4, 4)},
        "D+features-only",
        classifier="unknown",
    ),
    "U-Net with an encoder, some of it twice": Layout(
        features("D", "encoder")
        | conv("conv1.0", 64, 3, 3)
        | conv("conv1.2", 64, 64, 3)
        | conv("dec5.conv", 512, 768, 3),
        "D+features-only",
        classifier="unknown",
        others="conv1 dec5",
    ),
    "SegNet": Layout(
        {
            key: shape
            for stage, number, layer in convolutions("D")
            for key, shape in {
                **conv(f"conv{stage}{number}", layer.out_channels, layer.in_channels, 3),
                **norm(f"bn{stage}{number}", layer.out_channels),
                **conv(f"conv{stage}{number}d", layer.in_channels, layer.out_channels, 3),
            }.items()
        },
        "D+bn+features-only",
        configuration="inferred",
        classifier="unknown",
    ),
    "CSRNet": Layout(
        features(TO_CONV4, "frontend")
        | features("512,512,512,256,128,64", "backend", input_shape=(512, 20, 20))
        | conv("output_layer", 1, 64, 1),
        f"{TO_CONV4}+features-only",
        classifier="unknown",
        others="backend output_layer",
    ),
    "fc6, fc7, fc8": Layout(
        features("D")
        | linear("fc6", 4096, 25088)
        | linear("fc7", 4096, 4096)
        | linear("fc8", 10, 4096),
        "D+classes=10",
    ),
    "a head under any name": Layout(
        features("A") | linear("top.squash", 77, 512) | linear("out", 5, 77),
        "A+classes=5+hidden=77+avgpool=1",
    ),
    "two heads": Layout(
        features("A") | linear("age", 77, 512) | linear("sex", 2, 512),
        "A+features-only",
        classifier="unknown",
        others="age sex",
    ),
    "a head that takes something else": Layout(
        features("A") | linear("head", 5, 515), "A+features-only", classifier="unknown"
    ),
    "VGGish": Layout(
        features(VGGISH, input_shape=(1, 96, 64))
        | linear("embeddings.0", 4096, 12288)
        | linear("embeddings.2", 4096, 4096)
        | linear("embeddings.4", 128, 4096),
        f"{VGGISH}+input=1x64x96+classes=128+avgpool=none",
    ),
    "a Sequential for each convolution": Layout(
        {
            key: shape
            for at, (_, _, layer) in enumerate(convolutions("D"), 1)
            for key, shape in {
                **conv(f"layer{at}.0", layer.out_channels, layer.in_channels, 3),
                **norm(f"layer{at}.1", layer.out_channels),
            }.items()
        }
        | linear("fc.1", 4096, 25088)
        | linear("fc1.0", 4096, 4096)
        | linear("fc2.0", 10, 4096),
        "D+bn+classes=10",
        configuration="inferred",
    ),
    "a Sequential for each stage": Layout(
        {
            key: shape
            for stage, number, layer in convolutions("B")
            for key, shape in conv(
                f"layer{stage}.{2 * int(number) - 2}", layer.out_channels, layer.in_channels, 3
            ).items()
        },
        "B+features-only",
        classifier="known",
    ),
    "blocks in a list with pools": Layout(
        {
            key: shape
            for at, out, into in ((0, 8, 3), (1, 16, 8), (3, 24, 16))
            for key, shape in {
                **conv(f"features.{at}.0", out, into, 3),
                **norm(f"features.{at}.1", out),
            }.items()
        },
        "8,16,M,24,M+bn+features-only",
        classifier="known",
    ),
    "convolutions with a number each": Layout(
        {
            key: shape
            for at, out, into in ((1, 6, 1), (2, 12, 6), (3, 18, 12))
            for key, shape in conv(f"conv{at}", out, into, 3).items()
        }
        | linear("fc1", 10, 18 * 9),
        "6,12,18+input=1x224x224+classes=10+hidden=none+avgpool=3",
    ),
    "rectangular and even kernels": Layout(
        state("conv3x1-8,conv1x3-8,M,conv2-16p0,conv2x3-16p0x1,M", avgpool=3, num_classes=4),
        "conv3x1-8,conv1x3-8,M,conv2-16p0,conv2x3-16p0x1,M+classes=4+avgpool=3",
    ),
    "even kernels, without a pool before the classifier": Layout(
        state("conv2-8p0,M", avgpool=None, input_shape=(3, 13, 17), hidden=(), num_classes=4),
        "conv2-8p0+input=3x7x9+classes=4+hidden=none+avgpool=none",
    ),
    "pruned channels": Layout(
        state("52,61,M,99,128,M,200,231,M+bn", avgpool=1, hidden=(), num_classes=10),
        "52,61,M,99,128,M,200,231,M+bn+classes=10+hidden=none+avgpool=1",
    ),
}

#: Networks that are none: as torchvision names and shapes their first layers.
OTHERS = {
    "Inception": conv("Conv2d_1a_3x3.conv", 32, 3, 3)
    | {
        key: shape
        for at, (kernel, into) in enumerate([(1, 768), (7, 192), (7, 192), (7, 192), (7, 192)], 1)
        for key, shape in conv(f"Mixed_6b.branch7x7dbl_{at}.conv", 192, into, kernel).items()
    },
    "Swin": conv("features.0.0", 96, 3, 4)
    | linear("features.1.0.attn.qkv", 288, 96)
    | linear("head", 1000, 768),
    "a residual network without downsampling": conv("conv1", 16, 3, 3)
    | {
        key: shape
        for stage in (1, 2, 3)
        for block in (0, 1)
        for at in (1, 2)
        for key, shape in conv(f"layer{stage}.{block}.conv{at}", 16, 16, 3).items()
    },
    "attention between the convolutions": features("A") | conv("features.7.gate", 1, 256, 1),
}

#: Network, source, and for some of the network's keys: status, from, why.
CHANGES: list[tuple[str, str, dict[str, tuple[str, str | None, str | None]]]] = [
    ("D+classes=10", "D", {
        "classifier.6.weight": ("shape", "classifier.6.weight", "num_classes 10, not 1000"),
        "classifier.6.bias": ("shape", "classifier.6.bias", "num_classes 10, not 1000"),
        "classifier.3.weight": ("loads", "classifier.3.weight", None),
    }),
    ("D+avgpool=1", "D", {
        "classifier.0.weight": ("shape", "classifier.0.weight",
            "avgpool 1: 512 inputs, not 25,088"),
        "classifier.0.bias": ("loads", "classifier.0.bias", None),
    }),
    ("D+hidden=512", "D", {
        "classifier.0.bias": ("shape", "classifier.0.bias", "hidden 512, not 4096,4096"),
        "classifier.3.weight": ("shape", "classifier.3.weight", "hidden 512, not 4096,4096"),
        "classifier.6.weight": ("unexpected", None, "hidden 512, not 4096,4096"),
    }),
    ("D+bn", "D", {
        "features.3.weight": ("missing", "features.2.weight",
            "batch norm on one side only: features.2.weight belongs to features.3.weight"),
        "features.1.weight": ("missing", None, "batch norm has no counterpart"),
        "features.14.bias": ("loads", "features.10.bias",
            "batch norm on one side only: features.10.bias belongs to features.14.bias"),
        "features.28.bias": ("loads", None, "the source's tensor of this name is another layer's"),
        "classifier.0.weight": ("loads", "classifier.0.weight", None),
    }),
    ("E", "D", {
        "features.16.weight": ("missing", None, "no convolution there in the other list"),
        "features.19.weight": ("shape", "features.17.weight",
            "other names: features.17.weight belongs to features.19.weight; "
            "512×256×3×3, not 512×512×3×3"),
    }),
    ("C", "D", {"features.14.weight": ("shape", "features.14.weight", "kernel 1×1, not 3×3")}),
    ("32,M,64,M", "64,M,64,M", {
        "features.0.bias": ("shape", "features.0.bias", "channels 32, not 64"),
        "features.3.weight": ("shape", "features.3.weight", "in_channels 32, not 64"),
    }),
    ("D+input=1x224x224", "D", {
        "features.0.weight": ("shape", "features.0.weight", "input channels 1, not 3"),
    }),
    ("D+input=4x224x224", "D", {
        "features.0.weight": ("shape", "features.0.weight", "input channels 4, not 3"),
    }),
    ("D+no-bias", "D", {"features.0.bias": ("unexpected", None, "bias has no counterpart")}),
    ("D", "D+no-bias", {"features.0.bias": ("missing", None, "bias has no counterpart")}),
    ("D", "D+features-only", {
        "classifier.0.weight": ("missing", None, "features only: no classifier"),
    }),
    ("D,conv7-4096p0,conv1-4096,conv1-1000+features-only", "D", {
        "features.31.weight": ("missing", "classifier.0.weight",
            "other names: classifier.0.weight belongs to features.31.weight; "
            "the same weights, as a convolution or as a linear layer"),
        "features.35.bias": ("missing", "classifier.6.bias",
            "other names: classifier.6.bias belongs to features.35.bias"),
    }),
]  # fmt: skip
