"""The screen of a Neovim as data: what stands in each cell and in which colours, kept by its redraw events.

Fed by `editor.py`. Nothing is drawn anywhere.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple


class Cell(NamedTuple):
    text: str
    highlight: int


class Grid:
    def __init__(self, width: int, height: int) -> None:
        self.width, self.height = width, height
        self.cursor = (0, 0)
        """Row and column, from 0."""
        self.flushes = 0
        self.highlights: dict[int, dict[str, Any]] = {0: {}}
        self.default: dict[str, int] = {}
        self._rows = self._empty()

    def _empty(self) -> list[list[Cell]]:
        return [[Cell(" ", 0)] * self.width for _ in range(self.height)]

    def take(self, batch: Iterable[list[Any]]) -> None:
        """One `redraw` notification."""
        for name, *calls in batch:
            handler = getattr(self, f"_on_{name}", None)
            for call in calls if handler else ():
                handler(*call)

    @property
    def lines(self) -> list[str]:
        return ["".join(cell.text for cell in row).rstrip() for row in self._rows]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def rows(self) -> list[list[Cell]]:
        return [list(row) for row in self._rows]

    def style_of(self, text: str) -> dict[str, Any]:
        """The colours and attributes of the first place where the text stands. AssertionError where it does not."""
        for row in self._rows:
            if (column := "".join(cell.text or " " for cell in row).find(text)) >= 0:
                return self.highlights.get(row[column].highlight, {})
        raise AssertionError(f"{text!r} is not on the screen:\n{self.text}")

    def _on_hl_attr_define(self, id: int, attributes: dict[str, Any], *_: Any) -> None:
        self.highlights[id] = attributes

    def _on_default_colors_set(self, foreground: int, background: int, *_: Any) -> None:
        self.default = {"foreground": foreground, "background": background}

    def _on_grid_resize(self, _: int, width: int, height: int) -> None:
        self.width, self.height = width, height
        self._rows = self._empty()

    def _on_grid_clear(self, _: int) -> None:
        self._rows = self._empty()

    def _on_grid_line(self, _: int, row: int, column: int, cells: list[list[Any]], *__: Any) -> None:
        highlight = 0
        for text, *rest in cells:
            highlight = rest[0] if rest else highlight
            for _ in range(rest[1] if len(rest) > 1 else 1):
                self._rows[row][column] = Cell(text, highlight)
                column += 1

    def _on_grid_scroll(self, _: int, top: int, bottom: int, left: int, right: int, rows: int, __: int) -> None:
        span = range(top, bottom - rows) if rows > 0 else range(bottom - 1, top - rows - 1, -1)
        for row in span:
            self._rows[row][left:right] = self._rows[row + rows][left:right]

    def _on_grid_cursor_goto(self, _: int, row: int, column: int) -> None:
        self.cursor = (row, column)

    def _on_flush(self) -> None:
        self.flushes += 1
