"""What each API puts on the wire for the same few answers, written by hand after their references.

One row an API: how its adapter is made, and a recording for every case of the contract. The cases
themselves stand in tests/providers/test_every_adapter_keeps_the_contract.py.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sessiond.providers.anthropic import Anthropic
from sessiond.providers.base import Provider
from sessiond.providers.openai_chat import OpenAIChat
from sessiond.providers.openai_responses import OpenAIResponses
from support.fake_model_server import sse

READ_A = '{"path": "a.txt"}'
READ_B = '{"path": "b.txt"}'
BROKEN = '{"path": "a.t'


@dataclass(frozen=True)
class Recordings:
    """The bodies of one API. `pieces` says which of them: text, calls, reasoning, broken_call, cut_call, failing."""

    name: str
    make: Callable[[str], Provider]
    text: bytes
    calls: bytes
    reasoning: bytes
    broken_call: bytes
    """A call whose arguments are no JSON, in a response that ends properly."""
    cut_call: bytes
    """A whole call in a response that does not end."""
    begun: bytes
    """The text `Hel` and nothing more."""
    failing: bytes
    """The text `Hel`, then an error event: overloaded."""
    at_limit: bytes
    """The text `Hello`, ended by the output limit."""
    error_body: str
    """The body of a status 429."""


def named(*events: dict[str, Any]) -> bytes:
    """Events with their type as the name, as Anthropic and OpenAI send them."""
    return "".join(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n" for event in events).encode()


# Anthropic Messages


def _message(*blocks: bytes, stop: str, output: int = 12) -> bytes:
    usage = {"input_tokens": 100, "cache_read_input_tokens": 40, "cache_creation_input_tokens": 20, "output_tokens": 1}
    start = {"type": "message_start", "message": {"id": "msg_1", "role": "assistant", "content": [], "usage": usage}}
    end: dict[str, Any] = {
        "type": "message_delta",
        "delta": {"stop_reason": stop, "stop_sequence": None},
        "usage": {"output_tokens": output, "output_tokens_details": {"thinking_tokens": 5}},
    }
    return named(start, {"type": "ping"}) + b"".join(blocks) + named(end, {"type": "message_stop"})


def _block(index: int, block: dict[str, Any], *deltas: dict[str, Any]) -> bytes:
    return named(
        {"type": "content_block_start", "index": index, "content_block": block},
        *({"type": "content_block_delta", "index": index, "delta": delta} for delta in deltas),
        {"type": "content_block_stop", "index": index},
    )


def _text_block(index: int, *texts: str) -> bytes:
    return _block(index, {"type": "text", "text": ""}, *({"type": "text_delta", "text": text} for text in texts))


def _tool_block(index: int, call_id: str, *pieces: str) -> bytes:
    start = {"type": "tool_use", "id": call_id, "name": "read", "input": {}}
    return _block(index, start, *({"type": "input_json_delta", "partial_json": piece} for piece in pieces))


_THINKING = _block(
    0,
    {"type": "thinking", "thinking": "", "signature": ""},
    {"type": "thinking_delta", "thinking": "Let me "},
    {"type": "thinking_delta", "thinking": "think."},
    {"type": "signature_delta", "signature": "c2lnbmVk"},
)
_HEL = named(
    {"type": "message_start", "message": {"usage": {"input_tokens": 100, "output_tokens": 1}}},
    {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Hel"}},
)

ANTHROPIC = Recordings(
    name="anthropic",
    make=lambda url: Anthropic("example", base_url=url, api_key="secret-key"),
    text=_message(_text_block(0, "Hel", "lo"), stop="end_turn"),
    calls=_message(
        _text_block(0, "Both."),
        _tool_block(1, "call_a", '{"path": ', '"a.txt"}'),
        _tool_block(2, "call_b", READ_B),
        stop="tool_use",
    ),
    reasoning=_message(_THINKING, _text_block(1, "Hello"), stop="end_turn"),
    broken_call=_message(_tool_block(0, "call_a", BROKEN), stop="tool_use"),
    cut_call=_HEL + _tool_block(1, "call_a", READ_A),
    begun=_HEL,
    failing=_HEL + named({"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}),
    at_limit=_message(_text_block(0, "Hello"), stop="max_tokens"),
    error_body='{"type":"error","error":{"type":"rate_limit_error","message":"Too many requests"}}',
)


# OpenAI Responses


def _response(*items: bytes, status: str = "completed", **more: Any) -> bytes:
    usage = {
        "input_tokens": 160,
        "input_tokens_details": {"cached_tokens": 40, "cache_write_tokens": 20},
        "output_tokens": 12,
        "output_tokens_details": {"reasoning_tokens": 5},
    }
    end = {"type": f"response.{status}", "response": {"id": "resp_1", "status": status, "usage": usage, **more}}
    return named({"type": "response.created", "response": {"id": "resp_1"}}) + b"".join(items) + named(end)


def _item(index: int, item: dict[str, Any], kind: str, deltas: list[str], **done: Any) -> bytes:
    where = {"output_index": index, "item_id": item["id"]}
    return named(
        {"type": "response.output_item.added", "output_index": index, "item": item},
        *({"type": f"response.{kind}.delta", "delta": delta, **where} for delta in deltas),
        {"type": "response.output_item.done", "output_index": index, "item": {**item, **done, "status": "completed"}},
    )


def _said(index: int, *texts: str) -> bytes:
    item: dict[str, Any] = {"type": "message", "id": f"msg_{index}", "role": "assistant", "content": []}
    whole = [{"type": "output_text", "text": "".join(texts)}]
    return _item(index, item, "output_text", list(texts), content=whole)


def _called(index: int, call_id: str, *pieces: str) -> bytes:
    item = {"type": "function_call", "id": f"fc_{index}", "call_id": call_id, "name": "read", "arguments": ""}
    return _item(index, item, "function_call_arguments", list(pieces), arguments="".join(pieces))


_REASONED = _item(
    0,
    {"type": "reasoning", "id": "rs_1", "summary": []},
    "reasoning_summary_text",
    ["Let me ", "think."],
    summary=[{"type": "summary_text", "text": "Let me think."}],
    encrypted_content="c2lnbmVk",
)
_BEGUN = named(
    {"type": "response.created", "response": {"id": "resp_1"}},
    {"type": "response.output_item.added", "output_index": 0, "item": {"type": "message", "id": "msg_0"}},
    {"type": "response.output_text.delta", "output_index": 0, "item_id": "msg_0", "delta": "Hel"},
)

RESPONSES = Recordings(
    name="openai-responses",
    make=lambda url: OpenAIResponses("example", base_url=f"{url}/v1", api_key="secret-key"),
    text=_response(_said(0, "Hel", "lo")),
    calls=_response(_said(0, "Both."), _called(1, "call_a", '{"path": ', '"a.txt"}'), _called(2, "call_b", READ_B)),
    reasoning=_response(_REASONED, _said(1, "Hello")),
    broken_call=_response(_called(0, "call_a", BROKEN)),
    cut_call=_BEGUN + _called(1, "call_a", READ_A),
    begun=_BEGUN,
    failing=_BEGUN + named({"type": "error", "code": "server_is_overloaded", "message": "The server is overloaded"}),
    at_limit=_response(_said(0, "Hello"), status="incomplete", incomplete_details={"reason": "max_output_tokens"}),
    error_body='{"error":{"message":"Rate limit reached","type":"requests","code":"rate_limit_exceeded"}}',
)


# Chat completions


def _chunk(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
    return {"id": "chatcmpl-1", "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}


def _piece(index: int, arguments: str, call_id: str | None = None) -> dict[str, Any]:
    function = {"arguments": arguments, **({"name": "read"} if call_id else {})}
    return _chunk({"tool_calls": [{"index": index, **({"id": call_id} if call_id else {}), "function": function}]})


_CHAT_USAGE: dict[str, Any] = {
    "choices": [],
    "usage": {
        "prompt_tokens": 160,
        "prompt_tokens_details": {"cached_tokens": 40, "cache_write_tokens": 20},
        "completion_tokens": 12,
        "completion_tokens_details": {"reasoning_tokens": 5},
    },
}
_CHAT_OVERLOADED = {"error": {"message": "The server is overloaded", "code": 503, "type": "overloaded_error"}}

CHAT = Recordings(
    name="openai-chat",
    make=lambda url: OpenAIChat("example", base_url=f"{url}/v1", api_key="secret-key"),
    text=sse(_chunk({"content": "Hel"}), _chunk({"content": "lo"}, "stop"), _CHAT_USAGE, "[DONE]"),
    calls=sse(
        _chunk({"content": "Both."}),
        _piece(0, '{"path": ', "call_a"),
        _piece(0, '"a.txt"}'),
        _piece(1, READ_B, "call_b"),
        _chunk({}, "tool_calls"),
        _CHAT_USAGE,
        "[DONE]",
    ),
    reasoning=sse(
        _chunk({"reasoning_content": "Let me "}),
        _chunk({"reasoning_content": "think."}),
        _chunk({"content": "Hello"}, "stop"),
        _CHAT_USAGE,
        "[DONE]",
    ),
    broken_call=sse(_piece(0, BROKEN, "call_a"), _chunk({}, "tool_calls"), _CHAT_USAGE, "[DONE]"),
    cut_call=sse(_chunk({"content": "Hel"}), _piece(0, READ_A, "call_a")),
    begun=sse(_chunk({"content": "Hel"})),
    failing=sse(_chunk({"content": "Hel"}), _CHAT_OVERLOADED),
    at_limit=sse(_chunk({"content": "Hello"}, "length"), _CHAT_USAGE, "[DONE]"),
    error_body='{"error":{"message":"Rate limit reached","type":"requests","code":"rate_limit_exceeded"}}',
)

EVERY_API = (ANTHROPIC, RESPONSES, CHAT)
