"""Text of the user's, made harmless to print on a terminal."""


def printable(text: str) -> str:
    """Escape what could move a terminal's cursor, change its colours or reverse its text."""
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode() for char in text
    )


def printable_lines(text: str) -> str:
    """The same for a text of several lines; line ends and tabs stay as they are."""
    if text.isprintable():
        return text
    return "\n".join("\t".join(map(printable, row.split("\t"))) for row in text.split("\n"))


def shown(value: object) -> str:
    """Any value as a message quotes it: as Python writes it, on one line and not too long."""
    try:
        text = printable(repr(value))
    except ValueError:
        # Python writes no integer of more than some thousands of digits.
        return "a huge number"
    return text[:60] + "…" if len(text) > 60 else text
