"""Texts that editors hold and the disk does not have, of the files that a search covers. For `grep`."""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from typing import IO

from sessiond.tools.base import ToolScope
from sessiond.tools.editor import OpenFile
from sessiond.tools.files.text_form import NotText, decoded, plain
from sessiond.tools.reading.search.ripgrep import ALWAYS, records, ripgrep

MOST_BYTES_EACH = 4
"""Bytes that a character takes on the disk at most; a byte order mark has fewer."""


async def unsaved_texts(
    scope: ToolScope, directory: Path, wants: Callable[[str], bool], *, ignored_too: bool
) -> dict[str, str]:
    """By names relative to the directory; without `ignored_too` ignore files count as on the disk."""
    files = await scope.files.editor.open_files()
    texts = await asyncio.to_thread(_changed, files, directory, wants)
    if ignored_too or not texts:
        return texts

    def listed_or_new(names: IO[bytes]) -> dict[str, str]:
        listed = {name for name in map(os.fsdecode, records(names, b"\0")) if name in texts}
        return {name: text for name, text in texts.items() if name in listed or not os.path.lexists(directory / name)}

    return (await ripgrep([*ALWAYS, "--files", "--null"], directory, scope.environment, listed_or_new)).value


def _changed(files: dict[Path, OpenFile], directory: Path, wants: Callable[[str], bool]) -> dict[str, str]:
    texts: dict[str, str] = {}
    for path, file in files.items():
        if path.is_relative_to(directory):
            name = path.relative_to(directory).as_posix()
            if ".git" not in name.split("/") and wants(name) and not is_on_disk(path, file.text):
                texts[name] = file.text
    return texts


def is_on_disk(path: Path, text: str) -> bool:
    """Whether the file has this text, byte order mark and line ends apart."""
    try:
        if not path.is_file() or path.stat().st_size > MOST_BYTES_EACH * (len(text) + 1):
            return False
        stored, _ = decoded(path.read_bytes())
    except (OSError, NotText):
        return False
    return stored == plain(text)
