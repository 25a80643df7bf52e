"""What goes out to the Responses API: items, reasoning, images, and what only OpenAI itself gets."""

from typing import Any

from sessiond.providers.base import ModelRequest, ToolSpec
from sessiond.providers.openai_responses.input import to_body
from sessiond_protocol.messages import Attachment, FilePart, Message, ReasoningPart, TextPart, ToolPart, ToolState

SIGNATURE = '{"id":"rs_1","encrypted_content":"opaque"}'


def message(role: Any, *parts: Any, model: str | None = "gpt/m") -> Message:
    return Message(id="m", session_id="ses", turn_id="t", role=role, parts=list(parts), created_at=0, model=model)


def text(words: str) -> TextPart:
    return TextPart(id="t", text=words)


def call(call_id: str, **state: Any) -> ToolPart:
    return ToolPart(id="p", call_id=call_id, name="read", state=ToolState(**{"status": "completed", **state}))


def body(*messages: Message, genuine: bool = False, **changes: Any) -> dict[str, Any]:
    request = ModelRequest(**{"model": "m", "system": (), "messages": messages, **changes})
    return to_body("gpt", request, genuine=genuine)


def test_a_conversation_becomes_items_with_each_call_answered():
    asked = call("call_1", input={"path": "a"}, output="A")

    assert body(message("user", text("Read.")), message("assistant", text("I do."), asked))["input"] == [
        {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Read."}]},
        {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "I do."}]},
        {"type": "function_call", "call_id": "call_1", "name": "read", "arguments": '{"path":"a"}'},
        {"type": "function_call_output", "call_id": "call_1", "output": "A"},
    ]


def test_signed_reasoning_goes_back_and_no_other_does():
    signed = ReasoningPart(id="r", text="hm", signature=SIGNATURE)
    unsigned = ReasoningPart(id="r", text="hm")
    foreign = ReasoningPart(id="r", text="hm", signature="not of OpenAI")

    assert body(message("assistant", signed, unsigned, foreign, text("Hi")))["input"] == [
        {
            "type": "reasoning",
            "summary": [{"type": "summary_text", "text": "hm"}],
            "id": "rs_1",
            "encrypted_content": "opaque",
        },
        {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": "Hi"}]},
    ]


def test_reasoning_that_nothing_follows_is_not_sent():
    assert body(message("assistant", ReasoningPart(id="r", text="hm", signature=SIGNATURE)))["input"] == []


def test_an_image_stands_beside_the_text_of_its_message():
    picture = FilePart(id="f", media_type="image/png", uri="data:image/png;base64,cGl4")
    [item] = body(message("user", text("See."), picture), images=True)["input"]
    assert item["content"] == [
        {"type": "input_text", "text": "See."},
        {"type": "input_image", "image_url": "data:image/png;base64,cGl4", "detail": "auto"},
    ]


def test_files_that_a_tool_has_given_stand_in_its_output():
    image = Attachment("image/png", "data:image/png;base64,cGl4", "a.png")
    state = ToolState(status="completed", output="An image.", attachments=[image])
    read = ToolPart(id="p", call_id="c", name="read", state=state)

    output = body(message("assistant", read), images=True)["input"][-1]

    assert output == {
        "type": "function_call_output",
        "call_id": "c",
        "output": [
            {"type": "input_text", "text": "An image."},
            {"type": "input_image", "image_url": image.uri, "detail": "auto"},
        ],
    }


def test_a_compatible_server_gets_nothing_that_only_openai_knows():
    tool = ToolSpec("read", "Reads.", {"type": "object"})
    out = body(message("user", text("Hi")), system=("A", "B"), tools=(tool,), reasoning=True, max_output_tokens=9)

    assert out == {
        "model": "m",
        "input": [{"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Hi"}]}],
        "store": False,
        "instructions": "A\n\nB",
        "tools": [
            {
                "type": "function",
                "name": "read",
                "description": "Reads.",
                "parameters": {"type": "object"},
                "strict": False,
            }
        ],
        "max_output_tokens": 9,
        "temperature": 0.0,
    }


def test_openai_itself_is_asked_for_encrypted_reasoning_and_its_summary():
    out = body(message("user", text("Hi")), genuine=True, reasoning=True, temperature=None)

    assert {key: out[key] for key in ("include", "reasoning", "prompt_cache_key", "store")} == {
        "include": ["reasoning.encrypted_content"],
        "reasoning": {"summary": "auto"},
        "prompt_cache_key": "ses",
        "store": False,
    }
    assert "temperature" not in out
