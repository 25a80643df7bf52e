"""What it costs that files can be put back, in a repository of 5,000 files."""

import random
import time
from pathlib import Path
from statistics import median
from typing import Any

import msgspec

from bench.connection import Connection
from bench.figures import Figure
from bench.setting import Setting

FILES = 5_000
CHANGED = 100
"""Those of one directory."""
LINES = 60


def reverts(setting: Setting) -> list[Figure]:
    """Commands that change nothing, one that changes a hundred files, and the way back and forth."""
    project = setting.place / "repository"
    _fill(project)
    (project / "change.sh").write_text("sed -i s/a/A/ part1/*.py\n")
    steps = [_runs("change", "sh change.sh"), _runs("nothing", ":"), {"text": "Done."}]
    setting.script.write_bytes(b"\n".join(map(msgspec.json.encode, steps)))
    with setting.ready_engine("reverted") as engine:
        session = engine.call("session/create", {"directory": str(project)})["id"]
        times = [_turn(engine, session, "nothing") for _ in range(6)]
        _turn(engine, session, "change", "mine")
        asked = {"sessionId": session, "messageId": "mine", "files": True}
        dry = _timed(engine, "session/revert", asked | {"dryRun": True})
        there = _timed(engine, "session/revert", asked)
        back = _timed(engine, "session/unrevert", {"sessionId": session})
    kept = setting.place / "reverted"
    return [
        Figure(f"first command in a project of {FILES:,} files", times[0], "ms"),
        Figure("a further one that changes nothing", median(times[1:]), "ms"),
        Figure(f"dry run of a revert of {CHANGED} files", dry, "ms"),
        Figure(f"revert of {CHANGED} files", there, "ms"),
        Figure("unrevert of them", back, "ms"),
        Figure("disk for the project's snapshot", _megabytes(kept / "snapshots"), "MB"),
        Figure("disk for what the files were", _megabytes(kept / "contents"), "MB"),
        Figure("the project itself", _megabytes(project), "MB"),
    ]


def _fill(project: Path) -> None:
    chance = random.Random(1)
    words = ["".join(chance.choices("etaoinshrdlu", k=7)) for _ in range(3_000)]
    for number in range(FILES):
        file = project / f"part{number % 50}" / f"file{number}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("\n".join(" ".join(chance.choices(words, k=9)) for _ in range(LINES)) + "\n")


def _runs(expect: str, command: str) -> dict[str, Any]:
    return {"expect": expect, "toolCalls": [{"name": "bash", "arguments": {"command": command}}]}


def _turn(engine: Connection, session: str, text: str, message_id: str | None = None) -> float:
    params = {"sessionId": session, "text": text, "model": "script/any", "messageId": message_id}
    return _timed(engine, "session/chat", {name: value for name, value in params.items() if value is not None})


def _timed(engine: Connection, method: str, params: dict[str, Any]) -> float:
    """Milliseconds until the answer."""
    began = time.monotonic_ns()
    result = engine.call(method, params)
    assert all(file["outcome"] != "kept" for file in result.get("files", [])), result["files"]
    return (time.monotonic_ns() - began) / 1e6


def _megabytes(directory: Path) -> float:
    return sum(file.stat().st_blocks * 512 for file in directory.rglob("*") if file.is_file()) / 1e6
