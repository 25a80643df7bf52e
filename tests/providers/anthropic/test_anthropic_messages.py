"""What goes out to the Messages API: roles, results, thinking, images, cache marks."""

from typing import Any

from sessiond.providers.anthropic.messages import REDACTED, to_body
from sessiond.providers.base import ModelRequest, ToolSpec
from sessiond_protocol.messages import Attachment, FilePart, Message, ReasoningPart, TextPart, ToolPart, ToolState

CACHED = {"cache_control": {"type": "ephemeral"}}


def message(role: Any, *parts: Any, model: str | None = "claude/m") -> Message:
    return Message(id="m", session_id="s", turn_id="t", role=role, parts=list(parts), created_at=0, model=model)


def text(words: str) -> TextPart:
    return TextPart(id="t", text=words)


def call(call_id: str, **state: Any) -> ToolPart:
    return ToolPart(id="p", call_id=call_id, name="read", state=ToolState(**{"status": "completed", **state}))


def body(*messages: Message, **changes: Any) -> dict[str, Any]:
    return to_body("claude", ModelRequest(**{"model": "m", "system": (), "messages": messages, **changes}))


def sent(*messages: Message, **changes: Any) -> list[dict[str, Any]]:
    """The messages without their cache marks."""
    out = body(*messages, **changes)["messages"]
    for each in out:
        for block in each["content"]:
            block.pop("cache_control", None)
    return out


def test_results_open_the_user_message_after_their_calls():
    asked = call("call_1", input={"path": "a"}, output="A")
    failed = call("call_2", status="failed", error="gone")

    assert sent(
        message("user", text("Read.")),
        message("assistant", text("I do."), asked, failed),
        message("user", text("And?")),
    ) == [
        {"role": "user", "content": [{"type": "text", "text": "Read."}]},
        {
            "role": "assistant",
            "content": [
                {"type": "text", "text": "I do."},
                {"type": "tool_use", "id": "call_1", "name": "read", "input": {"path": "a"}},
                {"type": "tool_use", "id": "call_2", "name": "read", "input": {}},
            ],
        },
        {
            "role": "user",
            "content": [
                {"type": "tool_result", "tool_use_id": "call_1", "content": "A", "is_error": False},
                {"type": "tool_result", "tool_use_id": "call_2", "content": "gone", "is_error": True},
                {"type": "text", "text": "And?"},
            ],
        },
    ]


def test_results_at_the_end_and_between_two_answers_have_a_user_message_of_their_own():
    roles = [
        each["role"]
        for each in sent(message("assistant", call("a", output="1")), message("assistant", call("b", output="2")))
    ]
    assert roles == ["assistant", "user", "assistant", "user"]


def test_a_text_after_a_call_is_sent_before_it():
    [answer, _] = sent(message("assistant", call("a", output="1"), text("Done.")))
    assert [block["type"] for block in answer["content"]] == ["text", "tool_use"]


def test_thinking_between_calls_stays_where_it_was():
    thought = ReasoningPart(id="r", text="hm", signature="sig")
    [answer, _] = sent(message("assistant", thought, call("a", output="1"), thought, call("b", output="2")))
    assert [block["type"] for block in answer["content"]] == ["thinking", "tool_use", "thinking", "tool_use"]


def test_thinking_goes_back_with_its_signature_and_redacted_thinking_as_it_came():
    parts = (
        ReasoningPart(id="r", text="hm", signature="sig"),
        ReasoningPart(id="r", text="", signature=REDACTED + "opaque"),
        ReasoningPart(id="r", text="cut off"),
        text("Hello"),
    )

    assert sent(message("assistant", *parts))[0]["content"] == [
        {"type": "thinking", "thinking": "hm", "signature": "sig"},
        {"type": "redacted_thinking", "data": "opaque"},
        {"type": "text", "text": "Hello"},
    ]


def test_an_image_goes_as_base64():
    picture = FilePart(id="f", media_type="image/png", uri="data:image/png;base64,cGl4")
    source = {"type": "base64", "media_type": "image/png", "data": "cGl4"}
    assert sent(message("user", picture), images=True)[0]["content"] == [{"type": "image", "source": source}]


def test_files_that_a_tool_has_given_stand_in_its_result():
    state = ToolState(
        status="completed",
        output="Two files.",
        attachments=[
            Attachment("image/png", "data:image/png;base64,cGl4", "a.png"),
            Attachment("application/pdf", "data:application/pdf;base64,cGRm", "a.pdf"),
        ],
    )
    read = ToolPart(id="p", call_id="c", name="read", state=state)

    [result] = sent(message("assistant", read), images=True)[1]["content"]

    assert result["content"] == [
        {"type": "text", "text": "Two files."},
        {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "cGl4"}},
        {"type": "document", "source": {"type": "base64", "media_type": "application/pdf", "data": "cGRm"}},
    ]


def test_four_places_are_marked_for_the_cache_at_most():
    prompts = [message(role, text(f"{number}")) for number in range(3) for role in ("user", "assistant")]
    tool = ToolSpec("read", "Reads.", {"type": "object"})

    out = body(*prompts, system=("stable", "less", "least"), tools=(tool,))
    marked = [block["text"] for block in out["system"] if "cache_control" in block]
    marked += [block["text"] for each in out["messages"] for block in each["content"] if "cache_control" in block]

    assert marked == ["stable", "least", "1", "2"]
    assert out["tools"] == [{"name": "read", "description": "Reads.", "input_schema": {"type": "object"}}]


def test_a_model_that_takes_no_temperature_is_asked_to_think_if_it_can():
    assert body(temperature=0.0, reasoning=True)["temperature"] == 0.0
    assert "thinking" not in body(temperature=0.0, reasoning=True)
    assert body(temperature=None, reasoning=True)["thinking"] == {"type": "adaptive", "display": "summarized"}
    assert {"thinking", "temperature"} & set(body(temperature=None)) == set()


def test_a_limit_is_always_sent():
    assert (body(max_output_tokens=7)["max_tokens"], body()["max_tokens"]) == (7, 8192)
