"""Reads a patch into its sections. Strict: a line that could mean two things is refused with its number."""

import re

from sessiond.tools.editing.envelope.sections import AddFile, DeleteFile, Hunk, HunkLine, Section, UpdateFile
from sessiond.tools.editing.envelope.unwrap import Numbered, unwrapped
from sessiond.tools.failure import ToolFailed

SECTION = re.compile(r"\*\*\* (Add|Delete|Update) File:(.*)")
MOVE = "*** Move to:"
END_OF_FILE = "*** End of File"
LINE_NUMBERS = re.compile(r"-\d+(?:,\d+)? \+\d+(?:,\d+)? @@.*")
"""What `diff` writes behind `@@`. Models count badly, so the numbers are not believed."""


def parse(patch: str) -> list[Section]:
    """The sections of a patch, in its order; at least one. Raises ToolFailed with the line and what was expected."""
    reader = _Reader(unwrapped(patch))
    sections: list[Section] = []
    while not reader.at_end_after_blanks():
        sections.append(_section(reader))
    if not sections:
        raise ToolFailed(
            "The patch has no section. "
            "Name each file by `*** Add File: …`, `*** Update File: …` or `*** Delete File: …`."
        )
    return sections


class _Reader:
    """The lines that are still to be read."""

    def __init__(self, lines: list[Numbered]) -> None:
        self._lines = lines
        self._next = 0

    @property
    def line(self) -> str | None:
        return self._lines[self._next][1] if self._next < len(self._lines) else None

    @property
    def number(self) -> int:
        return self._lines[min(self._next, len(self._lines) - 1)][0] if self._lines else 1

    def take(self) -> str:
        self._next += 1
        return self._lines[self._next - 1][1]

    def at_end_after_blanks(self) -> bool:
        while self.line is not None and not self.line.strip():
            self._next += 1
        return self.line is None

    def before_section(self) -> bool:
        """Whether a section or the end is next. No line of a hunk begins with a star."""
        return self.line is None or self.line.startswith("*** ")


def _section(reader: _Reader) -> Section:
    number = reader.number
    line = reader.take().strip()
    header = SECTION.fullmatch(line)
    if header is None:
        raise ToolFailed(
            f"Line {number} of the patch is {line[:200]!r}, where `*** Add File: <path>`, `*** Update File: <path>` "
            "or `*** Delete File: <path>` is expected."
        )
    path = _path(header[2], number)
    if header[1] == "Add":
        return AddFile(number, path, _content(reader))
    if header[1] == "Delete":
        return DeleteFile(number, path)
    return _update(reader, number, path)


def _path(text: str, number: int) -> str:
    path = text.strip()
    if not path:
        raise ToolFailed(f"Line {number} of the patch names no path.")
    return path


def _content(reader: _Reader) -> str:
    """The text of a new file. A blank line between `+` lines is one whose `+` was forgotten."""
    lines: list[str] = []
    blank = 0
    while reader.line is not None and (reader.line.startswith("+") or not reader.line.strip()):
        line = reader.take()
        if line.startswith("+"):
            lines += [""] * blank + [line[1:]]
            blank = 0
        else:
            blank += 1
    if reader.line is not None and not reader.line.strip().startswith("*** "):
        raise ToolFailed(
            f"Line {reader.number} of the patch is {reader.line[:200]!r}: each line of a new file begins with `+`."
        )
    return "".join(line + "\n" for line in lines)


def _update(reader: _Reader, number: int, path: str) -> UpdateFile:
    move_to = None
    if reader.line is not None and reader.line.startswith(MOVE):
        move_number = reader.number
        move_to = _path(reader.take().removeprefix(MOVE), move_number)
    hunks: list[Hunk] = []
    while not reader.at_end_after_blanks() and not reader.before_section():
        hunks.append(_hunk(reader))
    if not hunks and move_to is None:
        raise ToolFailed(f"`*** Update File: {path}` in line {number} of the patch has no change below it.")
    return UpdateFile(number, path, move_to, tuple(hunks))


def _hunk(reader: _Reader) -> Hunk:
    number = reader.number
    headers, numbered = _headers(reader)
    lines = _lines(reader)
    at_end = reader.line is not None and reader.line.rstrip() == END_OF_FILE
    if at_end:
        reader.take()
    if not lines:
        raise ToolFailed(f"The hunk in line {number} of the patch has no lines; each begins with ` `, `-` or `+`.")
    hunk = Hunk(number=number, headers=headers, lines=tuple(lines), at_end=at_end)
    if numbered and not hunk.old:
        raise ToolFailed(
            f"The hunk in line {number} of the patch says its place by line numbers only. Give it lines of context."
        )
    return hunk


def _headers(reader: _Reader) -> tuple[tuple[str, ...], bool]:
    """The `@@` lines before a hunk, and whether one of them has line numbers."""
    headers: list[str] = []
    numbered = False
    while reader.line is not None and reader.line.startswith("@@"):
        header = reader.take()[2:].removeprefix(" ").rstrip()
        if LINE_NUMBERS.fullmatch(header):
            numbered = True
        elif header:
            headers.append(header)
    return tuple(headers), numbered


def _lines(reader: _Reader) -> list[HunkLine]:
    """Up to the next `@@` or `*** `. An empty line is an empty line of context, but at the end only a gap."""
    lines: list[HunkLine] = []
    gap = 0
    while not reader.before_section() and not (reader.line or "").startswith("@@"):
        number, line = reader.number, reader.take()
        mark, text = line[:1], line[1:]
        if mark == "":
            gap += 1
            continue
        lines += [HunkLine(" ", "")] * gap
        gap = 0
        if mark in (" ", "-", "+"):
            lines.append(HunkLine(mark, text))
        else:
            raise ToolFailed(
                f"Line {number} of the patch is {line[:200]!r}: a line of a hunk begins with ` ` (stays), `-` (goes) "
                "or `+` (new); a new hunk with `@@`."
            )
    return lines
