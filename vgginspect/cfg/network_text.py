"""Whether the text of a NETWORK names one in Python: ``vgg.py:VGG``, ``package.module:NAME``."""

import re

#: Longest path of a file, with options after it.
MAX_PATH = 8192
#: ``FILE.py``, ``FILE.py:NAME…`` or ``package.module:NAME…``, and options after it.
PYTHON = re.compile(
    r"(?P<network>[^@\[({'\"\n][^\n]*?\.py(?::[A-Za-z_][^\n]*?)?"
    r"|[A-Za-z_][\w.]*:[A-Za-z_][^\n]*?)(?P<options>(?:\+[\w-]+(?:=[^+()\n]*)?)*)"
)


def is_python(text: str) -> bool:
    """Whether a NETWORK is one in Python."""
    return (".py" in text or ":" in text) and len(text) < MAX_PATH and bool(PYTHON.fullmatch(text))
