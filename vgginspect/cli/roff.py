"""roff, the markup of manual pages: the few requests used here."""

from collections.abc import Iterable, Iterator


def escape(text: str) -> str:
    """Escape a text so that it is printed literally."""
    plain = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq").replace(".", "\\&.")
    plain = plain.replace("^", "\\(ha").replace("~", "\\(ti").replace("`", "\\(ga")
    return "".join(char if char.isascii() else f"\\[u{ord(char):04X}]" for char in plain)


def title(name: str, section: int, source: str) -> Iterator[str]:
    """The first lines of a page, with the name and version of the program."""
    yield f'.TH {name.upper()} {section} "" "{source}" "User Commands"\n'
    yield ".nh\n.ad l\n"


def section(name: str) -> str:
    """A heading."""
    return f".SH {escape(name)}\n"


def subsection(name: str) -> str:
    """A smaller heading."""
    return f".SS {escape(name)}\n"


def paragraphs(text: str) -> Iterator[str]:
    """Text with paragraphs separated by empty lines."""
    for paragraph in text.strip().split("\n\n"):
        yield ".PP\n" + escape(" ".join(paragraph.split())) + "\n"


def entries(pairs: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Terms in bold, each with its explanation indented below."""
    for term, text in pairs:
        yield f".TP\n.B {escape(term)}\n{escape(' '.join(text.split()))}\n"


def literal(lines: Iterable[str]) -> Iterator[str]:
    """Example commands, printed literally."""
    yield ".PP\n.RS 4\n.nf\n"
    yield from (f"{escape(line)}\n" for line in lines)
    yield ".fi\n.RE\n"
