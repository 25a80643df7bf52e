"""The `read` tool: a text file with line numbers, or the entries of a directory.

Reads in a thread; never follows more of a file than it shows.
"""

import asyncio
import difflib
from itertools import islice
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from sessiond.tools.base import Ask, ToolFailed, ToolResult, ToolScope
from sessiond.tools.paths import printable, resolved, shown
from sessiond.tools.prompts import tool_prompt

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
        name = shown(path, root)
        if path.is_relative_to(Path(root).resolve()):
            return [Ask("read", (name,), f"Read {name}", always=(name,))]
        folder = f"{printable(path.parent.as_posix())}/*"
        outside = Ask("outside", (name,), f"Read {name}, which is outside the project", always=(folder,))
        return [outside, Ask("read", (name,), f"Read {name}", always=(folder,))]

    async def run(self, arguments: ReadArguments, scope: ToolScope) -> ToolResult:
        return await asyncio.to_thread(read, resolved(arguments.filePath, scope.cwd), arguments, scope.root)


def read(path: Path, arguments: ReadArguments, root: str) -> ToolResult:
    """What the model sees of a file or directory. Raises ToolFailed."""
    title = shown(path, root)
    try:
        if path.is_dir():
            return ToolResult(listing(path), title=title)
        if not path.is_file():
            raise ToolFailed(missing(path, title))
        return ToolResult(*text_of(path, title, arguments))
    except OSError as error:
        raise ToolFailed(f"{title} cannot be read: {error.strerror or error}.") from None


def text_of(path: Path, title: str, arguments: ReadArguments) -> tuple[str, str, dict[str, int | bool]]:
    with path.open("rb") as file:
        head = file.read(SNIFFED_BYTES)
    if is_binary(head):
        raise ToolFailed(
            f"{title} is not text ({path.stat().st_size} bytes). This tool reads text files and directories."
        )
    first = max(arguments.offset, 1)
    lines: list[str] = []
    size, more = 0, False
    with path.open(encoding="utf-8", errors="replace", newline=None) as file:
        for number, line in enumerate(islice(file, first - 1, None), first):
            numbered = f"{number:6}\t{cut(line.rstrip(chr(10)))}"
            size += len(numbered.encode()) + 1
            if len(lines) >= min(arguments.limit, MAX_LINES) or (size > MAX_BYTES and lines):
                more = True
                break
            lines.append(numbered)
    if not lines:
        return (
            f"({title} has no line {first})" if first > 1 else f"({title} is empty)",
            title,
            {"lines": 0, "more": False},
        )
    last = first + len(lines) - 1
    note = f"\n(lines {first} to {last}; there is more, read on with offset {last + 1})" if more else ""
    return "\n".join(lines) + note, title, {"lines": len(lines), "more": more}


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


def cut(line: str) -> str:
    return line if len(line) <= MAX_LINE else f"{line[:MAX_LINE]} (… {len(line) - MAX_LINE} more characters)"


def is_binary(head: bytes) -> bool:
    """A NUL byte, or more than three in ten bytes that no text has."""
    if b"\0" in head:
        return True
    control = sum(byte < 32 and byte not in b"\t\n\r\f\x1b" for byte in head)
    return control * 10 > len(head) * 3
