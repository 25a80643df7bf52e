"""The chat as a user sees it: opened by a command, prompts typed, answers and cards read from the screen."""

from support.daemon import Home
from support.nvim import Editor


def test_a_prompt_is_typed_and_its_answer_streams_into_the_chat(editor: Editor, home: Home) -> None:
    home.play({"text": "# Morning\n\nIt is **good**.\n\n```lua\nlocal x = 1\n```\n\nBye."})
    editor.command("Sessiond")
    editor.sees("A new session")

    editor.type("iHello there<Esc><CR>")

    editor.sees("Hello there", "script/any", "# Morning", "It is good.", "local x = 1", "Bye.")
    assert editor.buffer("sessiond-prompt") == [""]
