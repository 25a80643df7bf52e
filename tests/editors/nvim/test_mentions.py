"""Mentions in prompts: completed as they are typed, shown, attached when sent; and what is done with a selection."""

from pathlib import Path
from typing import Any

import pytest

from support.daemon import Home
from support.nvim import Editor
from support.nvim.turns import edit, lines

PROMPT = """
local id = require("sessiond.chat").session_id()
local transcript = id and require("sessiond.session").get(id)
local texts = {}
for _, message in ipairs(transcript and transcript.messages or {}) do
  if message.role == "user" then
    for _, part in ipairs(message.parts) do table.insert(texts, part.text or (part.mediaType .. " " .. part.name)) end
  end
end
return texts"""


@pytest.fixture
def editor(start: Any, home: Home) -> Editor:
    home.configure("[permission]\nedit = 'allow'\n")
    (home.project / "src").mkdir()
    (home.project / "src" / "app.py").write_text("one\ntwo\nthree\n")
    (home.project / "my notes.txt").write_text("a note\n")
    return start(settings="vim.g.mapleader = ' '\nvim.o.completeopt = 'menuone,noselect'")


@pytest.fixture
def app(home: Home) -> Path:
    return home.project / "src" / "app.py"


def sent(editor: Editor, count: int) -> list[str]:
    """The texts of the prompts in the session, once there are so many."""
    return editor.until(lambda: found if len(found := editor.lua(PROMPT)) >= count else None, what=f"{count} texts")


def test_a_file_is_completed_while_it_is_typed_shown_and_attached(editor: Editor) -> None:
    editor.command("Sessiond")
    editor.type("iLook at @")
    editor.sees("@buffer", "@selection", "@diagnostics", "@diff", "@src/app.py")

    editor.type("ap")
    editor.sees_no("@diff")
    editor.sees("@src/app.py")
    editor.type("<C-n><C-y> now<Esc>")

    editor.until(lambda: editor.buffer("sessiond-prompt") == ["Look at @src/app.py now"])
    assert editor.grid.style_of("@src/app.py now") != editor.grid.style_of(" now")
    editor.type("<CR>")
    assert sent(editor, 2) == [
        "Look at @src/app.py now",
        "Attached: src/app.py\n```python\none\ntwo\nthree\n```",
    ]


def test_the_omnifunc_completes_names_with_spaces(start: Any, home: Home) -> None:
    (home.project / "my notes.txt").write_text("a note\n")
    editor = start(settings="vim.lsp.completion.enable = function() end\nvim.o.completeopt = 'menu'")
    editor.command("Sessiond")

    editor.type("i@note<C-x><C-o>")
    editor.until(lambda: editor.buffer("sessiond-prompt") == ['@"my notes.txt"'])

    editor.type("<Esc><CR>")
    assert sent(editor, 2) == ['@"my notes.txt"', "Attached: my notes.txt\n```\na note\n```"]


def test_the_buffer_is_attached_with_its_unsaved_text_and_the_selection_as_it_was(editor: Editor, app: Path) -> None:
    editor.command(f"edit {app}")
    editor.type("jlvjhd")  # a selection that is gone: only marks are left
    editor.type("uggwyy0vly")
    editor.type("Gomine<Esc>")
    editor.command("Sessiond")

    editor.type("i@buffer and @selection.<Esc><CR>")

    assert sent(editor, 3) == [
        "@buffer and @selection.",
        "Attached: src/app.py (with unsaved changes)\n```python\none\ntwo\nthree\nmine\n```",
        "Attached: src/app.py, line 2, selected\n```python\ntw\n```",
    ]


def test_what_cannot_be_attached_is_said(editor: Editor, home: Home) -> None:
    (home.project / "large.txt").write_text("0123456789\n" * 10_000)
    (home.project / "data.bin").write_bytes(b"\0\1\2")
    (home.project / "picture.png").write_bytes(b"\x89PNG")
    editor.command("enew")
    editor.command("Sessiond")

    editor.type("i@large.txt @data.bin @src/app.py:9 @picture.png @selection @gone.txt @diff<Esc><CR>")

    texts = sent(editor, 3)
    assert texts[1].startswith("Attached: large.txt, cut after 5957 lines\n```\n0123456789\n")
    assert texts[2:] == ["image/png picture.png"]
    said = editor.messages()
    for words in (
        "large.txt is long: its first 5957 lines were attached",
        "data.bin is no text and was not attached",
        "src/app.py has only 3 lines; nothing was attached",
        "nothing was selected; @selection attached nothing",
        "@diff attached nothing: ",
    ):
        assert words in said


def test_lines_are_asked_about_explained_and_fixed(editor: Editor, app: Path) -> None:
    editor.command(f"edit {app}")
    editor.lua("""
    local problem = { lnum = 1, col = 0, message = "two is odd", severity = 1, source = "lint" }
    vim.diagnostic.set(vim.api.nvim_create_namespace("test"), 0, { problem })""")

    editor.type("jV ak")
    editor.until(lambda: editor.buffer("sessiond-prompt") == ["@src/app.py:2 "])
    editor.type("why?<Esc><CR>")
    assert sent(editor, 2) == ["@src/app.py:2 why?", "Attached: src/app.py, line 2\n```python\ntwo\n```"]

    editor.lua("vim.api.nvim_set_current_win(vim.fn.bufwinid(...))", str(app))
    editor.command("2,3Sessiond explain Shortly.")
    assert sent(editor, 4)[2] == "Explain @src/app.py:2-3. Shortly."

    editor.lua("vim.api.nvim_set_current_win(vim.fn.bufwinid(...))", str(app))
    editor.command("1,2Sessiond fix")
    assert sent(editor, 6)[4] == (
        "Fix @src/app.py:1-2. \n\nThe language servers say:\n\nsrc/app.py:2:1: error: two is odd (lint)"
    )


def test_lines_are_changed_as_said_in_a_float_and_the_chat_stays_closed(editor: Editor, home: Home, app: Path) -> None:
    steps = edit(app, "two", "2")
    home.play(steps[0], {"waitFor": "seen", **steps[1]}, {"text": "It is a number now."})
    editor.command(f"edit {app}")

    editor.type("jV ae")
    editor.sees("Edit line 2")
    editor.type("make it a number<CR>")

    editor.sees("◐", "stops")
    (home.place / "seen").touch()
    editor.until(lambda: lines(editor, app) == ["one", "2", "three"])
    editor.sees("It is a number now.", "1/1")
    editor.sees_no("◐")
    assert editor.lua("return require('sessiond.chat').view() == nil")


def test_a_command_of_the_engine_is_completed_and_sent(editor: Editor) -> None:
    editor.command("Sessiond")
    editor.lua("""
    local engine = require("sessiond.engine")
    local request = engine.request
    sent_params = nil
    engine.request = function(method, params, callback)
      if method == "command/list" then
        local arguments = { { name = "topic", required = true }, { name = "depth" } }
        local one = { name = "review", server = "docs", description = "Reviews a topic", arguments = arguments }
        return callback(nil, { commands = { one } })
      elseif method == "session/chat" then
        sent_params = params
      end
      return request(method, params, callback)
    end
    engine.start()""")
    editor.until(lambda: editor.lua("return require('sessiond.engine').state().name") == "ready")

    editor.type("i/")
    editor.sees("/review", "topic [depth]")
    editor.type("<C-n><C-y> birds 'very deep'<Esc>")
    editor.until(lambda: editor.buffer("sessiond-prompt") == ["/review birds 'very deep'"])
    editor.type("<CR>")

    params = editor.until(lambda: editor.lua("return sent_params"))
    assert params["command"] == {"name": "review", "arguments": "birds 'very deep'"}
    assert "text" not in params
