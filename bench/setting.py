"""Where benchmarks take place: a temporary home, the model server, and the things that are compared."""

import os
import subprocess
import sys
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType

from bench.connection import Connection
from bench.engine_process import ends, engine_of, kill

HERE = Path(__file__).parent
CONFIG = """\
model = "bench/m"
[engine]
idle = 0
[provider.bench]
api = "openai-chat"
base_url = "http://127.0.0.1:{port}/v1"
api_key_env = "BENCH_KEY"
[provider.bench.models.m]
context = 10000000
output = 1000000
price = {{ input = 1.0, output = 2.0 }}
[permission]
repeat = "allow"
bash = "allow"
edit = "allow"
[provider.script]
api = "scripted"
script = "{script}"
"""


class Setting(AbstractContextManager["Setting"]):
    def __init__(self) -> None:
        self._stack = ExitStack()
        # Not below TMPDIR, which may be long: the path of a socket is to be short.
        self.place = Path(self._stack.enter_context(TemporaryDirectory(prefix="sessiond-bench-", dir="/tmp")))
        self._stack.callback(self._end_engines)
        self.project = self.place / "project"
        self.project.mkdir()
        self.port = self._start_model_server()
        self.script = self.place / "steps.jsonl"
        """What `script/any` plays; a measure writes it."""
        (self.place / "config.toml").write_text(CONFIG.format(port=self.port, script=self.script))

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._stack.close()

    def environment(self, data: str = "data") -> dict[str, str]:
        """Of a daemon whose data stand under this name. Bytecode is written, so that a second start finds it."""
        kept = {name: value for name, value in os.environ.items() if name in ("PATH", "LANG", "TMPDIR")}
        return kept | {
            "HOME": str(self.place),
            "SESSIOND_CONFIG": str(self.place / "config.toml"),
            "SESSIOND_DATA_DIR": str(self.place / data),
            "SESSIOND_RUNTIME_DIR": str(self.place / "run"),
            "BENCH_KEY": "bench",
            "BENCH_PORT": str(self.port),
            "BENCH_PROJECT": str(self.project),
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        }

    def engine(self, data: str = "data") -> Connection:
        """A pipe to the engine of these data, as people have it; the engine ends with its last pipe."""
        return Connection(self.environment(data), engine=lambda: engine_of(self.place / data))

    def standalone(self, data: str = "alone") -> Connection:
        """All in one process."""
        return Connection(self.environment(data) | {"SESSIOND_STANDALONE": "1"})

    def bare_pipe(self) -> Connection:
        return Connection(self.environment(), [str(HERE / "bare_pipe.py")])

    def ready_engine(self, data: str = "data") -> Connection:
        """An engine that has had its first turn: what is imported and primed once, is."""
        return _first_turn(self.engine(data))

    def ready_standalone(self, data: str = "alone") -> Connection:
        return _first_turn(self.standalone(data))

    def ready_bare_pipe(self) -> Connection:
        return _first_turn(self.bare_pipe())

    def without_engine(self, data: str = "data") -> None:
        """Waits for the end of one that leaves."""
        if (pid := engine_of(self.place / data)) is not None:
            ends(pid)

    def _end_engines(self) -> None:
        for lock in self.place.glob("*/engine.lock"):
            if (pid := engine_of(lock.parent)) is not None:
                kill(pid)

    def _start_model_server(self) -> int:
        command = [sys.executable, str(HERE / "model_server.py")]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self._stack.callback(server.wait)
        self._stack.callback(server.kill)
        assert server.stdout
        with server.stdout:
            return int(server.stdout.readline())


def _first_turn(connection: Connection) -> Connection:
    connection.initialize()
    connection.notify("initialized")
    session = connection.call("session/create")["id"]
    connection.call("session/chat", {"sessionId": session, "text": "{}"})
    return connection
