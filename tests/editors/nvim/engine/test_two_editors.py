"""Two Neovims of one engine: chats and lists follow what the other does; a question is gone in both once answered."""

from collections.abc import Callable

from support.daemon import Home
from support.nvim import Editor

CREATE = "require('sessiond').attach() require('sessiond.session').create({ title = ... })"
OPTIONS = {"asking": {"settle_ms": 0}}


def conversation(editor: Editor) -> list[str]:
    """The transcript without what stands below it while something runs."""
    return [line for line in editor.buffer("sessiond") if "works" not in line]


def test_two_editors_see_one_session_live(start: Callable[..., Editor], home: Home) -> None:
    home.play({"text": "To be ", "play": [{"waitFor": "go-on"}, {"text": "continued."}]})
    one, other = start(), start()
    one.command("Sessiond")
    one.sees("A new session")
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


def test_the_list_of_sessions_says_which_waits_for_its_user_whoever_has_prompted_it(
    start: Callable[..., Editor], home: Home
) -> None:
    home.play({"toolCalls": [{"name": "bash", "arguments": {"command": "touch made", "description": "Make it"}}]})
    one, other = start(size=(110, 30)), start(size=(110, 30))
    one.command("Sessiond")
    one.sees("A new session")
    one.type("iGo<Esc><CR>")
    one.sees("Allow once")

    other.command("Sessiond sessions")

    other.sees("waits for you")
