"""The daemon as a child process, with its client: started, ended in good order, killed, and looked at.

Leaving the block asserts exit code 0, no traceback on stderr and nothing left unread.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

from support.daemon.client import SECONDS, Client
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
    def pid(self) -> int:
        assert self._process, "not started"
        return self._process.pid

    async def start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "sessiond",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            cwd=self.home.project,
            env=self._environment,
        )
        assert self._process.stdin and self._process.stdout and self._process.stderr
        self._errors = asyncio.create_task(self._process.stderr.read())
        self.connect(self._process.stdout, self._process.stdin)
        if self._handshake:
            await self.initialize(**self._options)

    async def close(self, expected_code: int = 0) -> None:
        """`shutdown` and `exit`, as LSP has it."""
        await self.request("shutdown")
        self.notify("exit")
        await self.ends(expected_code)

    def end_input(self) -> None:
        """Says no more: the daemon sees the end of its stdin."""
        assert self._process and self._process.stdin
        self._process.stdin.close()

    async def ends(self, expected_code: int = 0, seconds: float = SECONDS) -> None:
        """Waits for the end, and asserts that it was a good one."""
        await self._reap(seconds)
        self._raise_defect()
        assert b"Traceback" not in self.stderr, self.stderr.decode(errors="replace")
        assert self.exit_code == expected_code, (self.exit_code, self.stderr[-2000:])
        assert self.unread == []

    async def kill(self) -> None:
        """SIGKILL; what the daemon had written until then is still read."""
        assert self._process
        self._process.kill()
        await self._reap(SECONDS)
        self._raise_defect()

    def signal(self, number: signal.Signals) -> None:
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
        """Resident bytes now."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
        raise AssertionError("the daemon is gone")

    async def _reap(self, seconds: float) -> None:
        assert self._process and self._process.stdin and self._errors
        async with asyncio.timeout(seconds):
            await self._process.wait()
            self.stderr = await self._errors
        self._process.stdin.close()
        with suppress(ConnectionError):
            await self._process.stdin.wait_closed()
        self.resume()
        assert self._reading
        await asyncio.wait([self._reading], timeout=seconds)

    async def _end_by_force(self) -> None:
        if self.running:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
        if self._process:
            await self._reap(SECONDS)
