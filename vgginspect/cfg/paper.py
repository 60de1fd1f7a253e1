"""The named configurations: Table 1 of the VGG paper (arXiv:1409.1556), and all their names.

Only data. Everything that follows from a token list is computed, never written here.
"""

#: Letter of the paper -> cfg list, as text. ``LRN`` in A-LRN follows the first convolution; C is D
#: with a 1x1 third convolution in stages 3 to 5.
PAPER: dict[str, str] = {
    "A": "64 M 128 M 256 256 M 512 512 M 512 512 M",
    "A-LRN": "64 LRN M 128 M 256 256 M 512 512 M 512 512 M",
    "B": "64 64 M 128 128 M 256 256 M 512 512 M 512 512 M",
    "C": ("64 64 M 128 128 M 256 256 conv1-256 M 512 512 conv1-512 M 512 512 conv1-512 M"),
    "D": "64 64 M 128 128 M 256 256 256 M 512 512 512 M 512 512 512 M",
    "E": "64 64 M 128 128 M 256 256 256 256 M 512 512 512 512 M 512 512 512 512 M",
}

#: torchvision function -> letter of the paper. Each also exists with batch norm, as ``_bn``.
TORCHVISION: dict[str, str] = {"vgg11": "A", "vgg13": "B", "vgg16": "D", "vgg19": "E"}


def name_key(name: str) -> str:
    """A name as ``NAMES`` has it: in lower case, without dashes, underscores and blanks."""
    return "".join(char for char in name.lower() if char not in "-_ ")


#: Key of a name -> letter, and whether it includes batch norm. ``VGG-C`` is the paper's C.
NAMES: dict[str, tuple[str, bool]] = {}
for _letter in PAPER:
    NAMES[name_key(_letter)] = NAMES["vgg" + name_key(_letter)] = (_letter, False)
for _name, _letter in TORCHVISION.items():
    NAMES[_name] = (_letter, False)
    NAMES[_name + "bn"] = (_letter, True)


def names() -> list[str]:
    """All configuration names, in their usual spelling."""
    models = [name + suffix for name in TORCHVISION for suffix in ("", "_bn")]
    return [*PAPER, *models]
