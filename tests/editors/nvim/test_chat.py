"""The chat as a user sees it: opened by a command, prompts typed, answers and cards read from the screen."""

from typing import Any

from support.daemon import Home
from support.nvim import Editor

FOLLOWS = "return vim.fn.line('$', ...) - vim.fn.line('w$', ...)"


def open_chat(editor: Editor) -> None:
    editor.command("Sessiond")
    editor.sees("A new session")


def test_a_prompt_is_typed_and_its_answer_streams_into_the_chat(editor: Editor, home: Home) -> None:
    home.play({"text": "# Morning\n\nIt is **good**.\n\n```lua\nlocal x = 1\n```\n\nBye."})
    open_chat(editor)

    editor.type("iHello there<Esc><CR>")

    editor.sees("Hello there", "script/any", "# Morning", "It is good.", "local x = 1", "Bye.")
    assert editor.buffer("sessiond-prompt") == [""]
    editor.until(lambda: editor.grid.style_of("local").get("bold"), what="code in colours")
    assert editor.grid.style_of("good").get("bold")


def test_a_card_shows_its_diff_and_folds_under_the_cursor(editor: Editor, home: Home) -> None:
    (home.project / "notes.txt").write_text("old\n")
    home.configure('[permission]\nedit = "allow"\n')
    home.play(
        {"toolCalls": [{"name": "read", "arguments": {"filePath": "notes.txt"}}]},
        {
            "toolCalls": [
                {"name": "edit", "arguments": {"filePath": "notes.txt", "oldString": "old", "newString": "new"}}
            ]
        },
        {"text": "Done."},
    )
    open_chat(editor)
    editor.type("iChange it<Esc><CR>")
    editor.sees("▸ ✓ read notes.txt", "▾ ✓ edit notes.txt +1 -1", "-old", "+new", "Done.")

    editor.type("<C-k>/edit<CR><Tab>")
    editor.sees_no("+new")
    assert "▸ ✓ edit notes.txt +1 -1" in editor.grid.text

    editor.type("gg/read<CR>za")
    editor.sees("▾ ✓ read notes.txt", "filePath: notes.txt")
    editor.type("zR")
    editor.sees("+new")
    editor.type("zM")
    editor.sees_no("+new")


def test_a_prompt_while_a_turn_runs_waits_and_can_be_changed_and_withdrawn(editor: Editor, home: Home) -> None:
    home.play({"text": "One. ", "play": [{"waitFor": "go-on"}, {"text": "Two."}]}, {"text": "Three."})
    open_chat(editor)
    editor.type("iFirst<Esc><CR>")
    editor.sees("One.", "works", "<C-c> stops")

    editor.type("iSecond<Esc><CR>iThird<Esc><CR>")
    editor.sees("1. Second", "2. Third")

    editor.type("gq")
    editor.sees("dd withdraws")
    editor.type("<CR>")
    editor.sees("keeps the change")
    editor.type("ccAnother<Esc>:w<CR>:q<CR>")
    editor.sees("1. Another")
    editor.type("jdd")
    editor.sees_no("2. Third")
    (home.script_file.parent / "go-on").touch()
    editor.sees("Two.", "Another", "Three.")


def test_the_abort_key_stops_what_runs_also_from_the_prompt_in_insert_mode(editor: Editor, home: Home) -> None:
    home.play({"text": "So far. ", "play": [{"waitFor": "never"}]})
    open_chat(editor)
    editor.type("iGo<Esc><CR>")
    editor.sees("So far.", "works")

    editor.type("iand<C-c>")

    editor.sees("■ stopped", "So far.")
    editor.sees_no("works")
    assert editor.buffer("sessiond-prompt") == ["and"]


def test_a_failed_answer_says_why_and_the_prompt_is_kept(editor: Editor, home: Home) -> None:
    home.play({"error": {"kind": "quotaExceeded", "message": "The credit is used up. Add some."}})
    open_chat(editor)

    editor.type("iHello<Esc><CR>")

    editor.sees("✗ The answer failed", "The credit is used up. Add some.", "Hello")


def test_prompts_that_were_sent_come_again_and_what_was_begun_is_kept(start: Any, home: Home) -> None:
    editor = start()
    open_chat(editor)
    editor.type("iFirst<Esc><CR>")
    editor.sees("Hello.")
    editor.type("iSecond<Esc><CR>")
    editor.sees("Second")
    editor.type("ibegun<Esc><C-p><C-p>")
    assert editor.buffer("sessiond-prompt") == ["First"]

    editor.type("<C-n><C-n>")

    assert editor.buffer("sessiond-prompt") == ["begun"]


def test_without_an_engine_the_prompt_comes_back_and_the_chat_says_what_to_do(start: Any) -> None:
    editor = start(options={"cmd": ["/nowhere/sessiond"]})
    editor.command("Sessiond")

    editor.type("iKeep me<Esc><CR>")

    editor.sees("The engine does not run", ":Sessiond restart")
    editor.until(lambda: editor.buffer("sessiond-prompt") == ["Keep me"])


def test_the_window_follows_the_answer_until_the_cursor_goes_up(editor: Editor, home: Home) -> None:
    home.play({"text": "line\n", "repeat": 200, "play": [{"waitFor": "go-on"}, {"text": "more\n", "repeat": 50}]})
    open_chat(editor)
    editor.type("iGo<Esc><CR>")
    window = editor.lua("return require('sessiond').attach() or require('sessiond.chat').view().win")
    editor.until(lambda: len(editor.buffer("sessiond")) > 200 and editor.lua(FOLLOWS, window) == 0)

    editor.type("<C-k>gg")
    (home.script_file.parent / "go-on").touch()
    editor.until(lambda: "more" in editor.buffer("sessiond"))

    assert editor.lua("return vim.fn.line('w0', ...)", window) == 1
