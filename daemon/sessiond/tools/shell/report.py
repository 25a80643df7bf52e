"""What the model reads of a command that has ended, and what the client gets. Pure; `bash.py` calls it."""

import re
import signal
from pathlib import Path
from typing import Any

import msgspec

from sessiond.tools.base import ToolResult
from sessiond.tools.shell.running import Ended
from sessiond_protocol.serving.lifecycle import SandboxStatus

_SIGNAL = 128
"""A shell's exit codes above it: what a signal has ended."""
_BY_SANDBOX = re.compile(
    r"read-only file system|permission denied|operation not permitted|network is unreachable|no route to host"
    r"|could(?:n't| not) resolve|name resolution|name or service not known|failed to lookup|EAI_AGAIN|ENOTFOUND"
    r"|ENETUNREACH|EROFS|EACCES|EPERM|connection refused|ECONNREFUSED|failed to connect",
    re.IGNORECASE,
)


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """All that is known once the command has ended."""

    ended: Ended
    seconds: float
    """How long it was given."""
    shown: str
    truncated: bool
    file: Path | None
    sandbox: SandboxStatus
    limits: str | None
    """What the sandbox kept it from; None where `unsandboxed` would make no difference."""
    removed: list[str]
    """Files that it made and that must not be there."""

    def result(self, title: str) -> ToolResult:
        number = _signal_of(self.ended.code)
        metadata: dict[str, Any] = {
            "exitCode": self.ended.code,
            "signal": number,
            "timedOut": self.ended.timed_out,
            "truncated": self.truncated,
            "outputFile": str(self.file) if self.file else None,
            "sandbox": msgspec.to_builtins(self.sandbox),
        }
        text = self.shown.removesuffix("\n") or "(no output)"
        return ToolResult("\n".join((text, *self._notes(number))), title, metadata)

    def _notes(self, number: str | None) -> list[str]:
        notes = [self._how_it_ended(number)]
        if self.ended.left:
            more = len(self.ended.left) - 3
            names = ", ".join(f"`{name}`" for name in self.ended.left[:3]) + (f" and {more} more" if more > 0 else "")
            notes.append(f"(Still running in the background, and ended with the command: {names})")
        if self.removed:
            notes.append(f"(Removed again, since git would run what it names: {', '.join(self.removed)})")
        if self.limits and self.ended.code != 0 and not self.ended.timed_out and _BY_SANDBOX.search(self.shown):
            notes.append(
                f"(It ran in the sandbox: {self.limits}. If that is why it failed, call it again with `unsandboxed`; "
                "the developer is asked.)"
            )
        return notes

    def _how_it_ended(self, number: str | None) -> str:
        if self.ended.timed_out:
            return (
                f"(timed out: ended after {self.seconds:g} s with what it had started; `timeout` in milliseconds gives "
                "it longer)"
            )
        return f"(exit code {self.ended.code}{f': {number}' if number else ''})"


def _signal_of(code: int) -> str | None:
    try:
        return signal.Signals(code - _SIGNAL).name if code > _SIGNAL else None
    except ValueError:
        return None
