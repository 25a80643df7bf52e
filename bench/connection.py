"""A blocking client for benchmarks: a child process that speaks the protocol in lines, read with exact times."""

import os
import select
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Any, Protocol

import msgspec

from bench.engine_process import kill

SECONDS = 120.0
READ_BYTES = 1024 * 1024

Event = dict[str, Any]


class Listener(Protocol):
    """Hears of one session."""

    def heard(self, at: int, event: Event) -> None:
        """`at`: when the event's bytes had been read, in ns."""
        ...

    def lost(self) -> None:
        """It must be subscribed to again."""
        ...


class Connection:
    """`python -m sessiond`, or any other command, from its spawn to its end."""

    def __init__(
        self,
        environment: Mapping[str, str],
        command: Sequence[str] = ("-m", "sessiond"),
        engine: Callable[[], int | None] | None = None,
    ) -> None:
        """`engine` finds the process that serves it, where that is another."""
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
        self.listeners: dict[str, Listener] = {}
        """By session."""
        self._engine = engine
        self._buffer = b""
        self._answers: dict[int, Any] = {}
        self._last_id = 0
        self._encode = msgspec.json.Encoder().encode
        self._decode = msgspec.json.Decoder().decode

    @property
    def output(self) -> int:
        """The descriptor that is read."""
        assert self.process.stdout
        return self.process.stdout.fileno()

    @property
    def pipe_pid(self) -> int:
        """What was started."""
        return self.process.pid

    @property
    def engine_pid(self) -> int:
        """What has the sessions."""
        pid = self._engine() if self._engine else self.process.pid
        assert pid is not None, "no engine runs"
        return pid

    @property
    def pids(self) -> set[int]:
        """All that serves this client."""
        return {self.pipe_pid, self.engine_pid}

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
        if not select.select([self.output], [], [], max(0.0, deadline - time.monotonic()))[0]:
            raise TimeoutError("nothing was said in time")
        data = os.read(self.output, READ_BYTES)
        self.read_at = time.monotonic_ns()
        if not data:
            raise EOFError("the process has ended")
        self.bytes_read += len(data)
        *lines, self._buffer = (self._buffer + data).split(b"\n")
        for line in lines:
            self._take(self._decode(line))

    def _take(self, message: dict[str, Any]) -> None:
        listener = self.listeners.get(message.get("params", {}).get("sessionId"))
        if message.get("method") == "session/event" and listener:
            for event in message["params"]["events"]:
                listener.heard(self.read_at, event)
        elif message.get("method") == "session/resync" and listener:
            listener.lost()
        elif "method" not in message:
            self._answers[message["id"]] = message

    def initialize(self, settings: dict[str, Any] | None = None) -> int:
        """The handshake up to the answer; gives when that was read, in ns."""
        options = {"sessiond": {"protocolVersion": 1, "client": {"name": "bench"}, "settings": settings or {}}}
        self.call("initialize", {"processId": None, "capabilities": {}, "initializationOptions": options})
        return self.read_at

    def kill_engine(self) -> None:
        kill(self.engine_pid)

    def kill(self) -> None:
        """What was started; an engine in the background notices."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                pipe.close()
