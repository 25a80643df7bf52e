"""A conversation with a real model, served by llama.cpp, in the chat: typed, streamed, counted.

Asserted are shape and effect, never wording: the model is tiny.
"""

from collections.abc import Callable, Iterator

import pytest

from sessiond.local.models import SMOLLM2
from sessiond.local.state import LocalServer
from support.daemon import Home
from support.model_server import KEY_VARIABLE, MODEL, as_provider, model_server
from support.nvim import Editor

pytest.importorskip("xllamacpp")
pytestmark = [pytest.mark.model, pytest.mark.slow, pytest.mark.timeout(600)]

PATIENCE = 240.0
"""Seconds for a turn on a machine that does other things as well."""
COUNT = """
_G.deltas, _G.ended = 0, 0
require("sessiond").attach()
require("sessiond.session").listen(function(change)
  for _, event in ipairs(change.events) do
    _G.deltas = _G.deltas + (event.type == "part.delta" and 1 or 0)
    _G.ended = _G.ended + (event.type == "turn.ended" and 1 or 0)
  end
end)
"""
ANSWERS = """
local session = require("sessiond.session")
local transcript = session.get(require("sessiond.chat").session_id())
local texts = {}
for _, message in ipairs(transcript.messages) do
  if message.role == "assistant" then table.insert(texts, session.text(transcript, message.parts[1])) end
end
return texts
"""


@pytest.fixture(scope="module")
def smollm() -> Iterator[LocalServer]:
    with model_server(SMOLLM2) as server:
        yield server


def test_a_real_models_answers_stream_into_the_chat_and_are_counted(
    start: Callable[..., Editor], home: Home, smollm: LocalServer
) -> None:
    home.configure(as_provider(smollm), model=f"llama/{MODEL}")
    editor = start(size=(110, 36), options={"env": {KEY_VARIABLE: smollm.api_key}})
    editor.lua(COUNT)
    editor.command("Sessiond")
    editor.sees("A new session", f"llama/{MODEL}")

    for number, prompt in enumerate(("Tell me a story about a cat and a dog.", "And then?"), 1):
        editor.type(f"i{prompt}<Esc><CR>")
        editor.until(lambda number=number: editor.lua("return _G.ended") == number, PATIENCE, "the end of the turn")

    answers = editor.lua(ANSWERS)
    assert len(answers) == 2
    assert all(answers)
    assert editor.lua("return _G.deltas") > 4, "the answers did not stream"
    shown = " ".join("\n".join(editor.buffer("sessiond")).split())
    assert all(answer.split()[0] in shown for answer in answers)
    editor.command("Sessiond usage")
    editor.sees("Answers", f"llama/{MODEL}")
