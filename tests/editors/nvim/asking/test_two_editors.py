"""Two Neovims of one engine: lists follow what the other does, and a question is gone in both once one has answered."""

from collections.abc import Callable

import pytest

from sessiond_protocol.methods import METHODS
from support.daemon import Home
from support.nvim import Editor

pytestmark = pytest.mark.skipif("sessions/watch" not in METHODS, reason="this engine is not shared by editors yet")

CREATE = "require('sessiond').attach() require('sessiond.session').create({ title = ... })"
OPTIONS = {"asking": {"settle_ms": 0}}


def test_a_list_of_sessions_is_true_while_it_is_open(start: Callable[..., Editor]) -> None:
    one, other = start(size=(110, 30)), start(size=(110, 30))
    one.lua(CREATE, "Apples")
    one.command("Sessiond sessions")
    one.sees("Apples", "(1)")

    other.lua(CREATE, "Pears")
    one.sees("Pears", "(2)")
    other.command("Sessiond sessions Pears")
    other.sees("(1)")
    other.type("<C-d>")
    other.sees("again deletes")
    other.type("<C-d>")

    one.sees_no("Pears")
    one.sees("Apples", "(1)")


def test_a_question_is_answered_in_one_and_gone_in_both(start: Callable[..., Editor], home: Home) -> None:
    call = {"name": "bash", "arguments": {"command": "touch made", "description": "Makes it"}}
    home.play({"toolCalls": [call]}, {"text": "Finished."})
    one, other = start(size=(110, 30), options=OPTIONS), start(size=(110, 30), options=OPTIONS)
    one.command("Sessiond")
    one.sees("A new session")
    one.type("iGo<Esc><CR>")
    one.sees("Allow once")

    other.command("Sessiond questions")
    other.sees("? bash touch made", "Allow once")
    other.type("1")

    for editor in (one, other):
        editor.sees("Finished.")
        editor.sees_no("Allow once")
    assert (home.project / "made").exists()
