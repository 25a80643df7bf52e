"""What tools and servers want to know: agreed to by a key, or filled in as a form whose errors stand at the fields."""

from typing import Any

import pytest

from support.daemon import Home
from support.mcp.servers import asking_command, settings
from support.nvim import Editor

TRIP = {
    "type": "object",
    "properties": {
        "town": {"type": "string", "enum": ["u", "k"], "enumNames": ["Ulm", "Kiel"], "title": "Town"},
        "people": {"type": "integer", "minimum": 1, "default": 2, "description": "How many go?"},
        "vegan": {"type": "boolean"},
        "note": {"type": "string"},
    },
    "required": ["town", "people"],
}


@pytest.fixture
def asked(start: Any, home: Home) -> Any:
    """Has a server ask something, in an editor with the chat open."""
    home.configure(settings({"shop": asking_command()}))

    def begin(message: str, **question: Any) -> Editor:
        arguments: dict[str, Any] = {
            "message": message,
            "requestedSchema": {"type": "object", "properties": {}},
            **question,
        }
        home.play({"toolCalls": [{"name": "shop_ask", "arguments": arguments}]}, {"text": "Finished."})
        editor = start(options={"asking": {"settle_ms": 0}}, size=(120, 36))
        editor.lua("require('sessiond').attach() require('sessiond.engine').request('mcp/list', { wait = 30 }, ...)")
        editor.lua("require('sessiond.engine').request('mcp/list', { wait = 30 }, function() vim.g.ready = true end)")
        editor.until(lambda: editor.lua("return vim.g.ready"))
        editor.command("Sessiond")
        editor.sees("A new session")
        editor.type("iGo<Esc><CR>")
        editor.sees("shop asks")
        return editor

    return begin


def output(editor: Editor) -> str:
    return editor.lua("""
    for _, transcript in pairs(require("sessiond.session").all()) do
      for _, message in ipairs(transcript.messages) do
        for _, part in ipairs(message.parts) do
          if part.type == "tool" then return part.state.output or part.state.error end
        end
      end
    end""")


def test_consent_is_given_by_one_key_below_words_that_nobody_has_checked(asked: Any) -> None:
    editor = asked("May I go on?")
    editor.sees("│ May I go on?", "Nobody has checked what it says.", "1  Agree", "3  Decline")

    editor.type("1")

    editor.sees("Finished.")
    assert output(editor) == '{"action": "accept", "content": {}}'


def test_a_form_is_filled_in_and_what_does_not_fit_is_said_at_its_field(asked: Any) -> None:
    editor = asked("Where to?", requestedSchema=TRIP)
    editor.sees("Answer (4 to fill in)")
    editor.type("1")
    editor.sees("Town*", "one of: Ulm, Kiel", "people* 2", "How many go?; a whole number", "vegan", "note")

    editor.type("<CR>")
    editor.sees("✗ is missing")
    editor.type("<C-n><C-n><Tab>cc0<Esc><CR>")
    editor.sees("✗ must be at least 1")
    editor.type("cc3<CR>window seat<CR>yes<Esc><CR>")

    editor.sees("Finished.")
    editor.sees_no("Town*")
    assert output(editor) == (
        '{"action": "accept", "content": {"note": "window seat", "people": 3, "town": "k", "vegan": true}}'
    )


def test_only_the_lines_of_fields_can_be_changed(asked: Any) -> None:
    editor = asked("Where to?", requestedSchema=TRIP)
    editor.type("1")
    editor.sees("Town*")

    editor.type("ggdGix<Esc>")
    editor.type("Goyy<Esc>")

    lines = editor.buffer("sessiond-form")
    assert lines[0] == "│ Where to?"
    assert len(lines) == 7


def test_a_question_is_declined_by_a_key_in_the_card_or_in_the_form(asked: Any) -> None:
    editor = asked("Where to?", requestedSchema=TRIP)

    editor.type("1")
    editor.sees("Town*")
    editor.type("gd")

    editor.sees("Finished.")
    editor.sees_no("Town*")
    assert output(editor) == '{"action": "decline"}'
