"""A conversation is sent as chat completions servers accept it."""

import base64
from pathlib import Path
from typing import Any

from sessiond.providers.base import ModelRequest
from sessiond.providers.openai_chat.messages import to_chat_messages
from sessiond_protocol.messages import Attachment, FilePart, Message, ReasoningPart, TextPart, ToolPart, ToolState


def message(role: Any, *parts: Any) -> Message:
    return Message(
        id="m", session_id="s", turn_id="t", role=role, parts=list(parts), created_at=0, model="example/model"
    )


def sent(*messages: Message, images: bool = False, return_reasoning: bool = False) -> list[dict[str, Any]]:
    request = ModelRequest(model="model", system=(), messages=messages, images=images)
    return to_chat_messages("example", request, return_reasoning=return_reasoning)


def text(value: str) -> TextPart:
    return TextPart(id="p", text=value)


def tool(call_id: str, **state: Any) -> ToolPart:
    return ToolPart(id="p", call_id=call_id, name="read", state=ToolState(**state))


def test_texts_of_a_prompt_are_one_plain_string():
    assert sent(message("user", text("a"), text("b"))) == [{"role": "user", "content": "a\n\nb"}]


def test_every_call_is_followed_by_its_result_also_when_it_never_ended():
    done = tool("c1", status="completed", input={"path": "a"}, output="42")
    lost = tool("c2", status="running", input={"path": "b"})
    assistant, *results = sent(message("user", text("go")), message("assistant", text("Looking."), done, lost))[1:]
    assert assistant == {
        "role": "assistant",
        "content": "Looking.",
        "tool_calls": [
            {"id": "c1", "type": "function", "function": {"name": "read", "arguments": '{"path":"a"}'}},
            {"id": "c2", "type": "function", "function": {"name": "read", "arguments": '{"path":"b"}'}},
        ],
    }
    assert results[0] == {"role": "tool", "tool_call_id": "c1", "content": "42"}
    assert (results[1]["tool_call_id"], "unknown" in results[1]["content"]) == ("c2", True)


def test_an_image_is_sent_as_data_to_a_model_that_sees_and_named_to_one_that_does_not(tmp_path: Path):
    picture = tmp_path / "a.png"
    picture.write_bytes(b"\x89PNG")
    prompt = message(
        "user", text("what?"), FilePart(id="f", media_type="image/png", uri=picture.as_uri(), name="a.png")
    )
    url = "data:image/png;base64," + base64.b64encode(b"\x89PNG").decode()
    assert sent(prompt, images=True)[0]["content"] == [
        {"type": "text", "text": "what?"},
        {"type": "image_url", "image_url": {"url": url}},
    ]
    assert "a.png" in sent(prompt)[0]["content"]


def test_files_that_tools_have_given_follow_the_last_result_as_a_message_of_their_own():
    image = Attachment("image/png", "data:image/png;base64,cGl4", "a.png")
    pdf = Attachment("application/pdf", "data:application/pdf;base64,cGRm", "a.pdf")
    seen = tool("c1", status="completed", output="An image.", attachments=[image])
    told = tool("c2", status="completed", output="A document.", attachments=[pdf])

    assert sent(message("assistant", seen, told), images=True)[1:] == [
        {"role": "tool", "tool_call_id": "c1", "content": "An image."},
        {"role": "tool", "tool_call_id": "c2", "content": "A document.\nAttached file: a.pdf (application/pdf)"},
        {
            "role": "user",
            "content": [
                {"type": "text", "text": "The files that these calls have read:"},
                {"type": "image_url", "image_url": {"url": image.uri}},
            ],
        },
    ]


def test_reasoning_goes_back_only_within_the_work_on_one_prompt_and_only_where_wanted():
    step = message("assistant", ReasoningPart(id="r", text="hm"), tool("c", status="completed", output="42"))
    ask = message("user", text("go"))
    assert [m.get("reasoning_content") for m in sent(ask, step)] == [None, None, None]
    assert [m.get("reasoning_content") for m in sent(ask, step, return_reasoning=True)] == [None, "hm", None]
    assert not any("reasoning_content" in m for m in sent(ask, step, ask, return_reasoning=True))


def test_an_assistant_message_with_nothing_to_say_is_left_out():
    assert sent(message("user", text("go")), message("assistant", ReasoningPart(id="r", text="hm")))[1:] == []
