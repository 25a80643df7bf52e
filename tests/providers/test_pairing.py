"""What any log becomes before it is sent: calls with results, files as images or lines of text."""

import base64
import re
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sessiond.providers.pairing import EFFECT_UNKNOWN, NO_OUTPUT, NOT_RUN, Entry, Media, PairedCall, Takes, pair
from sessiond_protocol.messages import Attachment, FilePart, Message, ReasoningPart, TextPart, ToolPart, ToolState

MODEL = "example/m"


def message(role: Any, *parts: Any, model: str | None = MODEL) -> Message:
    return Message(id="m", session_id="s", turn_id="t", role=role, parts=list(parts), created_at=0, model=model)


def call(call_id: str = "call_1", name: str = "read", **state: Any) -> ToolPart:
    return ToolPart(id="p", call_id=call_id, name=name, state=ToolState(**{"status": "completed", **state}))


def paired(*messages: Message, images: bool = False) -> list[Entry]:
    return pair(messages, MODEL, Takes(images=images, pdf=images))


def results_of(*parts: ToolPart) -> list[tuple[str, bool]]:
    return [(sent.result, sent.failed) for entry in paired(message("assistant", *parts)) for sent in entry.calls()]


def test_every_outcome_of_a_call_becomes_a_result():
    outcomes = results_of(
        call("a", output="text"),
        call("b", output=""),
        call("c", status="failed", error="no such file"),
        call("d", status="failed", output="half", error="timed out"),
        call("e", status="running"),
        call("f", status="pending"),
    )

    assert outcomes == [
        ("text", False),
        (NO_OUTPUT, False),
        ("no such file", True),
        ("half\ntimed out", True),
        (EFFECT_UNKNOWN, True),
        (NOT_RUN, True),
    ]


def test_input_that_is_no_object_is_sent_as_an_empty_one():
    [entry] = paired(message("assistant", call(input='{"path": "a')))

    assert [sent.arguments for sent in entry.calls()] == [{}]


def test_reasoning_goes_back_to_the_model_that_wrote_it_and_to_no_other():
    thought = ReasoningPart(id="r", text="hm", signature="s")
    text = TextPart(id="t", text="Hello")

    own = paired(message("assistant", thought, text))
    other = paired(message("assistant", thought, text, model="other/m"))

    assert own == [Entry("assistant", (thought, text))]
    assert other == [Entry("assistant", (text,))]


def test_messages_without_anything_to_say_are_left_out():
    assert paired(message("assistant"), message("user", TextPart(id="t", text=" \n"))) == []


def test_the_parts_keep_their_order():
    first, second = TextPart(id="1", text="First."), TextPart(id="2", text="Second.")

    [entry] = paired(message("assistant", first, call(output="x"), second))

    assert entry.parts == (first, PairedCall("call_1", "read", {}, "x", False), second)


def test_an_image_is_sent_where_the_model_takes_it_else_named(tmp_path: Path):
    picture = tmp_path / "a b.png"
    picture.write_bytes(b"pixels")
    part = FilePart(id="f", media_type="image/png", uri=picture.as_uri(), name="a b.png")

    [seen] = paired(message("user", part), images=True)
    [told] = paired(message("user", part), images=False)

    assert seen.parts == (Media("image/png", base64.b64encode(b"pixels").decode(), "a b.png"),)
    assert told.parts == (TextPart(id="f", text="Attached file: a b.png (image/png)"),)


def test_a_data_uri_is_an_image_in_any_of_its_forms():
    pixels = base64.b64encode(b"pixels").decode()
    uris = [
        f"data:image/png;base64,{pixels}",
        "data:image/png,pixels",
        "data:image/png;base64," + pixels.replace("=", "%3D"),
    ]

    [entry] = paired(message("user", *(FilePart(id="f", media_type="image/png", uri=uri) for uri in uris)), images=True)

    assert entry.parts == (Media("image/png", pixels, "unnamed"),) * 3


def test_a_file_that_a_tool_has_given_goes_with_its_result_or_is_named_there():
    read = call(
        output="An image.", attachments=[Attachment("application/pdf", "data:application/pdf;base64,cGRm", "a.pdf")]
    )

    [seen] = paired(message("assistant", read), images=True)
    [told] = paired(message("assistant", read), images=False)

    document = Media("application/pdf", "cGRm", "a.pdf")
    assert seen.parts == (PairedCall("call_1", "read", {}, "An image.", False, (document,)),)
    named = "An image.\nAttached file: a.pdf (application/pdf)"
    assert told.parts == (PairedCall("call_1", "read", {}, named, False),)


def test_an_image_that_cannot_be_read_says_so():
    gone = FilePart(id="f", media_type="image/png", uri="file:///nowhere/a.png", name="a.png")
    endless = FilePart(id="e", media_type="image/png", uri="file:///dev/zero")
    odd = FilePart(id="g", media_type="image/png", uri="ftp://example.com/a.png")

    [entry] = paired(message("user", gone, endless, odd), images=True)
    texts = [part.text for part in entry.parts if isinstance(part, TextPart)]

    assert texts == [
        "Attached file: a.png (image/png); it could not be sent: there is no such file",
        "Attached file: file:///dev/zero (image/png); it could not be sent: there is no such file",
        "Attached file: ftp://example.com/a.png (image/png); it could not be sent: "
        "its address is neither `data:` nor `file:`",
    ]


@given(st.lists(st.tuples(st.text(max_size=80), st.text(max_size=80)), max_size=12))
def test_whatever_ids_and_names_a_log_holds_each_call_gets_legal_ones_of_its_own(written: list[tuple[str, str]]):
    parts = [call(call_id, name, output="x") for call_id, name in written]

    sent = [sent for entry in paired(message("assistant", *parts)) for sent in entry.calls()]

    assert len(sent) == len(written) == len({each.call_id for each in sent})
    assert all(re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", text) for each in sent for text in (each.call_id, each.name))
    legal = re.compile(r"[a-zA-Z0-9_-]{1,64}")
    seen: set[str] = set()
    for each, (call_id, _) in zip(sent, written, strict=True):
        if legal.fullmatch(call_id) and call_id not in seen:
            assert each.call_id == call_id or each.call_id.startswith(call_id[:56])
        seen.add(each.call_id)
