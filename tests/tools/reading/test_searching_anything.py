"""Random arguments on a random tree: a search finds, finds nothing or is refused in words; it never breaks."""

import asyncio
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from sessiond.tools.base import Tool
from sessiond.tools.failure import ToolFailed
from sessiond.tools.reading.glob import Glob
from sessiond.tools.reading.grep import Grep
from sessiond.tools.reading.list_directory import ListDirectory
from sessiond.tools.reading.read import Read
from support.tools.scope import run_tool, tool_scope

SPECIAL = ["a", "--", "..", *"([{*+\\^$|?-/~\0\n)"]
TEXTS = st.one_of(st.text(min_size=1, max_size=30), st.lists(st.sampled_from(SPECIAL), min_size=1).map("".join))
PATHS = st.one_of(st.none(), TEXTS.filter(lambda text: not text.startswith(("/", "~"))))
CONTENTS = st.dictionaries(st.text("abc.", min_size=1, max_size=4), st.binary(max_size=300), max_size=4)


@settings(deadline=None, max_examples=80)
@given(contents=CONTENTS, pattern=TEXTS, path=PATHS, include=st.one_of(st.none(), TEXTS))
def test_searches_never_break(contents: dict[str, bytes], pattern: str, path: str | None, include: str | None) -> None:
    with tempfile.TemporaryDirectory() as directory:
        inside = Path(directory) / "project"
        inside.mkdir()
        for name, content in contents.items():
            if name.strip("."):
                (inside / name).write_bytes(content)
        calls: list[tuple[Tool, dict[str, object]]] = [
            (Glob(), {"pattern": pattern.lstrip("/~."), "path": path}),
            (Grep(), {"pattern": pattern, "path": path, "include": include}),
            (ListDirectory(), {"path": path}),
            (Read(), {"filePath": path or "a"}),
        ]
        asyncio.run(all_of(inside, calls))


async def all_of(directory: Path, calls: list[tuple[Tool, dict[str, object]]]) -> None:
    for tool, arguments in calls:
        if arguments.get("pattern") == "":
            continue
        try:
            result = await run_tool(tool, tool_scope(directory), **arguments)
            assert result.output
        except ToolFailed as failure:
            assert str(failure)
