"""Good inputs of each door, for a fuzzer to begin with."""

from __future__ import annotations

import io
import zipfile

from tests.layouts import LAYOUTS, Layout
from vgginspect.cfg.config import CONFIGS, names
from vgginspect.cfg.options import OPTIONS
from vgginspect.drawing import STYLES, THEMES
from vgginspect.lang import LANGUAGES
from vgginspect.render import FORMATS
from vgginspect.report.columns import LAYER_COLUMNS, STEP_COLUMNS

TEXTS = (
    *names(),
    "64,M,128,M",
    "[64, 'M', 128, 'M']",
    "cfg = [64, 'LRN', 'C', 'A']  # four",
    "conv3-64,maxpool",
    "conv1-256 conv3-512d2 maxpool3s1p1 avgpool3s2",
    "A+input-size=32+num-classes=10",
    "D,conv1-64,VGG-C",
    "[64] * 2 + ['M']+bn",
    "[*cfgs['D'][:4], np.int64(8), tensor(8)] + 2 * (64, 'M')",
    "VGG(make_layers(cfgs['D'], batch_norm=True), num_classes=10)",
    "[[64], [128, 128]]",
    "D+bn+hidden=none+avgpool=none+no-bias+dropout=0.1+features-only",
)
ARGUMENTS = (
    ("trace", "A"),
    ("trace", "64,M", "--cumulative", "--by", "stage", "--lang", "ko"),
    ("summary", "E", "--batch-norm", "--format", "csv", "--columns", "name,params"),
    ("summary", "A", "--input-size", "1x28x28", "--num-classes", "10", "--hidden", "none"),
    ("summary", "A", "--get", "layers.conv1_1.state_dict", "-o", "x.json"),
    ("summary", "-", "--lines", "--on-error", "skip", "--format", "jsonl"),
    ("configs", "--format", "markdown"),
    ("layer", "D", "relu3_3", "19"),
    ("compare", "A", "B+bn", "--format", "latex"),
    ("code", "64,M", "--unrolled", "--no-bias"),
    ("draw", "64,M", "-o", "x.svg", "--style", "growth"),
    ("draw", "64,M", "-o", "x.html", "--avgpool", "1"),
    ("draw", "64,M", "-o", "x.png", "--theme", "dark", "--title", "한 <b>"),
    ("trace", "A", "--step"),
    ("summary", "D", "--explain", "--input-size", "299x320", "--features-only"),
    ("configs", "--get", "configs.0.tokens", "-f", "json"),
    ("man",),
    ("compare", "D+bn", "64,M,LRN+hidden=none", "A", "-f", "json", "--get", "0"),
    ("--version",),
    ("--help",),
)


#: Tensors as lines of a key and sizes; see ``doors.saved``.
TENSORS = (
    "features.0.weight 64 3 3 3\nfeatures.0.bias 64\nfeatures.3.weight 128 64 3 3\n"
    "features.3.bias 128\nclassifier.0.weight 10 6272\nclassifier.0.bias 10",
    "module.features.0.weight 8 1 3 3\nmodule.features.1.weight 8\n"
    "module.features.1.bias 8\nmodule.features.1.running_mean 8\n"
    "module.features.1.running_var 8\nmodule.features.1.num_batches_tracked",
    "0.weight 4 3 1 1\n2.weight 5 4 3 3\n6.weight 6 5 5 5\nclassifier.weight 2 24",
    "conv1.weight 64 3 7 7\nlayer1.0.conv1.weight 64 64 3 3\nfc.weight 1000 512",
)


def seeds(door: str) -> list[bytes]:
    """The seeds of a door."""
    if door == "cfg":
        lists = [" ".join(token.text for token in config.tokens) for config in CONFIGS.values()]
        return [bytes([i]) + text.encode() for i, text in enumerate([*TEXTS, *lists])]
    if door == "arguments":
        return ["\n".join(args).encode() for args in ARGUMENTS]
    return _checkpoints()


def dictionary(door: str) -> list[bytes]:
    """What inputs of a door are made of, for a fuzzer to put in."""
    tokens = ["64", "M", "C", "A", "LRN", "conv3-", "conv1-64", "maxpool3s1p1", "avgpool", "d2"]
    signs = [*"[]()'\"#, =+-\n\u202e한", "\x1b["]
    numbers = ["0", "1", "7", "2147483647", "9" * 30, "none", "224x320", "1x28x28", "0.5", "nan"]
    if door == "cfg":
        suffixes = [f"+{name}" for option in OPTIONS for name in option.names]
        words = [*tokens, *signs, *numbers, *suffixes, *(f"{suffix}=" for suffix in suffixes)]
        words += ["cfgs['D']", "make_layers(", "VGG(", "vgg16(", "np.int64(8)", "[64] * 2", "[:2]"]
    elif door == "arguments":
        options = [f"--{name}" for option in OPTIONS for name in (*option.names, option.negative)]
        columns = [column.name for column in (*LAYER_COLUMNS, *STEP_COLUMNS)]
        paths = ["totals.params", "layers.conv1_1.", "steps.0.", ".0", ".-1", "config.tokens"]
        words = [*tokens, *signs, *numbers, *options, *columns, *paths, *FORMATS, *LANGUAGES]
        words += [*STYLES, *THEMES, *names(), "relu1_1", "pool1", "features.0", "fc6", "\n-f\n"]
        words += ["\n--get\n", "\n--columns\n", "\n-o\nx.csv", "\n--lang\n", "\n--explain"]
    else:
        keys = [
            "features.",
            "classifier.",
            "module.",
            ".weight",
            ".bias",
            ".running_mean",
            "0",
            "3",
        ]
        words = [*keys, *signs, *numbers, "state_dict", "F32", "shape", "dtype", "data_offsets"]
        words += ["ctorch._utils\n_rebuild_tensor_v2\n", "cos\nsystem\n", "\x80\x02", "(", "R", "."]
    return [word.encode() for word in dict.fromkeys(words) if word]


def _lines(layout: Layout) -> str:
    """The first tensors of a layout, a key and its sizes a line."""
    rows = list(layout.tensors.items())[:60]
    return "\n".join(" ".join(map(str, (key, *shape))) for key, shape in rows)


def _checkpoints() -> list[bytes]:
    import torch
    from safetensors.torch import save

    small = {"features.0.weight": torch.zeros(2, 3, 3, 3), "features.0.bias": torch.zeros(2)}
    tensors = save(small)
    found = [b"s" + tensors, b"h" + tensors[8 : 8 + int.from_bytes(tensors[:8], "little")]]
    found += [b"n" + text.encode() for text in (*TENSORS, *map(_lines, LAYOUTS.values()))]
    for content in (
        small,
        {"state_dict": small, "epoch": 3},
        {"module." + k: v for k, v in small.items()},
    ):
        for zipped in (True, False):
            stream = io.BytesIO()
            torch.save(content, stream, _use_new_zipfile_serialization=zipped)
            found.append(b"p" + stream.getvalue())
            if zipped:
                with zipfile.ZipFile(stream) as archive:
                    name = next(name for name in archive.namelist() if name.endswith("data.pkl"))
                    found.append(b"z" + archive.read(name))
    return found
