"""A blocking client for benchmarks: a child process that speaks the protocol in lines, read with exact times."""

import os
import select
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Any

import msgspec

SECONDS = 120.0
READ_BYTES = 1024 * 1024

Event = dict[str, Any]
OnEvent = Callable[[int, Event], None]
"""Is told each event, and when its bytes had been read, in ns."""


class Connection:
    """`python -m sessiond`, or any other command, from its spawn to its end."""

    def __init__(self, environment: Mapping[str, str], command: Sequence[str] = ("-m", "sessiond")) -> None:
        self.spawned = time.monotonic_ns()
        self.process = subprocess.Popen(
            [sys.executable, *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=dict(environment),
            cwd=environment.get("BENCH_PROJECT"),
            bufsize=0,
        )
        self.bytes_read = 0
        self.read_at = 0
        """When the bytes that were read last had been read, in ns."""
        self.on_event: OnEvent = lambda _at, _event: None
        self._buffer = b""
        self._answers: dict[int, Any] = {}
        self._last_id = 0
        self._encode = msgspec.json.Encoder().encode
        self._decode = msgspec.json.Decoder().decode

    def __enter__(self) -> "Connection":
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.kill()

    def send(self, method: str, params: Any = None) -> int:
        self._last_id += 1
        self._write({"jsonrpc": "2.0", "id": self._last_id, "method": method, "params": params or {}})
        return self._last_id

    def notify(self, method: str) -> None:
        self._write({"jsonrpc": "2.0", "method": method, "params": {}})

    def _write(self, message: Any) -> None:
        assert self.process.stdin
        self.process.stdin.write(self._encode(message) + b"\n")

    def call(self, method: str, params: Any = None, seconds: float = SECONDS) -> Any:
        return self.answer(self.send(method, params), seconds)

    def answer(self, request_id: int, seconds: float = SECONDS) -> Any:
        """The result of a request. Raises RuntimeError for an error."""
        deadline = time.monotonic() + seconds
        while request_id not in self._answers:
            self.read(deadline)
        answer = self._answers.pop(request_id)
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer["result"]

    def read(self, deadline: float) -> None:
        """Reads once and tells what came. Raises TimeoutError at the deadline, EOFError at the end."""
        assert self.process.stdout
        descriptor = self.process.stdout.fileno()
        if not select.select([descriptor], [], [], max(0.0, deadline - time.monotonic()))[0]:
            raise TimeoutError("nothing was said in time")
        data = os.read(descriptor, READ_BYTES)
        self.read_at = time.monotonic_ns()
        if not data:
            raise EOFError("the process has ended")
        self.bytes_read += len(data)
        *lines, self._buffer = (self._buffer + data).split(b"\n")
        for line in lines:
            self._take(self._decode(line))

    def _take(self, message: dict[str, Any]) -> None:
        if message.get("method") == "session/event":
            for event in message["params"]["events"]:
                self.on_event(self.read_at, event)
        elif "method" not in message:
            self._answers[message["id"]] = message

    def initialize(self, settings: dict[str, Any] | None = None) -> int:
        """The handshake up to the answer; gives when that was read, in ns."""
        options = {"sessiond": {"protocolVersion": 1, "client": {"name": "bench"}, "settings": settings or {}}}
        self.call("initialize", {"processId": None, "capabilities": {}, "initializationOptions": options})
        return self.read_at

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                pipe.close()
