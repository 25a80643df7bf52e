"""Reads the matching lines that ripgrep prints, file by file, in memory for one file's worth.

Plain output and not `--json`: that repeats each long line whole and every match in it, while plain lines
are cut by ripgrep itself. `grep` uses it, in a thread.
"""

import re
from collections.abc import Iterator
from typing import IO, NamedTuple

from sessiond.tools.reading.search.ripgrep import records

MAX_LINE = 300
"""Bytes of a line that are shown."""
MAX_IN_FILE = 30
"""Lines of one file that are kept."""
COUNTED_IN_FILE = 1000
"""Matching lines of one file after which ripgrep goes to the next."""

PRINTED = (
    "--null",
    "--with-filename",
    "--line-number",
    "--column",
    "--no-heading",
    "--crlf",
    f"--max-columns={MAX_LINE}",
    "--max-columns-preview",
    f"--max-count={COUNTED_IN_FILE}",
)
"""What makes ripgrep print as it is read here: `path NUL line:column:text`."""

_CUT = re.compile(r" \[\.\.\. (?:\d+ more match(?:es)?|omitted end of long line)\]$")
_BINARY = (b": WARNING: stopped searching binary file", b": binary file matches")
"""What follows the path of a file that turned out to be binary after some matches."""


class Hit(NamedTuple):
    line: int
    text: str


class FileMatches(NamedTuple):
    path: bytes
    """As ripgrep names it; `<stdin>` for text that it was given."""
    hits: list[Hit]
    """The first ones."""
    total: int


def file_matches(stream: IO[bytes]) -> Iterator[FileMatches]:
    """The matches of each file; none of a file that is binary."""
    current, before = FileMatches(b"", [], 0), b""
    for record in records(stream, b"\n"):
        head, found, printed = (before + record).partition(b"\0")
        if not found:  # a name with a line end in it, or a remark
            before = head + b"\n"
            continue
        binary, path = _after_remark(current.path, head)
        before = b""
        if path == current.path and not binary:
            current = _with(current, printed)
            continue
        if current.total and not binary:
            yield current
        current = _with(FileMatches(path, [], 0), printed)
    if current.total and not _after_remark(current.path, before)[0]:
        yield current


def _after_remark(path: bytes, head: bytes) -> tuple[bool, bytes]:
    """Whether ripgrep says first that the file before was binary, and what stands behind that."""
    if head.startswith(tuple(path + remark for remark in _BINARY)):
        return True, head[len(path) :].partition(b"\n")[2]
    return False, head


def _with(matches: FileMatches, printed: bytes) -> FileMatches:
    if len(matches.hits) < MAX_IN_FILE:
        matches.hits.append(_hit(printed))
    return matches._replace(total=matches.total + 1)


def _hit(printed: bytes) -> Hit:
    line, _, rest = printed.partition(b":")
    column, _, text = rest.partition(b":")  # a match that begins at a line's end has no column
    shown = text.decode(errors="replace").rstrip("\r")
    cut = _CUT.search(shown) if len(text) > MAX_LINE else None
    if cut:
        shown = shown[: cut.start()]
        place = f", match at column {int(column)}" if column.isdigit() and int(column) > len(shown) else ""
        shown = f"{shown} (… line cut{place})"
    return Hit(int(line), shown)
