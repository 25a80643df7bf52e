"""The daemon as a child process, with its client: started, ended in good order, killed, and looked at.

In a shared home the child is the pipe, and the engine is another process. Leaving the block asserts exit code 0,
no traceback on stderr and nothing left unread; with the last client the engine has ended as well.
"""

import asyncio
import os
import signal
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

from support.daemon.child import begin_sessiond
from support.daemon.client import SECONDS, Client, RequestFailed
from support.daemon.engine_process import dies, kill
from support.daemon.framing import Framing
from support.daemon.home import Home


class Daemon(Client):
    """`handshake=False` leaves `initialize` to the test; `options` are the client's own of the handshake."""

    def __init__(
        self,
        home: Home,
        framing: Framing = "headers",
        *,
        handshake: bool = True,
        environment: Mapping[str, str] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(framing)
        self.home = home
        self.stderr = b""
        self._handshake = handshake
        self._options = options
        self._environment = home.environment() | dict(environment or {})
        self._process: asyncio.subprocess.Process | None = None
        self._errors: asyncio.Task[bytes] | None = None

    async def __aenter__(self) -> "Daemon":
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        if error is not None:
            await self._end_by_force()
            if self.stderr:
                error.add_note(f"stderr of the daemon:\n{self.stderr.decode(errors='replace')[-4000:]}")
        elif self.running:
            await self.close()

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.returncode is None

    @property
    def pipe_pid(self) -> int:
        """The process that the client has started."""
        assert self._process, "not started"
        return self._process.pid

    @property
    def engine_pid(self) -> int:
        """The process that has the sessions: the same, if it is alone."""
        if self.home.mode == "standalone":
            return self.pipe_pid
        pid = self.home.engine_pid
        assert pid is not None, "no engine runs"
        return pid

    async def start(self) -> None:
        self._process = await begin_sessiond(cwd=self.home.project, env=self._environment)
        assert self._process.stdin and self._process.stdout and self._process.stderr
        self.home.daemons += 1
        self._errors = asyncio.create_task(self._process.stderr.read())
        self.connect(self._process.stdout, self._process.stdin)
        if self._handshake:
            await self.initialize(**self._options)

    async def close(self, expected_code: int = 0) -> None:
        """`shutdown` and `exit`, as LSP has it."""
        turn_runs = await self._turn_runs()
        await self.request("shutdown")
        self.notify("exit")
        await self.ends(expected_code, turn_runs=turn_runs)

    async def _turn_runs(self) -> bool:
        try:
            return self.home.mode == "shared" and (await self.request("server/status"))["turns"] > 0
        except RequestFailed:  # there is no engine
            return False

    def end_input(self) -> None:
        """Says no more: the daemon sees the end of its stdin."""
        assert self._process and self._process.stdin
        self._process.stdin.close()

    async def ends(self, expected_code: int = 0, seconds: float = SECONDS, *, turn_runs: bool = False) -> None:
        """Waits for the end, and asserts that it was a good one.

        A shared engine ends as well if this was its last client, unless `turn_runs`: a turn goes on in it.
        """
        await self._reap(seconds)
        self._raise_defect()
        assert b"Traceback" not in self.stderr, self.stderr.decode(errors="replace")
        assert self.exit_code == expected_code, (self.exit_code, self.stderr[-2000:])
        assert self.unread == []
        if self.home.idle == 0 and self.home.daemons == 0 and not turn_runs:
            await self.engine_ends(seconds)

    async def engine_ends(self, seconds: float = SECONDS) -> None:
        """Waits for the end of the shared engine, for want of clients."""
        if (pid := self.home.engine_pid) is not None:
            assert await asyncio.to_thread(dies, pid, seconds), "the engine stays though nobody is there"

    async def kill(self) -> None:
        """SIGKILL for all that serves this client; what it had written until then is still read."""
        if self.home.mode == "shared" and (pid := self.home.engine_pid) is not None:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            await self.kill_pipe()
            assert await asyncio.to_thread(dies, pid)
        else:
            await self.kill_pipe()

    async def kill_engine(self) -> int:
        """SIGKILL for a shared engine alone; gives what its process id was. The pipe goes on with another."""
        pid = self.engine_pid
        await asyncio.to_thread(kill, pid)
        return pid

    async def kill_pipe(self) -> None:
        """SIGKILL for the client's own process, as if the client had crashed."""
        assert self._process
        self._process.kill()
        await self._reap(SECONDS)
        self._raise_defect()

    def signal(self, number: signal.Signals) -> None:
        """To the client's own process."""
        assert self._process
        self._process.send_signal(number)

    def close_output(self) -> None:
        """Closes our end of its stdout: nobody reads any more."""
        assert self._process
        pipe = self._process._transport.get_pipe_transport(1)  # pyright: ignore # asyncio has no public way
        pipe.close()

    async def lives(self, seconds: float) -> None:
        """Lets the daemon run for a while; it must not end in it."""
        assert self._process
        with suppress(TimeoutError):
            await asyncio.wait_for(self._process.wait(), seconds)
            raise AssertionError(f"the daemon ended: {self._process.returncode}")

    @property
    def exit_code(self) -> int | None:
        assert self._process
        return self._process.returncode

    def memory(self) -> int:
        """Resident bytes now, of all processes that serve this client."""
        return sum(map(_resident, {self.pipe_pid, self.engine_pid}))

    async def _reap(self, seconds: float) -> None:
        assert self._process and self._process.stdin and self._errors
        self.resume()  # the process has ended for asyncio once its output has been read
        async with asyncio.timeout(seconds):
            await self._process.wait()
            self.stderr = await self._errors
        self.home.daemons -= 1
        self._process.stdin.close()
        with suppress(ConnectionError):
            await self._process.stdin.wait_closed()
        assert self._reading
        await asyncio.wait([self._reading], timeout=seconds)

    async def _end_by_force(self) -> None:
        if self.running:
            with suppress(ProcessLookupError):
                os.kill(self.pipe_pid, signal.SIGKILL)
        if self._process:
            await self._reap(SECONDS)


def _resident(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) * 1024
    raise AssertionError(f"the process {pid} is gone")
