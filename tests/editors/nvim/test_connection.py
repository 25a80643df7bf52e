"""The connection to the engine: found, started, its events folded, started again after its death."""

import os
import signal

from support.daemon import Home
from support.nvim import Editor

BEGIN = """
require("sessiond").attach()
session = require("sessiond.session")
session.create({ title = "Test" }, function(err, made) vim.g.made = made and made.id or err.message end)
"""

SHOWN = """
local texts = {}
for _, message in ipairs(session.get(vim.g.made).messages) do
  for _, part in ipairs(message.parts) do
    table.insert(texts, message.role .. ": " .. session.text(session.get(vim.g.made), part))
  end
end
return texts
"""


def prompt(editor: Editor, text: str) -> None:
    editor.lua("session.prompt(vim.g.made, { text = ... })", text)


def test_a_session_is_made_and_its_answer_is_folded(editor: Editor, home: Home) -> None:
    home.play({"text": "Good ", "play": [{"text": "morning."}]})
    editor.lua(BEGIN)
    editor.until(lambda: editor.lua("return vim.g.made"))

    prompt(editor, "Hello?")

    editor.until(lambda: editor.lua(SHOWN) == ["user: Hello?", "assistant: Good morning."])


def test_an_engine_that_was_killed_is_started_again_and_no_prompt_is_lost(editor: Editor, home: Home) -> None:
    home.play({"text": "One."}, {"text": "Two."})
    editor.lua(BEGIN)
    editor.until(lambda: editor.lua("return vim.g.made"))
    prompt(editor, "1")
    editor.until(lambda: editor.lua(SHOWN) == ["user: 1", "assistant: One."])

    os.kill(editor.lua("return require('sessiond.engine').state().pid"), signal.SIGKILL)
    prompt(editor, "2")

    expected = ["user: 1", "assistant: One.", "user: 2", "assistant: Two."]
    editor.until(lambda: editor.lua(SHOWN) == expected)
    assert editor.lua("return require('sessiond.engine').state().name") == "ready"


def test_an_engine_that_is_not_there_is_said_with_what_to_do(start) -> None:
    editor = start(options={"cmd": ["/nowhere/sessiond"]})

    editor.lua(BEGIN)

    assert editor.until(lambda: editor.lua("return vim.g.made")) == (
        'the option `cmd` names "/nowhere/sessiond", which cannot be run'
    )
