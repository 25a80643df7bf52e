"""Whether commands run in a sandbox, and how: looked for once, told to clients, never lost silently.

`bash` asks it for the command line; `server/status` shows its `status`. Decision 0086.
"""

import asyncio
import logging
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Literal, NamedTuple

from sessiond.tools.failure import ToolFailed
from sessiond.tools.shell.sandbox.bubblewrap import arguments, inside, programs
from sessiond.tools.shell.sandbox.mounts import Mounts, Own, mounts
from sessiond.tools.shell.sandbox.temporary import Temporary, remove_forsaken
from sessiond_protocol.serving.lifecycle import SandboxStatus

log = logging.getLogger(__name__)

Mode = Literal["auto", "off", "required"]
PROBE_SECONDS = 1.0
MISSING = "bubblewrap is not installed (the system's package of it, or `pip install 'sessiond[sandbox]'`)"


class Confined(NamedTuple):
    """A command line in the sandbox, and what must be looked at after it."""

    words: list[str]
    environment: dict[str, str]
    places: Mounts


class Sandbox:
    """One for an engine. `/tmp` in it is a directory of its own that all commands share until the engine ends."""

    def __init__(
        self, mode: Mode = "auto", *, network: bool = False, writable: Sequence[str] = (), own: Own | None = None
    ) -> None:
        self.mode = mode
        self.network = network
        self.status = SandboxStatus(state="none", reason=_before(mode))
        self._writable = writable
        self._own = own or Own()
        self._program: str | None = None
        self._probing: asyncio.Lock | None = None
        self._probed = False
        self._temporary: Temporary | None = None

    @property
    def confines(self) -> bool:
        """Whether a command is to run in it, as far as is known yet."""
        return self.mode != "off" and (self.status.state == "bubblewrap" or not self._probed)

    @property
    def limits(self) -> str:
        """What a command cannot do in it, for the model."""
        return f"{'' if self.network else 'no network, and '}only the project and /tmp can be written"

    async def look(self, environment: Mapping[str, str]) -> SandboxStatus:
        """Looks for a sandbox that works, once, for a second at most; gives the status."""
        if self.mode != "off":
            self._probing = self._probing or asyncio.Lock()
            async with self._probing:
                if not self._probed:
                    self.status = await asyncio.to_thread(self._found, dict(environment))
                    self._probed = True
                    if self.status.state == "none":
                        log.warning("shell commands run without a sandbox: %s", self.status.reason)
        return self.status

    def confined(self, words: Sequence[str], root: Path, cwd: Path, environment: Mapping[str, str]) -> Confined:
        """Blocks while it looks at files. Raises ToolFailed when there is none."""
        if self._program is None:
            raise ToolFailed(f"There is no sandbox: {self.status.reason}.")
        try:
            places = mounts(root, environment, self._writable, self._own)
            return Confined([*self._before(self._program, places, cwd), *words], inside(environment), places)
        except OSError as error:
            raise ToolFailed(f"The sandbox cannot be prepared: {error}.") from None

    def _before(self, program: str, places: Mounts, cwd: Path) -> list[str]:
        ours = self._made()
        return [program, *arguments(places, temporary=ours.tmp, empty=ours.empty, cwd=cwd, network=self.network)]

    def _made(self) -> Temporary:
        if self._temporary is None or not self._temporary.empty.exists():  # whoever tidies /tmp takes it away
            self._temporary = Temporary()
        return self._temporary

    def _found(self, environment: Mapping[str, str]) -> SandboxStatus:
        if sys.platform != "linux":
            return SandboxStatus(state="none", reason=f"bubblewrap needs Linux, and this is {sys.platform}")
        remove_forsaken()
        reasons: list[str] = []
        for program in programs(environment):
            try:
                reason = self._tried(program, environment)
            except OSError as error:
                reason = f"{program} cannot be used: {error.strerror or error}"
            if reason is None:
                self._program = program
                return SandboxStatus(state="bubblewrap")
            reasons.append(reason)
        return SandboxStatus(state="none", reason="; ".join(reasons) or MISSING)

    def _tried(self, program: str, environment: Mapping[str, str]) -> str | None:
        """Runs nothing at all, with the arguments of a real command; gives the reason why that does not work."""
        cwd = self._made().tmp
        places = mounts(cwd, environment, self._writable, self._own)
        try:
            done = subprocess.run(
                [*self._before(program, places, cwd), "true"],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                errors="replace",
                timeout=PROBE_SECONDS,
                env=inside(environment),
                check=False,
            )
        except subprocess.TimeoutExpired:
            return f"{program} did not answer within {PROBE_SECONDS:g} s"
        said = done.stderr.strip().removeprefix("bwrap: ").splitlines()
        return None if done.returncode == 0 else f"{program} does not work here: {said[-1] if said else 'no reason'}"


def removed(places: Mounts) -> list[str]:
    """What a command made that must not be there; it is gone now."""
    names: list[str] = []
    for path in places.absent:
        if os.path.lexists(path):
            with suppress(IsADirectoryError):  # as a directory it does nothing
                path.unlink()
                names.append(str(path))
    return names


def _before(mode: Mode) -> str:
    return "switched off in the settings" if mode == "off" else "not looked for yet"
