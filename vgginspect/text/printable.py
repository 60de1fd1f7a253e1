"""Text from the user, escaped for a terminal."""


def printable(text: str) -> str:
    """Escape characters that could control the terminal or reverse the text."""
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode() for char in text
    )


def printable_lines(text: str) -> str:
    """The same for text of several lines; line ends and tabs stay."""
    if text.isprintable():
        return text
    return "\n".join("\t".join(map(printable, row.split("\t"))) for row in text.split("\n"))


def shown(value: object) -> str:
    """Any value as an error message quotes it: in Python notation, on one line, shortened."""
    try:
        text = printable(_repr(value))
    except ValueError:
        # Python raises ValueError for integers of more than some thousands of digits.
        return "a huge number"
    return text[:60] + "…" if len(text) > 60 else text


def _repr(value: object) -> str:
    """``repr``, but of lists only what is at the beginning; inside they can be far longer."""
    if type(value) not in (list, tuple):
        return repr(value)
    from reprlib import Repr

    short = Repr()
    short.maxlist = short.maxtuple = 30
    short.maxlevel = 3
    short.maxstring = short.maxlong = short.maxother = 200
    return short.repr(value)
