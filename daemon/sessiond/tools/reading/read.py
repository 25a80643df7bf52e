"""The `read` tool: a text with line numbers, the entries of a directory, or an image or PDF as it is.

Works in a thread, with bounded memory. It reads a file from its beginning to the end of the page, so a
high offset costs reading all that stands before it; cancelling ends that within one piece of the file.
"""

import asyncio
import codecs
import os
import stat
import threading
from collections.abc import Iterator
from io import FileIO
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from pydantic import BaseModel, ConfigDict, Field

from sessiond.tools.base import Ask, ToolResult, ToolScope
from sessiond.tools.failure import ToolFailed
from sessiond.tools.files.disk import MAX_BYTES as MAX_EDITED
from sessiond.tools.files.text_form import NotText, decoded, is_binary, plain, version_of
from sessiond.tools.paths import printable, resolved, shown
from sessiond.tools.prompts import tool_prompt
from sessiond.tools.reading.attachments import PDF, attached, media_type
from sessiond.tools.reading.near_names import missing
from sessiond.tools.reading.page import MAX_LINES, page
from sessiond.tools.reading.search.unsaved import is_on_disk
from sessiond.tools.reading.text_lines import opened, pieces, refuse_special

SNIFFED_BYTES = 4096
UNSAVED_NOTE = "\n(this is the unsaved text of the editor, not what the disk has)"


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
        part = Part(path, shown(path, scope.root), max(arguments.offset, 1), arguments.limit)
        buffer = await scope.files.editor.open_file(path)
        stopped = threading.Event()  # a thread knows no cancellation
        try:
            if buffer:
                result, version = await asyncio.to_thread(from_editor, part, buffer.text)
            else:
                result, version = await asyncio.to_thread(from_disk, part, stopped)
        except (FileNotFoundError, NotADirectoryError):
            raise ToolFailed(await missing(path, scope)) from None
        finally:
            stopped.set()
        if version:
            scope.files.seen.remember(path, version)
        return result


class Part(NamedTuple):
    """What is asked for."""

    path: Path
    title: str
    first: int
    limit: int


def from_editor(part: Part, text: str) -> tuple[ToolResult, str]:
    """The text as the editor has it, and its version."""
    shown_text = plain(text)
    version = version_of(shown_text)
    result = numbered(part, iter([printable(shown_text.replace("\r", "\n"))]), version)
    unsaved = not is_on_disk(part.path, text)
    return (msgspec.structs.replace(result, output=result.output + UNSAVED_NOTE) if unsaved else result), version


def from_disk(part: Part, stopped: threading.Event) -> tuple[ToolResult, str | None]:
    """What stands on the disk, and the version of a text that can be edited. Raises ToolFailed, FileNotFoundError."""
    try:
        mode = part.path.stat().st_mode
        if stat.S_ISDIR(mode):
            return ToolResult(listing(part.path), title=part.title), None
        refuse_special(mode, part.title)
        with opened(part.path, part.title) as file:
            return from_file(part, file, stopped)
    except (FileNotFoundError, NotADirectoryError):
        raise
    except OSError as error:
        raise ToolFailed(f"{part.title} cannot be read: {error.strerror or error}.") from None


def from_file(part: Part, file: FileIO, stopped: threading.Event) -> tuple[ToolResult, str | None]:
    """By content: an image or PDF as it is, a text as its lines. Raises ToolFailed for what is neither."""
    head = file.read(SNIFFED_BYTES) or b""
    encoding = "utf-16" if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig"
    kind = media_type(head)
    if kind == PDF or (kind and is_binary(head)):
        return attached(file, kind, part.title), None
    if encoding != "utf-16" and is_binary(head):
        size = os.fstat(file.fileno()).st_size
        raise ToolFailed(
            f"{part.title} is not text ({size} bytes). This tool reads text, images and PDF, and directories."
        )
    version = version_in(file)  # before the page: what changes in between counts as not seen
    file.seek(0)
    return numbered(part, pieces(file, stopped, encoding), version), version


def version_in(file: FileIO) -> str | None:
    """Of a file that is small enough to be edited; None for others."""
    if os.fstat(file.fileno()).st_size > MAX_EDITED:
        return None
    file.seek(0)
    content = file.read(MAX_EDITED + 1)
    try:
        return version_of(decoded(content)[0])
    except NotText:
        return None


def numbered(part: Part, texts: Iterator[str], version: str | None) -> ToolResult:
    """A page of numbered lines; the metadata says which content of the file the session has seen."""
    shown_page = page(texts, part.title, part.first, part.limit)
    metadata: dict[str, Any] = {"lines": shown_page.lines, "more": shown_page.more}
    name = str(part.path)
    if version and name == printable(name):  # JSON cannot carry other names
        metadata["files"] = [{"path": name, "version": version}]
    return ToolResult(shown_page.output, part.title, metadata)


def listing(path: Path) -> str:
    """The entries of a directory, folders with a slash behind."""
    entries = sorted(printable(entry.name) + ("/" if entry.is_dir() else "") for entry in path.iterdir())
    note = f"\n({len(entries) - MAX_LINES} more entries are left out)" if len(entries) > MAX_LINES else ""
    return ("\n".join(entries[:MAX_LINES]) or "(empty directory)") + note
