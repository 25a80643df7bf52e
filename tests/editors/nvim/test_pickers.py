"""The pickers: sessions searched, renamed, forked, archived and deleted; models; messages gone to and reverted."""

from typing import Any

import pytest

from support.daemon import Home
from support.nvim import Editor

MAKE = """
local title = ...
require("sessiond").attach()
local session = require("sessiond.session")
session.create({ title = title }, function(err, made)
  session.prompt(made.id, { text = "About " .. title })
end)
"""
TITLES = """
require("sessiond.engine").request("session/list", { archived = ... }, function(_, result)
  vim.g.titles = { vim.tbl_map(function(row) return row.title end, result.sessions) }
end)
"""


def titles(editor: Editor, archived: bool = False) -> list[str]:
    editor.lua("vim.g.titles = vim.NIL")
    editor.lua(TITLES, archived)
    return sorted(editor.until(lambda: editor.lua("return vim.g.titles"))[0])


@pytest.fixture
def editor(start: Any, home: Home) -> Editor:
    """One with three sessions."""
    home.play({"expect": "Apples", "text": "They are red."}, {"text": "Hm."})
    editor = start(size=(110, 30))
    for title in ("Apples", "Pears", "Quinces"):
        editor.lua(MAKE, title)
    ended = """
    local ended = 0
    for _, transcript in pairs(require("sessiond.session").all()) do
      ended = ended + (transcript.messages[2] and not transcript.turn and 1 or 0)
    end
    return ended"""
    editor.until(lambda: editor.lua(ended) == 3 or None)
    return editor


def test_a_session_is_found_by_what_was_said_in_it_and_opened_with_its_messages(editor: Editor) -> None:
    editor.command("Sessiond sessions")
    editor.sees("Sessions of", "(3)", "Apples", "Pears", "Quinces")

    editor.type("red")
    editor.sees_no("Quinces")
    editor.sees("(1)", "Apples")
    editor.type("<CR>")

    editor.sees("About Apples", "They are red.", "Prompt")
    editor.sees_no("chooses")


def test_a_session_is_renamed_archived_and_deleted_by_a_second_key(editor: Editor) -> None:
    editor.command("Sessiond sessions")
    editor.sees("(3)")

    editor.type("Pears")
    editor.sees("(1)")
    editor.type("<C-r>")
    editor.sees("Rename the session")
    editor.type("<C-u>Plums<CR>")
    editor.sees("Plums")
    assert titles(editor) == ["Apples", "Plums", "Quinces"]

    editor.type("<C-u>Quinces")
    editor.sees_no("Plums")
    editor.type("<C-a>")
    editor.until(lambda: titles(editor, True) == ["Quinces"] or None)

    editor.type("<C-u>")
    editor.sees("(2)")
    editor.type("<C-d>")
    editor.sees("<C-d> again deletes it for good")
    editor.type("<C-n>")
    editor.sees_no("again deletes")
    editor.type("<C-d>")
    editor.sees("<C-d> again deletes it for good")
    editor.type("<C-d>")
    editor.sees("(1)")
    assert len(titles(editor)) == 1


def test_the_list_is_true_while_it_is_open(editor: Editor) -> None:
    editor.command("Sessiond sessions")
    editor.sees("(3)")

    editor.lua("""
    local id = next(require("sessiond.session").all())
    require("sessiond.session").update(id, { title = "Renamed elsewhere" })""")

    editor.sees("Renamed elsewhere", "(3)")


def test_sessions_of_other_directories_and_archived_ones_come_by_a_key(editor: Editor, home: Home) -> None:
    other = home.place / "other"
    other.mkdir()
    editor.lua("require('sessiond.session').create({ title = 'Far away', directory = ... })", str(other))
    editor.command("Sessiond sessions")
    editor.sees("(3)")
    editor.sees_no("Far away")

    editor.type("<C-e>")
    editor.sees("Sessions everywhere (4)", "Far away", "other")
    editor.type("<C-v>")
    editor.sees("Archived sessions everywhere (0)", "There is nothing here.")


def test_a_fork_goes_on_from_the_message_under_the_cursor(editor: Editor) -> None:
    editor.command("Sessiond sessions Apples")
    editor.sees("(1)")
    editor.type("<CR>")
    editor.sees("They are red.")

    editor.command("Sessiond transcript")
    editor.type("gggf")

    editor.sees("this is a new session")
    editor.sees_no("They are red.")
    editor.sees("About Apples")


def test_a_model_is_chosen_and_stands_first_the_next_time(editor: Editor, home: Home) -> None:
    editor.command("Sessiond")
    editor.sees("A new session")
    editor.command("Sessiond models")
    editor.sees("Models", "● script/any default", "It has no key")

    editor.type("<CR>")

    editor.sees_no("Models (")
    editor.type("iHello<Esc><CR>")
    editor.sees("Hm.")
    assert editor.lua("return require('sessiond.picker.recents').all()") == ["script/any"]


def test_a_message_is_gone_to_and_reverted_with_a_preview(editor: Editor, home: Home) -> None:
    file = home.project / "made.txt"
    write = {"name": "write", "arguments": {"filePath": str(file), "content": "made\n"}}
    home.play({"expect": "Write", "toolCalls": [write]}, {"text": "Written."})
    home.configure('[permission]\n"*" = "allow"\n')
    editor.command("Sessiond restart")
    editor.command("Sessiond")
    editor.sees("A new session")
    editor.type("iWrite it<Esc><CR>")
    editor.sees("Written.")

    editor.command("Sessiond messages Write")
    editor.sees("Messages (")
    editor.type("<C-t>")
    editor.sees("Revert", "messages go away", "removed", "made.txt", "-made", "takes back all")
    assert file.exists()
    editor.type("<CR>")

    editor.sees("Messages were taken back")
    editor.sees_no("Written.")
    assert not file.exists()
    assert editor.buffer("sessiond-prompt") == ["Write it"]
    editor.command("Sessiond unrevert")
    editor.sees("Written.")
    assert file.read_text() == "made\n"


def test_who_has_replaced_the_selection_of_neovim_gets_it(start: Any, home: Home) -> None:
    replaced = "vim.ui.select = function(items, options, choose) vim.g.asked = options.prompt choose(items[1]) end"
    editor = start(settings=replaced)
    editor.lua(MAKE, "Apples")
    editor.until(lambda: titles(editor) == ["Apples"] or None)

    editor.command("Sessiond sessions")

    editor.sees("About Apples")
    assert editor.lua("return vim.g.asked").startswith("Sessions of")


def test_one_picker_takes_the_place_of_another_and_the_user_goes_on_typing(editor: Editor) -> None:
    editor.command("Sessiond sessions")
    editor.sees("(3)")

    editor.command("Sessiond models")
    editor.sees("Models (")
    editor.type("opus")

    editor.sees("│opus")
    editor.sees_no("script/any")
