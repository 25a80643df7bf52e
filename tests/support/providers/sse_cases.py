"""The odd streams of `tests/cases/sse_quirks/`, and the measure by which a reading of one is right."""

import json
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

from sessiond.providers.base import (
    Finished,
    ModelEvent,
    ProviderError,
    ReasoningDelta,
    TextDelta,
    ToolCall,
    UsageReported,
)

CASES = Path(__file__).parents[2] / "cases"
_ANY_KIND = {"providerUnavailable"}
_KINDS = {
    "overloaded": {"overloaded"},
    "rate_limit": {"rateLimited"},
    "context_overflow": {"contextOverflow"},
    "quota": {"quotaExceeded"},
    "invalid": {"invalidRequest"},
    "auth": {"authRequired"},
}
_REASONS = {"toolCalls": "tool_calls", "contentFilter": "content_filter"}


@dataclass(frozen=True)
class SseCase:
    id: str
    body: bytes
    splits: list[int]
    content_type: str
    expect: dict[str, Any]
    alternatives: list[dict[str, Any]] = field(default_factory=list)


def load_sse_cases() -> list[SseCase]:
    return [_load(path) for path in sorted((CASES / "sse_quirks").glob("*.json"))]


def _load(path: Path) -> SseCase:
    row = json.loads(path.read_text("utf-8"))
    return SseCase(
        id=row["id"],
        body=path.with_suffix(".sse").read_bytes(),
        splits=row.get("splits", []),
        content_type=row["http"]["content_type"],
        expect=row["expect"],
        alternatives=row.get("alt", []),
    )


def cut(body: bytes, splits: list[int]) -> list[bytes]:
    """The body as network reads that end at these offsets."""
    edges = [0, *sorted(splits), len(body)]
    return [body[start:end] for start, end in pairwise(edges) if end > start]


def reading_of(events: list[ModelEvent], failure: ProviderError | None) -> dict[str, Any]:
    """What was read, in the words of the cases."""
    calls = [event for event in events if isinstance(event, ToolCall)]
    usages = [event.usage for event in events if isinstance(event, UsageReported)]
    finished = [event.reason for event in events if isinstance(event, Finished)]
    return {
        "text": "".join(event.text for event in events if isinstance(event, TextDelta)),
        "reasoning": "".join(event.text for event in events if isinstance(event, ReasoningDelta)),
        "tool_calls": [
            {"id": call.call_id, "name": call.name, "arguments": call.arguments}
            for call in calls
            if call.arguments is not None
        ],
        "finish": _REASONS.get(finished[0], finished[0]) if finished else None,
        "usage": usages[-1] if usages else None,
        "error": failure,
    }


def is_right(reading: dict[str, Any], case: SseCase) -> bool:
    """Whether a reading is the expected one or one of those also acceptable."""
    wanted = [case.expect] + [{**case.expect, **alternative} for alternative in case.alternatives]
    return any(_matches(reading, expect) for expect in wanted)


def _matches(reading: dict[str, Any], expect: dict[str, Any]) -> bool:
    return (
        reading["text"] == expect["text"]
        and reading["reasoning"] == expect["reasoning"]
        and reading["finish"] == expect["finish"]
        and _same_calls(reading["tool_calls"], expect["tool_calls"])
        and _same_usage(reading["usage"], expect["usage"])
        and _same_error(reading["error"], expect["error"])
    )


def _same_calls(calls: list[dict[str, Any]], expected: list[dict[str, Any]]) -> bool:
    if len(calls) != len(expected) or len({call["id"] for call in calls}) != len(calls):
        return False
    pairs = zip(calls, expected, strict=True)
    return all({**call, "id": wanted["id"] if wanted["id"] == "*" else call["id"]} == wanted for call, wanted in pairs)


def _same_usage(usage: Any, expected: dict[str, int] | None) -> bool:
    if usage is None or expected is None:
        return usage is None and expected is None
    counts = {
        "input": usage.input + usage.cache_read + usage.cache_write,
        "output": usage.output + usage.reasoning,
        "cached": usage.cache_read,
        "reasoning": usage.reasoning,
    }
    return all(counts[name] == value for name, value in expected.items() if name in counts)


def _same_error(error: ProviderError | None, expected: dict[str, Any] | None) -> bool:
    if error is None or expected is None:
        return error is None and expected is None
    return (
        error.kind in _KINDS.get(expected["kind"], _ANY_KIND)
        and expected.get("message_contains", "") in error.message
        and error.retryable == expected.get("retry", error.retryable)
    )
