"""``trace --quiz``: ask what each step does, on a terminal or with answers from a pipe."""

import sys
from collections.abc import Iterable, Iterator

from vgginspect.cli.output import terminal_width, write
from vgginspect.lang import Words
from vgginspect.network.plan import Plan, Step
from vgginspect.render.fold import fold
from vgginspect.report.model import line
from vgginspect.shape import shape_text
from vgginspect.text.printable import printable
from vgginspect.views.phrases import heading, tokens_text
from vgginspect.views.quiz import questions
from vgginspect.views.trace import entry

QUIT = {"q", "quit", "exit"}


def run(plan: Plan, steps: Iterable[Step], words: Words) -> None:
    """Ask about the steps until they, or the answers, end; then print the score.

    Raises:
        ConfigError: the network was recorded.
    """
    plan.config_for("--quiz")
    _say(*(row.text for row in heading(plan, words)), words("quiz_keys"))
    asked = right = 0
    answers = _answers()
    for step in steps:
        title = f"{words('walk_step', number=step.step)}  v = {tokens_text(step.tokens)}"
        shape = shape_text(step.input_shape)
        state = f"in_channels = {step.in_channels_before} · len(layers) = {step.layers_before}"
        _say("", title, f"  {state} · {words('walk_shape')} = {shape}")
        for question in questions(step, words):
            write([f"  {question.prompt}? "], None)
            given = next(answers, None)
            if given is None or given.lower() in QUIT:
                _say("", words("quiz_score", right=right, asked=asked))
                return
            asked += 1
            wrong = question.wrong(given, words)
            right += not wrong
            said = words("quiz_wrong", answer=question.answer) if wrong else words("quiz_right")
            _say(f"    {said}", *([f"    {printable(wrong)}"] if wrong else []))
        _say(*(entry(layer, True).text for layer in step.layers))
    _say("", words("quiz_score", right=right, asked=asked))


def _answers() -> Iterator[str]:
    """The lines of standard input; those from a pipe are shown, as on a terminal."""
    if sys.stdin is None:
        return
    shown = not sys.stdin.isatty()
    for text in iter(sys.stdin.buffer.readline, b""):
        given = text.decode("utf-8", "replace").strip()
        if shown:
            _say(printable(given))
        yield given


def _say(*texts: str) -> None:
    """Write lines, folded on a terminal."""
    width = terminal_width() if sys.stdout and sys.stdout.isatty() else sys.maxsize
    write((f"{part.text}\n" for text in texts for part in fold(line(text), width)), None)
