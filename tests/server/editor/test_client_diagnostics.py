"""What a client's editor says of its language servers' findings, over a real connection."""

from pathlib import Path
from typing import Any

import pytest

from sessiond.server.editor import client_editor
from sessiond.tools.editor import Diagnostic
from support.editor.peer import PLAIN, editing, place


async def test_diagnostics_come_from_the_editor_and_odd_ones_cost_themselves_alone(path: Path):
    async with editing(PLAIN, editor={"diagnostics": True}) as ed:
        ed.peer.send(ed.buffers.opened(path, "one"))
        await ed.opened(path)
        good = {"range": place(1, 2, 1, 3), "severity": 2, "message": "unused", "source": "lint", "code": 5}
        markup = {"range": place(0, 0, 0, 1), "message": {"kind": "markdown", "value": "**bad**"}}
        answer = {
            "files": [
                {"uri": path.as_uri(), "diagnostics": [good, {"message": "no range"}, 5, markup]},
                {"uri": "untitled:x", "diagnostics": [good]},
                {"odd": True},
            ]
        }
        ed.answers["editor/diagnostics"] = lambda request: {"result": answer}

        assert await ed.editor.diagnostics(path) == [
            Diagnostic(path, 2, 3, "warning", "unused", "lint"),
            Diagnostic(path, 1, 1, "error", "**bad**"),
        ]
        await ed.editor.diagnostics(None)
        assert [request["params"] for request in ed.asked] == [{"uri": path.as_uri(), "version": 1}, {}]


@pytest.mark.parametrize("answer", [None, {"result": None}, {"result": []}, {"error": {"code": 1, "message": "x"}}])
async def test_an_editor_without_an_answer_about_diagnostics_holds_up_nothing(
    path: Path, answer: dict[str, Any] | None, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(client_editor, "DIAGNOSTICS_SECONDS", 0.05)
    async with editing(PLAIN, editor={"diagnostics": True}) as ed:
        ed.answers["editor/diagnostics"] = lambda request: answer

        assert await ed.editor.diagnostics(path) is None


async def test_diagnostics_are_not_asked_of_who_does_not_offer_them(path: Path):
    async with editing() as ed:
        assert await ed.editor.diagnostics(path) is None
        assert ed.asked == []
