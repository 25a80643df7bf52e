"""A small MCP server without bad habits and its tools (TOOLS): plain JSON over stdio, no SDK, starts in 20 ms.

`odd_server.py` gives it habits and is the script to start, by `launch.odd`.
"""

import heapq
import json
import os
import select
import time
from collections.abc import Callable
from typing import Any, cast

Json = dict[str, Any]
INPUT, OUTPUT = 0, 1
FOREVER = 3600.0


class Server:
    """Answers initialize, ping, tools/list and tools/call, and ends when its stdin does."""

    def __init__(self, number: float | None) -> None:
        self.number = number
        self.changed = False
        self.due: list[tuple[float, int, Any, Callable[[], None]]] = []
        self.calls = 0

    def run(self) -> None:
        self.begin()
        waiting = bytearray()
        while True:
            if select.select([INPUT], [], [], self.patience())[0]:
                data = os.read(INPUT, 1 << 18)
                if not data:
                    return self.at_end()
                waiting += data
                if b"\n" in data:
                    *lines, rest = waiting.split(b"\n")
                    waiting = bytearray(rest)
                    for line in filter(None, lines):
                        self.receive(json.loads(line))
            self.do_what_is_due()
            self.idle()

    def begin(self) -> None:
        """Before anything is read."""

    def idle(self) -> None:
        """Again and again."""

    def at_end(self) -> None:
        """Stdin is closed."""

    def patience(self) -> float:
        """Seconds until it has to do something of its own accord."""
        return max(0.0, self.due[0][0] - time.monotonic()) if self.due else FOREVER

    def do_what_is_due(self) -> None:
        while self.due and self.due[0][0] <= time.monotonic():
            heapq.heappop(self.due)[3]()

    def later(self, seconds: float, request_id: Any, action: Callable[[], None]) -> None:
        self.calls += 1
        heapq.heappush(self.due, (time.monotonic() + seconds, self.calls, request_id, action))

    def receive(self, message: Json) -> None:
        method = message.get("method")
        params: Json = message.get("params") or {}
        if method == "notifications/cancelled":
            self.due = [each for each in self.due if each[2] != params["requestId"]]
            heapq.heapify(self.due)
        if "id" not in message or method is None:
            return
        if method == "tools/call":
            self.call(message["id"], params)
        elif method in ("initialize", "ping", "tools/list"):
            self.answer(message["id"], getattr(self, method.replace("/", "_"))(params))
        else:
            error = {"code": -32601, "message": f"Method not found: {method}"}
            self.send({"jsonrpc": "2.0", "id": message["id"], "error": error})

    def initialize(self, params: Json) -> Json:
        return {
            "protocolVersion": params["protocolVersion"],
            "capabilities": {"tools": {"listChanged": True}, "logging": {}},
            "serverInfo": {"name": "odd", "version": "1"},
            "instructions": "Be odd.",
        }

    def ping(self, _: Json) -> Json:
        return {}

    def tools_list(self, _: Json) -> Json:
        names = [*TOOLS, "added"] if self.changed else list(TOOLS)
        return {"tools": [{"name": name, "description": DESCRIPTIONS[name], "inputSchema": ANY} for name in names]}

    def call(self, request_id: Any, params: Json) -> None:
        tool = TOOLS.get(params["name"])
        if tool is None:
            return self.answer(request_id, text(f"no tool {params['name']}") | {"isError": True})
        tool(self, request_id, params.get("arguments") or {}, params.get("_meta") or {})

    def answer(self, request_id: Any, result: Json) -> None:
        self.send({"jsonrpc": "2.0", "id": request_id, "result": result})

    def send(self, message: Json) -> None:
        self.write(json.dumps(message, ensure_ascii=False).encode() + b"\n")

    def write(self, data: bytes) -> None:
        write(OUTPUT, data)


def text(words: str) -> Json:
    return {"content": [{"type": "text", "text": words}]}


def write(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(descriptor, view[: 1 << 20]) :]


def pause(seconds: float) -> None:
    select.select([], [], [], seconds)


def echo(server: Server, request_id: Any, arguments: Json, _: Json) -> None:
    """{text}: says it again."""
    server.answer(request_id, text(arguments.get("text", "")))


def die(_: Server, __: Any, arguments: Json, ___: Json) -> None:
    """{code = 3} or {signal}: ends without an answer."""
    if "signal" in arguments:
        os.kill(os.getpid(), arguments["signal"])
    os._exit(arguments.get("code", 3))


def big(server: Server, request_id: Any, arguments: Json, _: Json) -> None:
    """{bytes}: a text as long as that."""
    server.answer(request_id, text("x" * int(arguments["bytes"])))


def slow(server: Server, request_id: Any, arguments: Json, _: Json) -> None:
    """{seconds = 3600}: answers then, takes other calls meanwhile, and forgets it when it is cancelled."""
    seconds = arguments.get("seconds", FOREVER)
    server.later(seconds, request_id, lambda: server.answer(request_id, text(f"after {seconds} s")))


def progress(server: Server, request_id: Any, arguments: Json, meta: Json) -> None:
    """{steps = 3, seconds = 0 between them}: tells of each step, then answers."""
    steps, token = arguments.get("steps", 3), meta.get("progressToken")

    def step(number: int) -> None:
        if number > steps:
            return server.answer(request_id, text(f"{steps} steps"))
        params = {"progressToken": token, "progress": number, "total": steps, "message": f"step {number}"}
        server.send({"jsonrpc": "2.0", "method": "notifications/progress", "params": params})
        server.later(arguments.get("seconds", 0), request_id, lambda: step(number + 1))

    step(1)


def where(server: Server, request_id: Any, _: Json, __: Json) -> None:
    """Its pid, process group, directory and environment, as JSON."""
    facts = {"pid": os.getpid(), "group": os.getpgid(0), "cwd": os.getcwd(), "env": dict(os.environ)}
    server.answer(request_id, text(json.dumps(facts)))


def change(server: Server, request_id: Any, _: Json, __: Json) -> None:
    """From now on there is a tool more, and the client is told."""
    server.changed = True
    server.send({"jsonrpc": "2.0", "method": "notifications/tools/list_changed"})
    server.answer(request_id, text("changed"))


TOOLS: dict[str, Callable[[Server, Any, Json, Json], None]] = {
    each.__name__: each for each in (echo, die, big, slow, progress, where, change)
}
DESCRIPTIONS = {name: cast(str, tool.__doc__) for name, tool in TOOLS.items()} | {"added": "Not there at first."}
ANY = {"type": "object", "additionalProperties": True}
