"""Answers `initialize` before asyncio, msgspec or anything else that takes time is imported.

`__main__` calls `greet` first of all. Only the plain case is answered here; whatever is odd, wrong or
not `initialize` at all is left to the engine, which is given every byte that was read.
"""

from __future__ import annotations

import json
import os
import select

from sessiond.server.wire.framing import BadFrame, Decoder, framed
from sessiond_protocol import MAX_MESSAGE_BYTES, PROTOCOL_VERSION

TYPE_CHECKING = False
if TYPE_CHECKING:  # `typing` itself would be a quarter of what is imported here
    from collections.abc import Callable
    from typing import Any, NoReturn

_RESULT_FILE = os.path.join(os.path.dirname(__file__), "initialize_result.json")
_REQUIRED = {"method", "id", "name", "uri"}
_OPTIONS = {
    "protocolVersion": int,
    "client": {"name": str, "version": (str, None)},
    "env": ({"*": str}, None),
    "settings": (dict, None),
    "events": {"optOut": [str]},
    "editor": {"applyEdit": bool, "diagnostics": bool, "context": bool},
}
_PLAIN_INITIALIZE = {
    "jsonrpc": str,
    "id": int,
    "method": str,
    "params": {
        "processId": (int, None),
        "rootUri": (str, None),
        "rootPath": (str, None),
        "clientInfo": {"name": str, "version": (str, None)},
        "workspaceFolders": ([{"uri": str, "name": str}], None),
        "capabilities": {"experimental": ({"sessiond": _OPTIONS}, None)},
        "initializationOptions": ({"sessiond": _OPTIONS}, None),
    },
}
"""Types by name: `[x]` a list of x, `(x, None)` x or null, `"*"` every member; a name may be missing."""


class FirstAnswer:
    """What was read before the event loop ran, and whether the first message has its answer already."""

    __slots__ = ("answered", "decoder", "ended", "frames", "output", "source")

    def __init__(self, source: int, output: int, decoder: Decoder) -> None:
        self.source = source
        self.output = output
        self.decoder = decoder
        self.frames: list[bytes | BadFrame] = []
        self.answered = False
        self.ended = False


def own_stdio() -> tuple[int, int]:
    """Takes standard input and output for the protocol alone; what is printed from now on goes to stderr."""
    source, output = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    try:
        os.dup2(2, 1)
    except OSError:  # there is no stderr
        os.dup2(nothing, 1)
    os.close(nothing)
    return source, output


def greet(source: int, output: int, may_answer: Callable[[], bool] = lambda: True) -> FirstAnswer:
    """Waits for the first message and answers it if it is a plain `initialize` that is ours to answer."""
    first = FirstAnswer(source, output, Decoder(MAX_MESSAGE_BYTES))
    while not first.frames and not first.ended:
        try:
            data = os.read(source, 65536)
        except BlockingIOError:
            select.select([source], [], [])
            continue
        first.ended = not data
        first.frames = first.decoder.feed(data)
    answer = _answer_to(first.frames[0]) if first.frames else None
    if answer is not None and may_answer():
        _write(output, framed(answer, lines=bool(first.decoder.lines)))
        first.answered = True
    return first


def _answer_to(frame: bytes | BadFrame) -> bytes | None:
    """The response to a plain `initialize` of the version we speak, or None."""
    if isinstance(frame, BadFrame):
        return None
    try:
        message = json.loads(frame.decode(), parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None
    if not _is_plain_initialize(message):
        return None
    return b'{"jsonrpc":"2.0","id":%b,"result":%b}' % (json.dumps(message["id"]).encode(), own_result())


def own_result() -> bytes:
    """The result of `initialize` in this version."""
    with open(_RESULT_FILE, "rb") as file:
        return file.read().rstrip()


def _is_plain_initialize(message: Any) -> bool:
    """Whether the connection's exact types would take this message, too. May say no to one they take."""
    if not _fits(message, _PLAIN_INITIALIZE) or message["method"] != "initialize" or message.get("jsonrpc") != "2.0":
        return False
    return all(
        options.get("protocolVersion", PROTOCOL_VERSION) == PROTOCOL_VERSION
        for options in (_options(message, "initializationOptions"), _options(message, "capabilities", "experimental"))
    )


def _options(message: Any, *path: str) -> dict[str, Any]:
    """What stands under `params`, the path and `sessiond`, or nothing."""
    for name in ("params", *path, "sessiond"):
        message = message.get(name) or {}
    return message


def _fits(value: Any, shape: Any) -> bool:
    kind, wanted = _kind(value), _kind(shape)
    if wanted is tuple:
        return value is None or _fits(value, shape[0])
    if wanted is type:
        return kind is shape
    if kind is not wanted:
        return False
    if wanted is list:
        return all(_fits(member, shape[0]) for member in value)
    if "*" in shape:
        return all(_fits(member, shape["*"]) for member in value.values())
    return all(_fits(value[name], shape[name]) if name in value else name not in _REQUIRED for name in shape)


def _kind(value: object) -> type[object]:
    return type(value)


def _write(fd: int, data: bytes) -> None:
    """Writes all of it. A reader that has gone is noticed by the connection."""
    view = memoryview(data)
    while view:
        try:
            view = view[os.write(fd, view) :]
        except BlockingIOError:
            select.select([], [fd], [])
        except BrokenPipeError:
            return


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)
