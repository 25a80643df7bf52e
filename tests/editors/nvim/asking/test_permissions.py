"""Questions about calls: a card in the chat with a key for each answer, gone everywhere once answered anywhere."""

from typing import Any

import pytest

from support.daemon import Home
from support.nvim import Editor

QUICK = {"asking": {"settle_ms": 0}}
REPLY = """
local request = require("sessiond.asking").waiting()[1].request
require("sessiond.engine").request("permission/reply", { requestId = request.id, decision = "allowOnce" })
"""


def bash(command: str) -> dict[str, Any]:
    return {"name": "bash", "arguments": {"command": command, "description": "Does it"}}


def edit(home: Home, old: str, new: str) -> dict[str, Any]:
    return {
        "name": "edit",
        "arguments": {"filePath": str(home.project / "app.py"), "oldString": old, "newString": new},
    }


def ask(editor: Editor, text: str = "Go") -> None:
    editor.command("Sessiond")
    editor.sees("A new session")
    editor.type(f"i{text}<Esc><CR>")


@pytest.fixture
def quick(start: Any) -> Editor:
    """An editor in which a question can be answered as soon as it is there."""
    return start(options=QUICK, size=(120, 36))


def test_a_call_is_allowed_by_one_key_where_the_prompt_is_empty(quick: Editor, home: Home) -> None:
    home.play({"toolCalls": [bash("touch made")]}, {"text": "Finished."})
    ask(quick)
    quick.sees("touch made", "1  Allow once", "2  Always allow  bash: touch", "4  Reject and say why")

    quick.type("1")

    quick.sees("Finished.")
    quick.sees_no("Allow once")
    assert (home.project / "made").exists()


def test_a_task_s_question_shows_the_whole_command_and_nothing_of_it_hides(quick: Editor, home: Home) -> None:
    command = "true\n# " + "harmless " * 30 + "\u202e\x1b[8m; rm -rf ~/precious"
    task = {"name": "task", "arguments": {"description": "Look", "prompt": "Look into it"}}
    home.play(
        {"expect": "Go", "toolCalls": [task]},
        {"expect": "Look into it", "toolCalls": [bash(command)]},
        {"text": "Finished."},
        {"text": "Finished."},
    )

    ask(quick)

    quick.sees(
        "? bash Run this command?  in a task", "│ true", "│ # harmless", "��[8m; rm -rf ~/precious", "1  Allow once"
    )


def test_keys_that_are_typed_into_a_prompt_answer_nothing(quick: Editor, home: Home) -> None:
    home.play({"toolCalls": [bash("touch made")]}, {"text": "Finished."})
    ask(quick)
    quick.sees("Allow once")

    quick.type("i3 cats<Esc>1l2<Esc>")

    assert quick.buffer("sessiond-prompt") == ["3 cats"]
    quick.sees("Allow once")


def test_a_question_is_not_answered_before_it_can_have_been_read(start: Any, home: Home) -> None:
    home.play({"toolCalls": [bash("touch made")]}, {"text": "Finished."})
    editor = start(options={"asking": {"settle_ms": 60000}}, size=(120, 36))
    ask(editor)
    editor.sees("Allow once")

    editor.type("3<Esc>1<Esc>")
    editor.sees("Allow once")

    editor.command("Sessiond allow")
    editor.sees("Finished.")


def test_an_edit_shows_its_diff_and_always_saves_the_rule_that_was_shown(quick: Editor, home: Home) -> None:
    (home.project / "app.py").write_text("one\ntwo\n")
    home.play(
        {"toolCalls": [{"name": "read", "arguments": {"filePath": str(home.project / "app.py")}}]},
        {"toolCalls": [edit(home, "one", "eins")]},
        {"toolCalls": [edit(home, "two", "zwei")]},
        {"text": "Finished."},
    )
    ask(quick)
    quick.sees("? Edit app.py", "-one", "+eins", "2  Always allow  edit: app.py")

    quick.type("2")

    quick.sees("Finished.")
    assert (home.project / "app.py").read_text() == "eins\nzwei\n"


def test_a_rejection_is_told_to_the_model_with_the_reason_that_was_typed(quick: Editor, home: Home) -> None:
    home.play({"toolCalls": [bash("touch made")]}, {"text": "Then not."})
    ask(quick)
    quick.sees("Reject and say why")

    quick.type("4")
    quick.sees("what is the model to know?")
    quick.type("Use make<Esc><CR>")

    quick.sees("Then not.", "Use make")
    quick.sees_no("Reject and say why")
    assert not (home.project / "made").exists()


def test_several_questions_come_in_order_and_a_rule_answers_those_that_it_covers(quick: Editor, home: Home) -> None:
    home.play({"toolCalls": [bash("touch a"), bash("touch b"), bash("mkdir c")]}, {"text": "Finished."})
    ask(quick)
    quick.sees("bash touch a", "Always allow  bash: touch")

    quick.type("2")
    quick.sees("? bash mkdir c")
    quick.type("3")

    quick.sees("Finished.")
    assert sorted(path.name for path in home.project.iterdir()) == ["a", "b"]


def test_a_question_of_a_chat_that_is_closed_stands_in_the_corner_and_takes_no_focus(quick: Editor, home: Home) -> None:
    home.play({"text": "So.", "toolCalls": [bash("touch made")]}, {"text": "Finished."})
    ask(quick)
    quick.sees("Allow once")
    quick.command("Sessiond close")
    quick.sees_no("So.")
    quick.sees("Allow once", "goes there")

    quick.type("i1")
    assert quick.lua("return vim.api.nvim_get_current_line()") == "1"
    quick.type("<Esc>\\aq")
    quick.sees("goes back")
    quick.type("1")

    quick.sees_no("Allow once")
    quick.until((home.project / "made").exists)
    assert quick.lua("return vim.bo.filetype") == ""


def test_the_corner_follows_into_another_tab_page_and_leaves_when_the_chat_is_shown(quick: Editor, home: Home) -> None:
    home.play({"text": "So.", "toolCalls": [bash("touch made")]}, {"text": "Finished."})
    ask(quick)
    quick.sees("Allow once")

    quick.command("tabnew")
    quick.sees("Allow once", "goes there")
    quick.command("tabprevious")
    quick.sees("So.")
    quick.sees_no("goes there")


def test_what_is_answered_elsewhere_is_gone_here_with_all_windows_of_it(quick: Editor, home: Home) -> None:
    home.play({"toolCalls": [bash("touch made")]}, {"text": "Finished."})
    ask(quick)
    quick.sees("Reject and say why")
    quick.type("4half a reas")
    quick.sees("what is the model to know?")

    quick.lua(REPLY)

    quick.sees("Finished.")
    quick.sees_no("what is the model to know?")
    quick.sees_no("Allow once")


def test_all_of_a_long_diff_is_shown_by_a_key_and_can_be_answered_there(quick: Editor, home: Home) -> None:
    text = "".join(f"line {number}\n" for number in range(60))
    write = {"name": "write", "arguments": {"filePath": str(home.project / "long.txt"), "content": text}}
    home.play({"toolCalls": [write]}, {"text": "Finished."})
    ask(quick)
    quick.sees("more lines", "K  Show all of it")

    quick.type("K")
    quick.sees("q closes")
    quick.type("G")
    quick.sees("line 59")
    quick.type("1")

    quick.sees("Finished.")
    assert (home.project / "long.txt").read_text() == text
