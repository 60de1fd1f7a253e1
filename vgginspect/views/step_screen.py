"""``trace --step``: panes with cfg list, builder loop, its variables, layer list and table.

A network that was recorded has no loop to show: its code is the user's.
"""

from collections.abc import Iterable, Sequence

from rich.console import Console, RenderableType
from rich.layout import Layout
from rich.panel import Panel
from rich.text import Text

from vgginspect.analysis.builder_loop import branch_lines, branch_of, loop
from vgginspect.cfg.tokens import Token
from vgginspect.lang import Words
from vgginspect.network.plan import Layer, Plan, Step
from vgginspect.render.fold import fold
from vgginspect.render.layout import Layout as TableLayout
from vgginspect.render.terminal import STYLES
from vgginspect.report.model import Line, line
from vgginspect.shape import shape_text
from vgginspect.text.width import cell_width
from vgginspect.views.phrases import depth_arithmetic, short_form, tokens_text
from vgginspect.views.summary import layer_table
from vgginspect.views.trace import NAME_WIDTH, NO_TOKEN, branch_reason, changes, index_label

#: The loop is shown if both it and the list get at least this many cells.
SOURCE_WIDTH, LIST_WIDTH = 30, 36
#: Minimum screen size, and minimum height to show the table.
MIN_WIDTH, MIN_HEIGHT, TABLE_HEIGHT = 20, 9, 30
#: Minimum height of the table, if it is shown.
TABLE_LINES = 4
#: Height of the variables with their border; with at least twice as much the loop has room above.
VARIABLES = 7


class Screen:
    """The frames: 0 before the first step, then one per step, then the classifier."""

    def __init__(self, plan: Plan, steps: Sequence[Step], words: Words) -> None:
        self.plan = plan
        self.steps = steps
        self.words = words
        self.loop = loop(plan.config) if plan.config else []
        self.last = len(steps) + 1
        #: What the steps read, and the position of the step that reads it.
        self.tokens = [
            (token.text if token else NO_TOKEN, position)
            for position, step in enumerate(steps, 1)
            for token in step.tokens or (None,)
        ]
        #: Terminal width -> the table's columns.
        self._layouts: dict[int, TableLayout] = {}
        self._index_width = max((len(index_label(layer)) for layer in plan.features), default=0)
        rows = (cell_width(self._row(layer, False).text) for layer in plan.iter_layers())
        self._list_width = max(LIST_WIDTH, max(rows) + 4)
        self._cells = sum(len(text) + 2 for text, _ in self.tokens)
        self._whole = layer_table(plan, words)._replace(group=None, rows=lambda: iter(plan.layers))

    def frame(self, position: int, console: Console) -> RenderableType:
        """The frame at a position, for the console's current size."""
        width, height = console.size
        if width < MIN_WIDTH or height < MIN_HEIGHT:
            return Text(self.words("step_small", width=MIN_WIDTH, height=MIN_HEIGHT))
        step = self.steps[position - 1] if 1 <= position <= len(self.steps) else None
        token_lines = max(1, height // 5)
        tokens = self._tokens(position, (width - 4) * token_lines)
        token_lines = min(len(tokens.wrap(console, width - 4)), token_lines)
        # Each pane has two lines of border, and the last line of all is the footer.
        middle_lines = height - token_lines - 5
        if with_table := height >= TABLE_HEIGHT:
            room = middle_lines - 2
            wanted = max(len(self.loop) + VARIABLES, room // 2)
            middle_lines = min(wanted, room - TABLE_LINES)
        widest = max((len(row.text) for row in self.loop), default=0) + 6
        list_width = min(self._list_width, width - SOURCE_WIDTH)
        side_by_side = bool(self.loop) and list_width >= LIST_WIDTH
        source_width = min(widest, width - list_width) if side_by_side else 0
        apart = side_by_side and middle_lines >= 2 * VARIABLES
        list_room = middle_lines, width - 4 - source_width
        grown = self._panel("pane_list", self._list(step, position, *list_room, apart))
        middle = Layout(size=middle_lines + 2)
        if side_by_side:
            left = Layout(size=source_width)
            lines = middle_lines - VARIABLES if apart else middle_lines
            source = self._source(step, position, lines, source_width - 4)
            code = Layout(self._panel("pane_loop", source))
            if apart:
                folded = self._folded(self._variables(step, position), source_width - 4)
                values = self._panel("pane_variables", _text(folded))
                left.split_column(code, Layout(values, size=VARIABLES))
            else:
                left.update(code.renderable)
            middle.split_row(left, Layout(grown))
        else:
            middle.update(grown)
        cfg = self._panel("pane_cfg", tokens)
        panes = [Layout(cfg, size=token_lines + 2), middle]
        if with_table:
            lines = height - token_lines - middle_lines - 7
            panes.append(Layout(self._table(step, position, lines, width - 4)))
        layout = Layout()
        layout.split_column(*panes, Layout(self._footer(position), size=1))
        return layout

    def _panel(self, key: str, body: RenderableType, more: str = "") -> Panel:
        title = self.words(key) + more
        return Panel(body, title=title, title_align="left", border_style="dim")

    def _tokens(self, position: int, room: int) -> Text:
        """The tokens around the highlighted ones, if not all fit in ``room`` cells."""
        first = sum(of < position for _, of in self.tokens)
        before = room // 2 if self._cells > room else self._cells
        while first > 0 and (before := before - len(self.tokens[first - 1][0]) - 2) >= 0:
            first -= 1
        text = Text()
        for token, of in self.tokens[first:]:
            if len(text) > room:
                break
            style = "reverse bold" if of == position else "dim" if of < position else ""
            text.append(f" {token} ", style)
        return text

    def _source(self, step: Step | None, position: int, height: int, width: int) -> Text:
        """The loop, or the part of it around the lines that run, which are wrapped."""
        outside = "start" if position == 0 else "end"
        tokens = step.tokens if step else ()
        branches = {branch_of(token) for token in tokens if isinstance(token, Token)} or {outside}
        running = branch_lines(self.loop, branches)
        rows: list[Line] = []
        end = 0
        for index, row in enumerate(self.loop):
            if index in running:
                rows += fold(line((f"▶ {row.text}", "new")), width, _indent(row.text) + 6)
                end = len(rows)
            else:
                rows.append(line((f"  {row.text}", "faint")))
        return _text(rows[max(0, end - height) :])

    def _variables(self, step: Step | None, position: int) -> list[Line]:
        """The values of the loop's variables, and the shape of the features."""
        shape = self.plan.input_shape
        start = (shape[0], 0, shape_text(shape))
        if position == 0:
            before = after = start
        else:
            at = step or self.steps[-1]
            after = (at.in_channels_after, at.layers_after, shape_text(at.output_shape))
            before = (at.in_channels_before, at.layers_before, shape_text(at.input_shape))
            if step is None:
                before = after
        rows = [line(f"v = {tokens_text(step.tokens)}")] if step else []
        names = ("in_channels", "len(layers)", self.words("walk_shape"))
        for name, old, new in zip(names, before, after, strict=True):
            if old == new:
                rows.append(line(f"{name} = {new}"))
            else:
                rows.append(line(f"{name} {old} → ", (str(new), "new")))
        return rows

    def _list(self, step: Step | None, position: int, height: int, width: int, apart: bool) -> Text:
        """The layers, then what the step does; its values too unless they are ``apart``."""
        rows: list[Line] = []
        if step:
            before = [layer for other in self.steps[: position - 1] for layer in other.layers]
            rows = [self._row(layer, False) for layer in before[-height:]]
            rows += [self._row(layer, True) for layer in step.layers]
            foot = [line(branch_reason(step, self.words))]
            if not apart:
                foot.append(changes(step, self.words))
        elif position == 0:
            shape = shape_text(self.plan.input_shape)
            foot = [line(self.words("step_start", shape=shape))]
        else:
            rows = [self._row(layer, True) for layer in self.plan.head]
            foot = [line((depth_arithmetic(self.plan, self.words), "number"))]
        folded = self._folded(foot, width)
        kept = rows[-max(1, height - len(folded)) :]
        return _text([*kept, *folded])

    def _row(self, layer: Layer, new: bool) -> Line:
        """A line of the layer list, the layer in short form."""
        style = "new" if new else ""
        index = index_label(layer).ljust(self._index_width if layer.step else 0)
        label = f"{'+' if new else ' '} {index} {layer.name:<{NAME_WIDTH}} "
        return line((label, style), (short_form(layer), style))

    def _folded(self, rows: Iterable[Line], width: int) -> list[Line]:
        return [part for row in rows for part in fold(row, width)]

    def _table(self, step: Step | None, position: int, height: int, width: int) -> Panel:
        layers: list[Layer] = [layer for step in self.steps[:position] for layer in step.layers]
        new = len(step.layers) if step else 0
        if position == self.last:
            layers += self.plan.head
            new = len(self.plan.head)
        if width not in self._layouts:
            self._layouts[width] = TableLayout(self._whole, self.words, width)
        layout = self._layouts[width]
        rows = list(layout.only(layers[1 - height :]))
        for index in range(max(1, len(rows) - new), len(rows)):
            rows[index] = line((rows[index].text, "new"))
        total = self.words("draw_params", count=f"{sum(layer.params for layer in layers):,}")
        return self._panel("pane_table", _text(rows), f" · {total}")

    def _footer(self, position: int) -> Text:
        place = self.words("step_place", position=position, last=self.last)
        return Text(f" {place}   {self.words('step_keys')}", "reverse", no_wrap=True)


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip())


def _text(rows: Iterable[Line]) -> Text:
    text = Text(no_wrap=True, overflow="ellipsis")
    for row in rows:
        for part, style in row.spans:
            text.append(part, STYLES.get(style, ""))
        text.append("\n")
    return text
