"""Pictures of a Neovim's screen for people to judge: the grid as a web page, and as PNG where there is a Chromium.

`write(editor.grid, path)`; what a picture shows is brought about by `python -m support.nvim.scenes` or a test.
"""

import html
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from support.nvim.grid import Cell, Grid

CELL = (8.43, 17)
"""Width and height of a character of the font below, in pixels."""
FONT = "14px/17px 'DejaVu Sans Mono', monospace"
FLAGS = "--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-sync"


def page(grid: Grid) -> str:
    rows = "\n".join(_row(grid, row) for row in grid.rows())
    colour = _hex(grid.default.get("background"), 0)
    return (
        f'<meta charset="utf-8"><body style="margin:0;background:{colour}">'
        f'<pre style="margin:0;padding:8px;font:{FONT}">{rows}</pre>'
    )


def write(grid: Grid, path: Path) -> None:
    """A `.png` needs Chromium; anything else gets the page."""
    if path.suffix != ".png":
        path.write_text(page(grid), "utf-8")
        return
    size = f"{int(grid.width * CELL[0]) + 16},{grid.height * CELL[1] + 16}"
    with tempfile.TemporaryDirectory() as place:
        source = Path(place, "page.html")
        source.write_text(page(grid), "utf-8")
        chromium = shutil.which("chromium") or shutil.which("google-chrome") or "chromium"
        arguments = [f"--user-data-dir={place}/profile", f"--window-size={size}", f"--screenshot={path}"]
        command = [chromium, *FLAGS.split(), *arguments, f"file://{source}"]
        subprocess.run(command, check=True, capture_output=True, timeout=60)


def _row(grid: Grid, row: list[Cell]) -> str:
    spans: list[str] = []
    start = 0
    for at in range(1, len(row) + 1):
        if at == len(row) or row[at].highlight != row[start].highlight:
            text = html.escape("".join(cell.text for cell in row[start:at]))
            spans.append(f'<span style="{_style(grid, row[start].highlight)}">{text}</span>')
            start = at
    return "".join(spans)


def _style(grid: Grid, highlight: int) -> str:
    own: dict[str, Any] = grid.highlights.get(highlight, {})
    front = _hex(own.get("foreground"), grid.default.get("foreground", 0xFFFFFF))
    back = _hex(own.get("background"), grid.default.get("background", 0))
    if own.get("reverse"):
        front, back = back, front
    style = f"color:{front};background:{back}"
    style += ";font-weight:bold" if own.get("bold") else ""
    style += ";font-style:italic" if own.get("italic") else ""
    return style + (";text-decoration:line-through" if own.get("strikethrough") else "")


def _hex(colour: int | None, otherwise: int) -> str:
    return f"#{otherwise if colour is None else colour:06x}"
