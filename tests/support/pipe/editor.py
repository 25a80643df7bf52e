"""An editor that has started `sessiond` as its pipe: a real process with pipes of its own."""

import asyncio
from typing import Any

from support.daemon.child import begin_sessiond
from support.daemon.framing import Framing
from support.pipe.place import Place
from support.pipe.talk import SECONDS, Talk

INITIALIZE = {"processId": None, "capabilities": {}}


class Editor(Talk):
    process: asyncio.subprocess.Process

    async def begin(self) -> "Editor":
        """`initialize` and `initialized`; the pipe answers the first by itself."""
        self.request(0, "initialize", **INITIALIZE)
        assert (await self.until(id=0))["result"]["serverInfo"]["name"] == "sessiond"
        self.notify("initialized")
        return self

    async def ends(self) -> int:
        """The exit code, once it has ended by itself; nothing was said on stderr."""
        code = await asyncio.wait_for(self.process.wait(), SECONDS)
        assert self.process.stderr
        assert await self.process.stderr.read() == b""
        return code

    async def end(self) -> None:
        """Whatever it is doing."""
        if self.process.returncode is None:
            self.process.kill()
            await self.process.wait()
        self.writer.close()


async def an_editor(place: Place, framing: Framing = "headers", **environment: Any) -> Editor:
    place.home.mkdir(exist_ok=True)
    process = await begin_sessiond(cwd=place.home, env=place.environment | environment, limit=1 << 20)
    assert process.stdin and process.stdout
    editor = Editor(process.stdout, process.stdin, framing)
    editor.process = process
    return editor
