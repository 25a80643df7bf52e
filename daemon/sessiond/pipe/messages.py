"""The messages a pipe says itself, to its client or to the engine, as JSON.

To the client: what the engine would have said, had it lived. To the engine: those of `sessiond_protocol.serving.link`.
"""

from __future__ import annotations

import json

from sessiond.server.wire.framing import BadFrame
from sessiond_protocol import MAX_MESSAGE_BYTES

TYPE_CHECKING = False
if TYPE_CHECKING:  # `typing` is not among what the pipe needs
    from typing import Any

ERROR, WARNING, INFO = 1, 2, 3
"""Of LSP's MessageType."""

CODES = {
    "engineLost": 1022,
    "engineUnavailable": 1023,
    "storageFailed": 1014,
    "payloadTooLarge": 1015,
    "shuttingDown": 1017,
    "internal": -32603,
}
"""Of `sessiond_protocol.errors`, which imports too much; a test holds them the same."""
PARSE_ERROR = -32700


def answer(message_id: Any, result: Any) -> bytes:
    return _encoded({"jsonrpc": "2.0", "id": message_id, "result": result})


def error(message_id: Any, kind: str, message: str, **fields: Any) -> bytes:
    """`kind` is one of CODES; one that a newer engine may have given is `internal` to its older clients."""
    return _error(message_id, CODES.get(kind, CODES["internal"]), message, {"kind": kind, **fields})


def request(message_id: Any, method: str, params: dict[str, Any]) -> bytes:
    return _encoded({"jsonrpc": "2.0", "id": message_id, "method": method, "params": params})


def notification(method: str, params: dict[str, Any]) -> bytes:
    return _encoded({"jsonrpc": "2.0", "method": method, "params": params})


def refusal(frame: BadFrame) -> bytes:
    """Of what could not be cut out of the client's stream."""
    if frame.too_large:
        return error(None, "payloadTooLarge", frame.message, maxMessageBytes=MAX_MESSAGE_BYTES)
    return _error(None, PARSE_ERROR, frame.message, {"kind": "invalidRequest"})


def log_message(kind: int, text: str) -> bytes:
    return notification("window/logMessage", {"type": kind, "message": text})


def show_message(kind: int, text: str) -> bytes:
    return notification("window/showMessage", {"type": kind, "message": text})


def _error(message_id: Any, code: int, message: str, data: dict[str, Any]) -> bytes:
    return _encoded({"jsonrpc": "2.0", "id": message_id, "error": {"code": code, "message": message, "data": data}})


def _encoded(message: dict[str, Any]) -> bytes:
    return json.dumps(message, separators=(",", ":")).encode()
