"""What must not happen whatever comes: typing that freezes, a line that is lost, two editors that see two things."""

import os
import signal
from collections.abc import Callable

import pytest

from support.daemon import Home
from support.nvim import Editor

PAUSES = """
_G.worst = 0
local last = vim.uv.getrusage()
local function ms(used) return (used.utime.sec + used.stime.sec) * 1e3 + (used.utime.usec + used.stime.usec) / 1e3 end
_G.clock = vim.uv.new_timer()
_G.clock:start(1, 1, function()
  local now = vim.uv.getrusage()
  _G.worst = math.max(_G.worst, ms(now) - ms(last))
  last = now
end)
"""
DONE = """
local chat = require("sessiond.chat").conversation()
return chat and not chat.renderer.transcript.turn and not chat.renderer.due and next(chat.renderer.dirty) == nil
"""


def open_chat(editor: Editor) -> None:
    editor.command("Sessiond")
    editor.sees("A new session")


def conversation(editor: Editor) -> list[str]:
    """The transcript without what stands below it, and without the times in headings."""
    return [line for line in editor.buffer("sessiond") if "works" not in line]


@pytest.mark.parametrize("text", ["0123456789", "A line of an answer.\n", "```lua\nlocal x = 1\n```\n\n"])
def test_an_answer_of_a_megabyte_does_not_freeze_typing(editor: Editor, home: Home, text: str) -> None:
    home.play({"text": text, "repeat": 1_000_000 // len(text)})
    open_chat(editor)
    editor.type("iGo<Esc><CR>")
    editor.sees("works")
    editor.lua(PAUSES)

    editor.type("i")
    for letter in "typed while it streams":
        editor.type("<Space>" if letter == " " else letter)

    editor.sees("typed while it streams")
    editor.until(lambda: editor.lua(DONE), seconds=60)
    assert "".join(conversation(editor)).count(text.strip().splitlines()[0]) >= 1_000_000 // len(text) - 1
    assert editor.lua("return _G.worst") < 250  # far below what a person takes for a freeze; the benchmark is stricter


def test_an_engine_that_is_killed_in_the_middle_of_an_answer_comes_back_and_no_line_is_lost(
    editor: Editor, home: Home
) -> None:
    home.play({"text": "First.\n\n"}, {"text": "Half of it.\n", "play": [{"waitFor": "never"}]}, {"text": "Whole."})
    open_chat(editor)
    editor.type("iOne<Esc><CR>")
    editor.sees("First.")
    editor.type("iTwo<Esc><CR>")
    editor.sees("Half of it.")
    drafts = home.data / "drafts"
    editor.until(
        lambda: any("Half" in path.read_text() for path in drafts.rglob("*") if path.is_file()), what="a draft"
    )
    before = conversation(editor)

    os.kill(editor.lua("return require('sessiond.engine').state().pid"), signal.SIGKILL)

    editor.sees("■ interrupted")
    assert [line for line in before if line.strip()] == [
        line for line in conversation(editor) if line in before and line.strip()
    ]
    editor.type("iThree<Esc><CR>")
    editor.sees("Whole.", "Three")
    ids = editor.lua(
        "return vim.tbl_map(function(m) return m.id end, require('sessiond.session').get(...).messages)",
        editor.lua("return require('sessiond.chat').session_id()"),
    )
    assert len(ids) == len(set(ids)) == 6


@pytest.mark.skipif("SESSIOND_SHARED" not in os.environ, reason="waits for the engine that editors share")
def test_two_editors_see_one_session_live(start: Callable[..., Editor], home: Home) -> None:
    home.play({"text": "To be ", "play": [{"waitFor": "go-on"}, {"text": "continued."}]})
    one, other = start(), start()
    open_chat(one)
    one.type("iHello<Esc><CR>")
    one.sees("To be")

    other.lua(
        "require('sessiond').attach() require('sessiond.chat').open({ session_id = ... })",
        one.lua("return require('sessiond.chat').session_id()"),
    )
    other.sees("Hello", "To be", "works")
    (home.script_file.parent / "go-on").touch()

    one.sees("To be continued.")
    other.sees("To be continued.")
    other.type("iAnd now?<Esc><CR>")
    one.sees("And now?")
    one.until(lambda: conversation(one) == conversation(other), what="both chats to be the same")
