"""The edit cases of other projects as calls of our `edit` and `write`, on real files; and what came of each."""

import asyncio
import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

from sessiond.tools.editing.edit import Edit, EditArguments
from sessiond.tools.editing.write import Write
from sessiond.tools.failure import ToolFailed
from sessiond.tools.files.files import Files
from support.tools.scope import run_tool, tool_scope

CASES = Path(__file__).parents[2] / "cases"
FAMILIES = frozenset({
    "str_replace", "str_replace_concurrent", "multi_edit", "search_replace_blocks", "write", "create",
})  # fmt: skip
Outcome = Literal["matched", "refused", "wrong"]
State = dict[str, bytes]


def edit_cases(*tiers: str) -> list[dict[str, Any]]:
    """Without those whose diff is so malformed that it says no edit."""
    rows = (row for row in _rows() if row["family"] in FAMILIES and row["tier"] in tiers)
    return [row for row in rows if row["call"].get("as_multi_edit") != []]


def _rows() -> Iterator[dict[str, Any]]:
    for file in sorted(CASES.glob("edit_*.jsonl")):
        yield from map(json.loads, filter(None, file.read_text("utf-8").split("\n")))


async def play(case: dict[str, Any], directory: Path) -> Outcome:
    """`matched`: as expected; `refused`: an error that has changed nothing, where something else was expected."""
    before = _state(case)
    for name, content in before.items():
        path = directory / "work" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (directory / "work").mkdir(exist_ok=True)
    failed = await _fails(case["call"], directory / "work")
    after = {
        str(path.relative_to(directory / "work")): path.read_bytes()
        for path in (directory / "work").rglob("*")
        if path.is_file()
    }
    if _fits(case["expect"], before, after, failed):
        return "matched"
    return "refused" if failed and after == before else "wrong"


def _state(case: dict[str, Any]) -> State:
    texts = {name.replace("@outside/", "outside/"): text.encode() for name, text in case.get("files", {}).items()}
    return texts | {name: base64.b64decode(content) for name, content in case.get("files_b64", {}).items()}


async def _fails(call: dict[str, Any], directory: Path) -> bool:
    """Edits of one call go one after the other, up to the first that fails."""
    try:
        if "concurrent" in call:
            files = Files(must_have_read=False)
            await asyncio.gather(*(_edit(edit, directory, edit["path"], files) for edit in call["concurrent"]))
            return False
        path = call["args"]["path"].replace("@outside/", "outside/")
        if path.startswith("@abs:"):
            return _would_ask(path.removeprefix("@abs:"), directory)
        edits = call.get("as_multi_edit") or call["args"].get("edits") or [call["args"]]
        for edit in edits:
            await _edit(edit, directory, path, Files(must_have_read=False))
    except (ToolFailed, ValueError, TypeError):
        return True
    return False


def _would_ask(path: str, directory: Path) -> bool:
    """Whether the rules learn that it is outside of the project, where nobody has allowed anything."""
    arguments = EditArguments(filePath=path, oldString="", newString="x")
    asks = Edit().asks(arguments, str(directory), str(directory))
    return all(ask.path is not None and not ask.path.is_relative_to(directory) for ask in asks)


async def _edit(edit: dict[str, Any], directory: Path, path: str, files: Files) -> None:
    scope = tool_scope(directory, files=files)
    if "content" in edit:
        await run_tool(Write(), scope, filePath=path, content=edit["content"])
    else:
        replace_all = edit.get("replace_all", False)
        strings = {"oldString": edit["old"], "newString": edit["new"], "replaceAll": replace_all}
        await run_tool(Edit(), scope, filePath=path, **strings)


def _fits(expect: dict[str, Any], before: State, after: State, failed: bool) -> bool:
    if failed:
        return expect["outcome"] == "error" and after == (_state(expect) if "files" in expect else before)
    texts = [content.decode("utf-8", "replace") for content in after.values()]
    contained = all(any(piece in text for text in texts) for piece in expect.get("contains", ()))
    whole = not ("files" in expect or "files_b64" in expect) or after == _state(expect)
    return expect["outcome"] == "ok" and contained and whole
