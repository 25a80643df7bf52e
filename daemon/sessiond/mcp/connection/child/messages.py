"""A line of a server's stdout as a JSON-RPC message for the SDK, and whether we have asked for it.

By msgspec, which takes a third to a twenty-fifth of the time of the SDK's own reading (decision 0100). What cannot be
read though it answers a request becomes the error of that request, so that no other has to suffer.
"""

import gc
import json
import re
from enum import Enum
from typing import Any, Literal, NamedTuple

import msgspec
from mcp.shared.message import SessionMessage
from mcp_types import (
    INTERNAL_ERROR,
    ErrorData,
    JSONRPCError,
    JSONRPCMessage,
    JSONRPCNotification,
    JSONRPCRequest,
    JSONRPCResponse,
)

from sessiond.mcp.connection.child.lines import END_BYTES, Line, TooLong

MOST_BYTES = 32_000_000
"""Of a line that is read: reading one takes up to 50 ms, in which nothing else runs. Decision 0100."""
BIG_BYTES = 1_000_000
MOST_MENDED_BYTES = 4_000_000
"""Of a line whose JSON is mended, which takes ten times as long as the reading."""
MOST_CONTAINERS = 2_000_000
"""Lists and objects in a big line: they cost far more time and memory than texts."""
SHOWN_CHARACTERS = 200
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
NEWS = frozenset({"notifications/message", "notifications/progress"})
"""Of which some may be left out when there are too many."""

_STRING = rb'"(?:[^"\\]|\\.)*"'
_VERSION = rb'"jsonrpc"\s*:\s*"2\.0"'
_ID = rb'"id"\s*:\s*(?P<id>-?\d{1,20}|"(?:[^"\\]|\\.){0,200}")'
_ANSWER = rb'"(?:result|error)"\s*:'
_ID_AT_HEAD = re.compile(rb"\s*\{\s*(?:%s\s*,\s*)?%s\s*,\s*(?:%s\s*,\s*)?%s" % (_VERSION, _ID, _VERSION, _ANSWER))
_ANSWER_AT_HEAD = re.compile(rb"\s*\{\s*(?:%s\s*,\s*)?%s" % (_VERSION, _ANSWER))
_ID_AT_TAIL = re.compile(rb",\s*%s\s*(?:,\s*%s\s*)?\}\s*\Z" % (_ID, _VERSION))


class Kind(Enum):
    ANSWER = "to what we have asked"
    NEWS = "of which some may be left out"
    OTHER = "a request or a notification"
    JUNK = "no message"


class Said(NamedTuple):
    kind: Kind
    message: SessionMessage | None = None
    note: str | None = None
    """What is odd about it."""


class Exchange:
    """What was asked and is not answered yet, and what each line has to do with it."""

    def __init__(self) -> None:
        self._asked: set[str] = set()

    def written(self, message: JSONRPCMessage) -> bytes:
        """A message as a line; an answer to it is expected from now on."""
        line = message.model_dump_json(by_alias=True, exclude_unset=True).encode() + b"\n"
        if isinstance(message, JSONRPCRequest):
            self._asked.add(str(message.id))
        return line

    def read(self, line: Line) -> Said:
        if isinstance(line, TooLong):
            size, most = line.size / 1e6, MOST_BYTES // 1_000_000
            return self._unreadable(line.head, line.tail, f"has {size:.1f} MB, more than the {most} that are taken")
        line = line.strip().removeprefix(BYTE_ORDER_MARK)
        if not line:
            return Said(Kind.JUNK)
        try:
            message = _message(line)
        except TooManyValues as error:
            return self._unreadable(line[:END_BYTES], line[-END_BYTES:], str(error))
        except (ValueError, RecursionError):
            return self._unreadable(line[:END_BYTES], line[-END_BYTES:], "is not valid JSON-RPC")
        return self._judged(message)

    def _judged(self, message: JSONRPCMessage) -> Said:
        match message:
            case JSONRPCNotification():
                return Said(Kind.NEWS if message.method in NEWS else Kind.OTHER, SessionMessage(message))
            case JSONRPCError(id=None):
                return Said(Kind.OTHER, None, f"an error of no request: {message.error.message[:SHOWN_CHARACTERS]}")
            case JSONRPCRequest():
                return Said(Kind.OTHER, SessionMessage(message))
            case _ if str(message.id) in self._asked:
                self._asked.discard(str(message.id))
                return Said(Kind.ANSWER, SessionMessage(message))
            case _:
                return Said(Kind.JUNK, None, f"an answer to nothing, with id {str(message.id)[:SHOWN_CHARACTERS]}")

    def _unreadable(self, head: bytes, tail: bytes, why: str) -> Said:
        """As the error of the request that it answers, if it does."""
        id_ = _id_of_answer(head, tail)
        if id_ is None or str(id_) not in self._asked:
            shown = head[: SHOWN_CHARACTERS * 4].decode(errors="replace")[:SHOWN_CHARACTERS]
            return Said(Kind.JUNK, None, f"not a message: {shown}")
        self._asked.discard(str(id_))
        error = JSONRPCError(jsonrpc="2.0", id=id_, error=ErrorData(code=INTERNAL_ERROR, message=f"the answer {why}"))
        return Said(Kind.ANSWER, SessionMessage(error), f"an answer {why}")


class TooManyValues(ValueError):
    """JSON that is taken by its length, but not by what is in it."""


class _Envelope(msgspec.Struct):
    jsonrpc: Literal["2.0"]
    id: int | str | msgspec.UnsetType | None = msgspec.UNSET
    method: str | None = None
    params: dict[str, Any] | None = None
    result: dict[str, Any] | None = None
    error: dict[str, Any] | None = None


_decode = msgspec.json.Decoder(_Envelope).decode


def _message(line: bytes) -> JSONRPCMessage:
    """Raises ValueError for all that is none, RecursionError for what is too deep."""
    if not line.startswith(b"{"):
        raise ValueError("no object")
    match _big_envelope(line) if len(line) > BIG_BYTES else _envelope(line):
        case _Envelope(method=str(method), id=int() | str() as id_, params=None):
            return JSONRPCRequest(jsonrpc="2.0", id=id_, method=method)
        case _Envelope(method=str(method), id=int() | str() as id_, params=params):
            return JSONRPCRequest(jsonrpc="2.0", id=id_, method=method, params=params)
        case _Envelope(method=str(method), id=msgspec.UNSET, params=None):
            return JSONRPCNotification(jsonrpc="2.0", method=method)
        case _Envelope(method=str(method), id=msgspec.UNSET, params=params):
            return JSONRPCNotification(jsonrpc="2.0", method=method, params=params)
        case _Envelope(method=None, id=int() | str() as id_, result=dict() as result):
            return JSONRPCResponse(jsonrpc="2.0", id=id_, result=result)
        case _Envelope(method=None, id=int() | str() | None as id_, error=dict() as error):
            return JSONRPCError(jsonrpc="2.0", id=id_, error=ErrorData.model_validate(error))
        case _:
            raise ValueError("neither a request nor an answer")


def _big_envelope(line: bytes) -> _Envelope:
    """Without garbage collection meanwhile, which takes up to ten times as long as the reading, to find nothing."""
    if line.count(b"[") + line.count(b"{") > MOST_CONTAINERS:
        raise TooManyValues(f"has more than {MOST_CONTAINERS:,} lists and objects, more than are taken")
    collecting = gc.isenabled()
    gc.disable()
    try:
        return _envelope(line)
    finally:
        if collecting:
            gc.enable()


def _envelope(line: bytes) -> _Envelope:
    try:
        return _decode(line)
    except msgspec.ValidationError:
        raise
    except ValueError:
        if len(line) > MOST_MENDED_BYTES:
            raise
        return _decode(_mended(line))


def _mended(line: bytes) -> bytes:
    """Without what other writers of JSON let through: NaN, control characters, halves of pairs, bytes not of UTF-8."""
    value = json.loads(line.decode(errors="replace"), strict=False, parse_constant=lambda _: None)
    return json.dumps(value, ensure_ascii=False).encode(errors="replace")


def _id_of_answer(head: bytes, tail: bytes) -> int | str | None:
    """The id of an answer of which only the ends are known; None when it is no answer, or they do not show it."""
    found = _ID_AT_HEAD.match(head)
    if found is None and _ANSWER_AT_HEAD.match(head):
        found = _ID_AT_TAIL.search(tail)
    try:
        return msgspec.json.decode(found["id"], type=int | str) if found else None
    except ValueError:
        return None
