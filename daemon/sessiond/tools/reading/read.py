"""The `read` tool: a text file with line numbers, or the entries of a directory.

Works in a thread, with bounded memory. It reads a file from its beginning to the end of the page, so a
high offset costs reading all that stands before it; cancelling ends that within one piece of the file.
"""

import asyncio
import difflib
import os
import stat
import threading
from io import FileIO
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from sessiond.tools.base import Ask, ToolResult, ToolScope
from sessiond.tools.failure import ToolFailed
from sessiond.tools.paths import printable, resolved, shown
from sessiond.tools.prompts import tool_prompt
from sessiond.tools.reading.text_lines import Line, lines, opened, pieces, refuse_special

MAX_LINES = 2000
MAX_BYTES = 50_000
MAX_LINE = 2000
SNIFFED_BYTES = 4096


class ReadArguments(BaseModel):
    model_config = ConfigDict(extra="ignore")

    filePath: str = Field(
        min_length=1, description="The file or directory: absolute, or relative to the working directory."
    )
    offset: int = Field(default=1, ge=0, description="The line to start at; the first line is 1.")
    limit: int = Field(default=MAX_LINES, ge=1, description=f"How many lines to read, at most {MAX_LINES}.")


class Read:
    name = "read"
    description = tool_prompt("read")
    parameters: type[BaseModel] = ReadArguments
    concurrent = True

    def asks(self, arguments: ReadArguments, cwd: str, root: str) -> list[Ask]:
        path = resolved(arguments.filePath, cwd)
        return [Ask(permission="read", title=f"Read {shown(path, root)}", path=path)]

    async def run(self, arguments: ReadArguments, scope: ToolScope) -> ToolResult:
        path = resolved(arguments.filePath, scope.cwd)
        stopped = threading.Event()  # a thread knows no cancellation
        try:
            return await asyncio.to_thread(read, path, arguments, scope.root, stopped)
        finally:
            stopped.set()


def read(path: Path, arguments: ReadArguments, root: str, stopped: threading.Event) -> ToolResult:
    """What the model sees of a file or directory. Raises ToolFailed."""
    title = shown(path, root)
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            return ToolResult(listing(path), title=title)
        refuse_special(mode, title)
        with opened(path, title) as file:
            return page(file, title, arguments, stopped)
    except (FileNotFoundError, NotADirectoryError):
        raise ToolFailed(missing(path, title)) from None
    except OSError as error:
        raise ToolFailed(f"{title} cannot be read: {error.strerror or error}.") from None


def page(file: FileIO, title: str, arguments: ReadArguments, stopped: threading.Event) -> ToolResult:
    """The lines asked for, as many as fit, and how to read on."""
    if is_binary(file.read(SNIFFED_BYTES) or b""):
        size = os.fstat(file.fileno()).st_size
        raise ToolFailed(f"{title} is not text ({size} bytes). This tool reads text files and directories.")
    file.seek(0)
    first = max(arguments.offset, 1)
    taken: list[str] = []
    size, more = 0, False
    for number, line in enumerate(lines(pieces(file, stopped), first, MAX_LINE), first):
        numbered = f"{number:6}\t{marked(line)}"
        size += len(numbered.encode()) + 1
        if len(taken) >= min(arguments.limit, MAX_LINES) or (size > MAX_BYTES and taken):
            more = True
            break
        taken.append(numbered)
    metadata = {"lines": len(taken), "more": more}
    if not taken:
        return ToolResult(f"({title} has no line {first})" if first > 1 else f"({title} is empty)", title, metadata)
    last = first + len(taken) - 1
    note = f"\n(lines {first} to {last}; there is more, read on with offset {last + 1})" if more else ""
    return ToolResult("\n".join(taken) + note, title, metadata)


def listing(path: Path) -> str:
    """The entries of a directory, folders with a slash behind."""
    entries = sorted(printable(entry.name) + ("/" if entry.is_dir() else "") for entry in path.iterdir())
    note = f"\n({len(entries) - MAX_LINES} more entries are left out)" if len(entries) > MAX_LINES else ""
    return ("\n".join(entries[:MAX_LINES]) or "(empty directory)") + note


def missing(path: Path, title: str) -> str:
    """Says that there is no such file, and which names are near."""
    try:
        siblings = [printable(entry.name) for entry in path.parent.iterdir()]
    except OSError:
        return f"There is no file {title}, nor a readable directory for it."
    near = difflib.get_close_matches(path.name, siblings, n=3, cutoff=0.6)
    return f"There is no file {title}." + (f" Near names there: {', '.join(near)}." if near else "")


def marked(line: Line) -> str:
    return f"{line.text} (… {line.left_out} more characters)" if line.left_out else line.text


def is_binary(head: bytes) -> bool:
    """A NUL byte, or more than three in ten bytes that no text has."""
    if b"\0" in head:
        return True
    control = sum(byte < 32 and byte not in b"\t\n\r\f\x1b" for byte in head)
    return control * 10 > len(head) * 3
