"""JSON-RPC 2.0 envelopes: bytes to requests and notifications, results and errors to bytes.

Used by `connection.py`. Parameters stay undecoded here; `dispatch.py` gives them their type.
"""

from decimal import Decimal
from typing import Any, TypeAlias

import msgspec

from sessiond.server.wire.sanitize import harmless, has_escaped_surrogate, repaired
from sessiond_protocol.errors import ErrorCode, ErrorObject, RpcError
from sessiond_protocol.wire import to_json

MessageId: TypeAlias = str | int | float


class Request(msgspec.Struct, frozen=True):
    id: MessageId
    method: str
    params: msgspec.Raw


class Notification(msgspec.Struct, frozen=True):
    method: str
    params: msgspec.Raw


class Response(msgspec.Struct, frozen=True):
    """A client's answer to a request of ours: a result, or the error in its place."""

    id: MessageId
    result: msgspec.Raw = msgspec.Raw(b"null")
    error: msgspec.Raw | None = None


Incoming: TypeAlias = Request | Notification | Response


class Refused(Exception):
    """A message that is not JSON-RPC; `error` is the answer, to `id` where it has a usable one."""

    def __init__(self, code: ErrorCode, message: str, message_id: MessageId | None = None) -> None:
        super().__init__(message)
        self.id = message_id
        self.error = RpcError(code, message)


class _Envelope(msgspec.Struct):
    jsonrpc: Any = "2.0"
    id: Any = msgspec.UNSET
    method: Any = msgspec.UNSET
    params: msgspec.Raw = msgspec.Raw(b"{}")
    result: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET
    error: msgspec.Raw | msgspec.UnsetType = msgspec.UNSET


_decoder = msgspec.json.Decoder(_Envelope)


def decode(body: bytes) -> Incoming:
    """One message. Raises Refused."""
    envelope = _decode_envelope(body)
    message_id = envelope.id
    if message_id is not msgspec.UNSET and (isinstance(message_id, bool) or not isinstance(message_id, MessageId)):
        raise Refused(ErrorCode.INVALID_REQUEST, "`id` must be a string or a number")
    known_id = None if message_id is msgspec.UNSET else message_id
    if envelope.jsonrpc != "2.0":
        raise Refused(ErrorCode.INVALID_REQUEST, '`jsonrpc` must be "2.0"', known_id)
    if isinstance(envelope.method, str):
        if known_id is None:
            return Notification(envelope.method, envelope.params)
        return Request(known_id, envelope.method, envelope.params)
    if envelope.method is msgspec.UNSET and known_id is not None and (answer := _answer(envelope, known_id)):
        return answer
    raise Refused(ErrorCode.INVALID_REQUEST, "a request needs a `method`, which is a string", known_id)


def _answer(envelope: _Envelope, message_id: MessageId) -> Response | None:
    if envelope.error is not msgspec.UNSET and envelope.error != msgspec.Raw(b"null"):
        return Response(message_id, error=envelope.error)
    return None if envelope.result is msgspec.UNSET else Response(message_id, envelope.result)


def _decode_envelope(body: bytes) -> _Envelope:
    try:
        body.decode()
        return _decoder.decode(repaired(body) if has_escaped_surrogate(body) else body)
    except UnicodeDecodeError as error:
        raise Refused(ErrorCode.PARSE_ERROR, f"the message is not UTF-8 (byte {error.start})") from error
    except RecursionError as error:
        raise Refused(ErrorCode.PARSE_ERROR, "the message is nested too deeply") from error
    except msgspec.ValidationError as error:
        raise Refused(ErrorCode.INVALID_REQUEST, _why_invalid(body)) from error
    except ValueError as error:  # msgspec's DecodeError is one too
        raise Refused(ErrorCode.PARSE_ERROR, f"the message is not JSON: {error}") from error


def _why_invalid(body: bytes) -> str:
    if body.lstrip().startswith(b"["):
        return "batches are not accepted: send one message at a time"
    return "a message must be a JSON object"


def encode_result(message_id: MessageId, result: Any) -> bytes:
    """The response that carries a result; lone surrogates in it become U+FFFD."""
    return b'{"jsonrpc":"2.0","id":%b,"result":%b}' % (to_json(message_id), encode(result))


def encode_error(message_id: MessageId | None, error: RpcError) -> bytes:
    """The response that carries an error."""
    described = ErrorObject(code=int(error.code), message=error.message, data=error.data)
    return b'{"jsonrpc":"2.0","id":%b,"error":%b}' % (to_json(message_id), encode(described))


def encode_request(message_id: str, method: str, params: Any) -> bytes:
    """A request of ours."""
    return b'{"jsonrpc":"2.0","id":%b,"method":%b,"params":%b}' % (
        to_json(message_id),
        to_json(method),
        encode(params),
    )


def encode_notification(method: str, params: Any) -> bytes:
    """A notification of ours."""
    return b'{"jsonrpc":"2.0","method":%b,"params":%b}' % (to_json(method), encode(params))


def encode(value: Any) -> bytes:
    """The JSON of a value of the protocol. Never raises for its text."""
    try:
        return to_json(value)
    except UnicodeEncodeError:  # a path or a message of the system that is not UTF-8
        return to_json(harmless(msgspec.to_builtins(value, builtin_types=(Decimal,))))
