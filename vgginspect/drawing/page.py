"""The interactive page: one self-contained HTML file without network requests.

It embeds the Plan's JSON document; texts come from ``lang``.
"""

from base64 import b64encode
from hashlib import sha256
from html import escape
from itertools import pairwise
from json import dumps
from pathlib import Path
from typing import Any

from vgginspect.analysis.arithmetic import figures
from vgginspect.analysis.builder_loop import branch_lines, branch_of, loop
from vgginspect.drawing import Order
from vgginspect.drawing.blocks import draw
from vgginspect.drawing.frame import facts, given, kind_of, name_of
from vgginspect.drawing.palette import KINDS, style_sheet
from vgginspect.drawing.svg import svg
from vgginspect.errors import ConfigError
from vgginspect.lang import Words
from vgginspect.network.plan import Layer, Plan
from vgginspect.report.columns import LAYER_COLUMNS, LAYER_TABLE, named
from vgginspect.report.json_document import document
from vgginspect.text.printable import printable
from vgginspect.views.phrases import depth_arithmetic, short_form, tokens_text
from vgginspect.views.quiz import NAMES, questions
from vgginspect.views.trace import branch_reason, head_parts

ASSETS = Path(__file__).parent / "assets"
_LEFT_OUT = {"share"}
#: Theme -> media query for dark mode; printing is always on white.
_DARK_WHEN = {"auto": "(prefers-color-scheme: dark)", "light": "not all", "dark": "all"}


def write(plan: Plan, order: Order) -> bytes:
    """The page as a file.

    Raises:
        ConfigError: the order has a style.
    """
    if order.style:
        raise ConfigError(
            "--style applies only to pictures (.svg, .png, .pdf, .tex), not to an HTML page"
        )
    return page(plan, order.words, order.title or "", order.theme or "auto").encode()


def page(plan: Plan, words: Words, title: str = "", theme: str = "auto") -> str:
    """The page of a Plan. That of a recorded one has no loop, which is the user's, and no quiz.

    User text is escaped in HTML and in the embedded JSON; the content security policy allows only
    the page's own script.
    """
    script = _asset("page.js")
    digest = b64encode(sha256(script.encode()).digest()).decode()
    texts = {
        **words.matching("page_"),
        "language": words.language,
        "title": printable(title) or name_of(plan),
        "facts": facts(plan, words),
        "options": given(plan, words),
        "behind": words("walk_head"),
        "conventions": "\n".join(
            text for name, text in words.matching("convention_").items() if name != "rare"
        ),
    }
    parts = {name: escape(text) for name, text in texts.items()}
    parts["svg"] = _picture(plan, words, texts["title"], theme)
    parts["script_hash"] = f"sha256-{digest}"
    parts["style"] = _style(theme)
    parts["schemes"] = "light dark" if theme == "auto" else theme
    parts["script"] = script
    parts["data"] = embedded(_data(plan, words))
    html = _asset("page.html")
    # One pass, so that inserted text is not searched for placeholders.
    pieces = html.split("{{")
    return pieces[0] + "".join(
        parts[name] + rest for name, _, rest in (piece.partition("}}") for piece in pieces[1:])
    )


def embedded(value: Any) -> str:
    """JSON that is safe inside a script element."""
    text = dumps(value, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _picture(plan: Plan, words: Words, title: str, theme: str) -> str:
    """The figure, without the texts that the page has elsewhere; printing is always on white."""
    order = Order(words, ".html", title="", legend=False, caption=False)
    drawn = draw(plan, order)._replace(title=title)
    sheet = style_sheet(
        "light" if theme == "light" else "auto", words("draw_fonts"), drawn.styles()
    )
    if theme == "dark":
        sheet = sheet.replace(" and (prefers-color-scheme:dark)", "")
    return svg(drawn, sheet, words.language, inline=True)


def _data(plan: Plan, words: Words) -> dict[str, Any]:
    config = plan.config
    lines, branches, quiz = [], [], None
    if config:
        lines = loop(config)
        branches = ["start", "end", *dict.fromkeys(map(branch_of, config.tokens))]
        quiz = [[one.document() for one in questions(step, words)] for step in plan.steps]
    columns = named(LAYER_COLUMNS, (name for name in LAYER_TABLE if name not in _LEFT_OUT))
    return {
        "plan": document(plan),
        "words": {
            **words.matching("page_"),
            **{f"quiz_{name}": text for name, text in words.matching("quiz_").items()},
            "layers": words("walk_layers"),
            "shape": words("walk_shape"),
            "head": head_parts(plan, words),
            "start": words("step_start"),
            "place": words("step_place"),
            "step": words("walk_step"),
            "token": words("column_token"),
        },
        "columns": [
            {
                "name": column.name,
                "title": words(f"column_{column.name}"),
                "kind": column.kind,
                "right": column.is_number,
            }
            for column in columns
        ],
        "loop": [line.text for line in lines],
        "lit": {branch: branch_lines(lines, (branch,)) for branch in branches},
        "values": [printable(tokens_text(step.tokens)) for step in plan.steps],
        "reasons": [printable(branch_reason(step, words)) for step in plan.steps],
        "quiz": quiz,
        "names": NAMES,
        "short": [short_form(layer) for layer in plan.layers],
        "figures": [
            _figures(layer, previous, words)
            for previous, layer in pairwise((None, *plan.layers))
            if layer
        ],
        "kinds": [kind_of(layer) for layer in plan.layers],
        "depth": depth_arithmetic(plan, words),
    }


def _figures(layer: Layer, previous: Layer | None, words: Words) -> list[list[str]]:
    """The names, calculations, formulas and notes; height and width are one if they are equal."""
    rows: list[list[str]] = []
    for figure in figures(layer, previous):
        name, note = words(f"figure_{figure.name}"), words(figure.note) if figure.note else ""
        if figure.name == "width" and rows[-1][1] == figure.text:
            rows[-1][0] += f", {name}"
        else:
            rows.append([name, figure.text, figure.formula, note])
    return rows


def _style(theme: str) -> str:
    style = _asset("page.css").replace("{{dark_when}}", _DARK_WHEN[theme])
    for mode, name in enumerate(("light", "dark")):
        colours = "".join(f"--{kind}:{pair[mode]};" for kind, pair in KINDS.items())
        style = style.replace("{{" + name + "}}", colours)
    return style


def _asset(name: str) -> str:
    return (ASSETS / name).read_text(encoding="utf-8")
