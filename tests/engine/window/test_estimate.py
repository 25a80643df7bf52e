"""How many tokens a request has: near what real tokenizers say, and by the last usage where there is one."""

import pytest

from sessiond.engine.window.estimate import IMAGE, NAMED_FILE, PDF_FILE, estimate, tokens, weight
from sessiond.engine.window.limits import Limits
from sessiond.engine.window.trimmed import Trimmed
from sessiond.engine.window.window import window_of
from sessiond.providers.base import ModelRequest, ToolSpec
from sessiond_protocol.messages import (
    Attachment,
    FilePart,
    Message,
    Part,
    SummaryOf,
    TextPart,
    ToolPart,
    ToolState,
    Usage,
)
from support.compaction.token_samples import SAMPLES

REAL = {
    "prose": (73, 73),
    "code": (184, 195),
    "JSON": (128, 145),
    "Chinese": (50, 137),
    "Japanese": (45, 127),
    "numbers": (659, 659),
}
"""Tokens by Qwen 2.5's tokenizer, and by SmolLM2's, which knows English only."""


@pytest.mark.parametrize("kind", SAMPLES)
def test_an_estimate_by_bytes_is_near_what_tokenizers_say(kind: str) -> None:
    qwen, smollm = REAL[kind]
    assert 0.65 < tokens(SAMPLES[kind]) / qwen < 1.5
    assert 0.45 < tokens(SAMPLES[kind]) / smollm < 1.5


def test_text_that_is_not_valid_unicode_has_a_size_too() -> None:
    assert tokens("\ud800" * 37) == 10


def message(message_id: str, *parts: Part, role: str = "assistant", usage: Usage | None = None) -> Message:
    made = Message(message_id, "ses", "trn", "user", list(parts), 1, model="a/b", usage=usage)
    made.role = "assistant" if role == "assistant" else "user"
    return made


def text(content: str) -> TextPart:
    return TextPart(id="prt", text=content)


def request_of(messages: list[Message]) -> ModelRequest:
    tool = ToolSpec("read", "Reads. " * 37, {"type": "object"})
    return ModelRequest(model="b", system=("x" * 370,), messages=tuple(messages), tools=(tool,), images=True)


def estimated(messages: list[Message], model: str = "a/b", trimmed: Trimmed | None = None) -> int:
    return estimate(request_of(messages), window_of(messages, trimmed or Trimmed(), "trn"), model)


def test_the_last_usage_counts_and_what_was_added_since_is_estimated() -> None:
    used = Usage(input=900, output=50, reasoning=30, cache_read=15, cache_write=5)
    read = ToolPart(id="t", call_id="c", name="read", state=ToolState(status="completed", output="y" * 370))
    messages = [
        message("1", text("x" * 10_000), role="user"),
        message("2", text("said already"), read, usage=used),
        message("3", text("x" * 740), role="user"),
    ]
    assert estimated(messages) == 1000 + (100 + 6) + (200 + 6)


@pytest.mark.parametrize(
    ("model", "trimmed"), [("a/other", Trimmed()), ("a/b", Trimmed(files={"gone": None}, after="2"))]
)
def test_the_usage_of_another_model_or_of_what_is_cut_by_now_does_not_count(model: str, trimmed: Trimmed) -> None:
    messages = [
        message("1", text("x" * 370), role="user"),
        message("2", text("x" * 370), usage=Usage(input=90_000)),
    ]
    fixed = 100 + (6 + 1 + 70 + 5)
    assert estimated(messages, model, trimmed) == fixed + 2 * (100 + 6)


def test_a_usage_from_before_the_summary_does_not_count() -> None:
    summary = message("3", text("x" * 370), usage=Usage(input=90_000))
    summary.summary, summary.finish_reason = SummaryOf(keep_from="2"), "stop"
    kept = message("2", text("x" * 370), usage=Usage(input=90_000))
    assert estimated([message("1", text("x"), role="user"), kept, summary]) < 90_000


def test_pictures_and_documents_have_sizes_of_their_own() -> None:
    files = [
        FilePart(id="f", media_type=kind, uri="data:,x") for kind in ("image/png", "application/pdf", "text/plain")
    ]
    shot = ToolState(status="completed", attachments=[Attachment("image/png", "data:,x", "x.png")])
    seen = [message("1", *files), message("2", ToolPart(id="t", call_id="c", name="", state=shot))]
    assert weight(seen[:1], images=True) == 6 + IMAGE + PDF_FILE + NAMED_FILE
    assert weight(seen[:1], images=False) == 6 + 3 * NAMED_FILE
    assert weight(seen[1:], images=True) == 6 + 6 + 1 + 6 + IMAGE


def test_a_context_holds_what_the_model_takes_less_its_answer() -> None:
    limits = Limits(200_000, 64_000, 0.9)
    assert (limits.most, limits.due) == (180_000, 162_000)
    assert Limits(16_384, 4_096, 0.5).due == 6_144
    assert (Limits(None, 4_096, 0.9).most, Limits(None, 4_096, 0.9).due) == (None, None)


def test_an_answer_gets_less_where_the_context_is_nearly_full() -> None:
    limits = Limits(100_000, 64_000, 0.9)
    assert [limits.output_beside(used) for used in (10_000, 58_000, 99_000)] == [64_000, 40_000, 1_024]
    assert Limits(None, 64_000, 0.9).output_beside(10**9) == 64_000


def test_what_a_model_refuses_it_is_not_taken_to_accept_again() -> None:
    assert Limits(None, None, 0.9).after_refusal(10_000).most == 7_500
    assert Limits(100_000, None, 0.9).after_refusal(10_000).after_refusal(9_000).most == 5_625
