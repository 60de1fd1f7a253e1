"""Good inputs of each door, for a fuzzer to begin with."""

from __future__ import annotations

import io

from vgginspect.config import CONFIGS, names

TEXTS = (
    *names(),
    "64,M,128,M",
    "[64, 'M', 128, 'M']",
    "cfg = [64, 'LRN', 'C', 'A']  # four",
    "conv3-64,maxpool",
    "conv1-256 conv3-512d2 maxpool3s1p1 avgpool3s2",
    "A+input-size=32+num-classes=10",
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
    ("--version",),
    ("--help",),
)


def seeds(door: str) -> list[bytes]:
    """The seeds of a door."""
    if door == "cfg":
        lists = [" ".join(token.text for token in config.tokens) for config in CONFIGS.values()]
        return [bytes([i]) + text.encode() for i, text in enumerate([*TEXTS, *lists])]
    if door == "arguments":
        return ["\n".join(args).encode() for args in ARGUMENTS]
    return _checkpoints()


def _checkpoints() -> list[bytes]:
    import torch
    from safetensors.torch import save

    small = {"features.0.weight": torch.zeros(2, 3, 3, 3), "features.0.bias": torch.zeros(2)}
    found = [b"s" + save(small)]
    for content in (
        small,
        {"state_dict": small, "epoch": 3},
        {"module." + k: v for k, v in small.items()},
    ):
        for zipped in (True, False):
            stream = io.BytesIO()
            torch.save(content, stream, _use_new_zipfile_serialization=zipped)
            found.append(b"p" + stream.getvalue())
    return found
