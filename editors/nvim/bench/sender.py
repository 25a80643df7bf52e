"""Stands in for the engine in the benchmark: answers one prompt with many deltas, each a notification of its own.

Started by the plugin as its `cmd`; `sender.py COUNT`. It sends as fast as it is read, so that the editor sets the pace.
"""

import json
import sys
from collections.abc import Iterator
from typing import Any

PARAGRAPHS = (
    "## What comes next\n\nThe **engine** records an event before it is sent, so that `seq` has *no gaps*; see [the"
    " page](https://example.org/page).\n\n- one daemon, every editor\n- what is drawn is **never** drawn again\n\n",
    '```python\nasync def main(name: str) -> None:\n    # Says hello.\n    print(f"Hello {name}", 42)\n```\n\n',
    '```lua\nlocal function hello(name)\n  return "Hello " .. name\nend\n```\n\n',
    "A paragraph that goes on for a while, since answers do, and has no marks in it at all; the editor wraps it.\n\n",
)
SIZE = 12
"""Characters of a delta."""


def deltas(count: int) -> Iterator[str]:
    text = ""
    number = 0
    for _ in range(count):
        while len(text) < SIZE:
            text += PARAGRAPHS[number % len(PARAGRAPHS)]
            number += 1
        yield text[:SIZE]
        text = text[SIZE:]


def write(message: dict[str, Any]) -> None:
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    sys.stdout.buffer.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))


def event(type: str, **fields: Any) -> None:
    told = {"type": type, "at": 1764036000000, **fields}
    write({"method": "session/event", "params": {"sessionId": "ses_1", "events": [told]}})


def answer(count: int) -> None:
    usage = {"input": 1, "output": count, "reasoning": 0, "cacheRead": 0, "cacheWrite": 0}
    message = {"id": "msg_1", "sessionId": "ses_1", "turnId": "trn_1", "role": "assistant", "parts": [], "createdAt": 1}
    part = {"id": "prt_1", "type": "text", "text": ""}
    event("turn.started", seq=2, turnId="trn_1", kind="chat", model="bench/any")
    event("message.added", seq=3, message=message)
    event("part.started", seq=4, messageId="msg_1", part=part)
    texts = list(deltas(count))
    for text in texts:
        event("part.delta", messageId="msg_1", partId="prt_1", field="text", text=text)
    event("part.ended", seq=5, messageId="msg_1", part=part | {"text": "".join(texts)})
    event("message.ended", seq=6, messageId="msg_1", usage=usage, finishReason="stop")
    event("turn.ended", seq=7, turnId="trn_1", stopReason="endTurn", usage=usage)


def session() -> dict[str, Any]:
    return {"id": "ses_1", "title": "Bench", "directory": "/", "createdAt": 1, "updatedAt": 1, "archived": False}


def serve(count: int) -> None:
    results: dict[str, Any] = {"initialize": {"capabilities": {}}, "session/create": session()}
    results["session/chat"] = {"sessionId": "ses_1", "turnId": "trn_1"}
    unknown = {"code": -32601, "message": "the sender has no such method", "data": {"kind": "invalidRequest"}}
    while head := sys.stdin.buffer.readline():
        sys.stdin.buffer.readline()
        request = json.loads(sys.stdin.buffer.read(int(head.split(b":")[1])))
        if "id" in request:
            known = request["method"] in results
            write({"id": request["id"]} | ({"result": results[request["method"]]} if known else {"error": unknown}))
        if request["method"] == "session/create":
            event("session.created", seq=1, session=session())
        if request["method"] == "session/chat":
            answer(count)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    serve(int(sys.argv[1]))
