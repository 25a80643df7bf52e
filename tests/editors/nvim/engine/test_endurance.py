"""What must not happen whatever comes: typing that freezes, a line that is lost or doubled when something dies."""

import os
import signal

import pytest

from support.daemon import Home
from support.daemon.engine_process import kill
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
IDS = """
local transcript = require("sessiond.session").get(require("sessiond.chat").session_id())
return vim.tbl_map(function(message) return message.id end, transcript.messages)
"""


def open_chat(editor: Editor) -> None:
    editor.command("Sessiond")
    editor.sees("A new session")


def engine_of(home: Home) -> int:
    pid = home.engine_pid
    assert pid
    return pid


def among(editor: Editor, *texts: str) -> list[str]:
    """The lines of the chat that are one of these texts, in the order in which they stand there."""
    return [line.strip() for line in conversation(editor) if line.strip() in texts]


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


def test_an_engine_that_is_killed_in_the_middle_of_an_answer_is_replaced_and_no_line_is_lost(
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

    kill(engine_of(home))

    editor.sees("■ interrupted")
    editor.type("iThree<Esc><CR>")
    editor.sees("Whole.", "Three")
    expected = ["One", "First.", "Two", "Half of it.", "Three", "Whole."]
    assert among(editor, *expected) == expected
    ids = editor.lua(IDS)
    assert len(set(ids)) == len(ids) == 6


def test_a_pipe_that_is_killed_in_the_middle_of_an_answer_costs_nothing(editor: Editor, home: Home) -> None:
    rest = [{"waitFor": "on"}, {"text": "more,\n\n"}, {"waitFor": "go-on"}, {"text": "all."}]
    home.play({"text": "Half of it,\n\n", "play": rest})
    open_chat(editor)
    editor.type("iOne<Esc><CR>")
    editor.sees("Half of it,")

    os.kill(editor.lua("return require('sessiond.engine').state().pid"), signal.SIGKILL)
    (home.place / "on").touch()
    editor.sees("more,")
    (home.place / "go-on").touch()

    editor.sees("all.")
    expected = ["One", "Half of it,", "more,", "all."]
    assert among(editor, *expected) == expected


def test_a_prompt_that_an_engine_has_not_taken_when_it_dies_runs_once(editor: Editor, home: Home) -> None:
    home.play({"text": "First."}, {"text": "Second."})
    open_chat(editor)
    editor.type("iOne<Esc><CR>")
    editor.sees("First.")
    engine = engine_of(home)
    os.kill(engine, signal.SIGSTOP)

    editor.type("iTwo<Esc><CR>")
    editor.sees("Two")
    kill(engine)

    editor.sees("Second.")
    expected = ["One", "First.", "Two", "Second."]
    assert among(editor, *expected) == expected


def test_a_chat_goes_on_once_there_is_an_engine_again(editor: Editor, home: Home) -> None:
    home.play({"text": "First."}, {"text": "Second."})
    open_chat(editor)
    editor.type("iOne<Esc><CR>")
    editor.sees("First.")
    assert home.runtime
    home.runtime.chmod(0o755)  # no engine starts where others may come in
    kill(engine_of(home))
    editor.until(lambda: "cannot subscribe" in editor.log(), what="the chat to ask in vain")

    home.runtime.chmod(0o700)
    editor.until(lambda: home.engine_pid, what="the chat to ask again")
    editor.type("iTwo<Esc><CR>")

    editor.sees("Second.")
    expected = ["One", "First.", "Two", "Second."]
    assert among(editor, *expected) == expected
