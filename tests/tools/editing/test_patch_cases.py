"""The patch cases of other projects, on real files. Where we decide otherwise stands in `OURS` (decision 0081)."""

import json
from pathlib import Path
from typing import Any

import pytest

from sessiond.tools.editing.patch import Patch, PatchArguments
from sessiond.tools.failure import ToolFailed
from sessiond.tools.files.files import Files
from support.tools.scope import run_tool, tool_scope

CASES = Path(__file__).parents[2] / "cases"
FILES = ("edit_codex_apply_patch", "edit_opencode_apply_patch", "edit_roo")
OURS: dict[str, dict[str, str] | None] = {
    "codex-scn-010_move_overwrites_existing_destination": None,
    "codex-scn-011_add_overwrites_existing_file": None,
    "codex-seek-trim": None,
    "codex-scn-015_failure_after_partial_success_leaves_changes": None,
    "opencode-ap-moves-file-overwriting-existing-destination": None,
    "opencode-ap-adds-file-overwriting-existing-file": None,
    "opencode-ap-appends-trailing-newline-on-update": {"no_newline.txt": "first line\nsecond line"},
    "roo-ap-should-preserve-trailing-newline-in-result": {"test.txt": "foo\nbaz"},
}
"""What the files are afterwards; None: refused, and nothing has changed."""


def rows() -> list[dict[str, Any]]:
    read = (line for name in FILES for line in (CASES / f"{name}.jsonl").read_text("utf-8").split("\n") if line)
    return [row for row in map(json.loads, read) if row["family"] == "apply_patch"]


def expected(row: dict[str, Any]) -> dict[str, str]:
    if row["id"] in OURS:
        return OURS[row["id"]] or row["files"]
    return row["expect"]["files"]


def is_refused(row: dict[str, Any]) -> bool:
    return OURS[row["id"]] is None if row["id"] in OURS else row["expect"]["outcome"] == "error"


def texts(directory: Path) -> dict[str, str]:
    found = (path for path in directory.rglob("*") if path.is_file())
    return {path.relative_to(directory).as_posix(): path.read_bytes().decode() for path in found}


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["id"])
async def test_a_patch_of_another_project_does_what_it_says_or_nothing(row: dict[str, Any], tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    for name, text in row["files"].items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_bytes(text.encode())
    scope = tool_scope(project, files=Files(must_have_read=False))
    arguments = PatchArguments(patchText=row["call"]["args"]["patch"])
    outside = row["expect"].get("error_kind") == "outside_workspace"

    try:
        asked = Patch().asks(arguments, scope.cwd, scope.root)
        if outside:
            assert not all(ask.path and ask.path.is_relative_to(project.resolve()) for ask in asked)
            return  # leave for that path is not the tool's to give
        await run_tool(Patch(), scope, **arguments.model_dump())
        refused = False
    except ToolFailed:
        refused = True

    assert (refused, texts(project)) == (is_refused(row), expected(row))
