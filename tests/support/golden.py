"""Plays a conversation written down in Markdown against a real daemon.

`tests/conversations/README.md` explains the form; `tests/e2e/test_golden_conversations.py` plays all there are.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from support.daemon import Daemon, Home
from support.daemon.framing import frame
from support.mcp.servers import asking_command

_FENCE = re.compile(r"^```(\w+) (\w+)(?: (\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_NAME = re.compile(r"\$\w+")


class Block(NamedTuple):
    kind: str
    name: str
    text: str
    line: int

    def lines(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """The JSON objects of the block, each with the line of the document it stands in."""
        for number, line in enumerate(self.text.splitlines(), self.line + 1):
            if line.strip():
                yield number, json.loads(line)


def blocks(document: str) -> list[Block]:
    return [
        Block(found[2], found[3] or "", found[4], document[: found.start()].count("\n") + 1)
        for found in _FENCE.finditer(document)
    ]


class Conversation:
    """One document being played: what the server has said and no line has expected yet, and the names so far."""

    def __init__(self, document: Path, home: Home) -> None:
        self._document = document
        self._home = home
        self._heard: list[dict[str, Any]] = []
        self._names: dict[str, Any] = {"$project": str(home.project)}
        self._daemon: Daemon | None = None

    async def play(self) -> None:
        for block in blocks(self._document.read_text("utf-8")):
            try:
                await self._play(block)
            except BaseException as error:
                error.add_note(f"in the block at {self._document.name}:{block.line}; heard and not expected yet:")
                error.add_note("\n".join(json.dumps(message, default=str) for message in self._heard))
                await self._end()
                raise
        await self._end()
        left = [message for message in self._heard if is_to_be_expected(message)]
        assert left == [], f"{self._document.name} does not mention what the server said: {left}"

    async def _play(self, block: Block) -> None:
        match block.kind:
            case "config":
                self._home.configure(block.text.replace('"$asker"', json.dumps(asking_command())[1:-1]))
            case "script":
                self._home.play(*(step for _, step in block.lines()))
            case "file":
                (self._home.project / block.name).write_text(block.text)
            case "restart":
                await self._end()
            case "client":
                await self._say(block)
            case "server":
                await self._expect(block)
            case other:
                raise AssertionError(f"{self._document.name}:{block.line}: there is no kind of block named {other}")

    async def _say(self, block: Block) -> None:
        daemon = await self._started()
        for _, message in block.lines():
            daemon.send_bytes(frame({"jsonrpc": "2.0", **self._filled(message)}, daemon.framing))

    async def _expect(self, block: Block) -> None:
        daemon = await self._started()
        for number, expected in block.lines():
            said = await daemon.until(lambda expected=expected: self._next(expected))
            problem = difference(self._names, expected, said)
            assert problem is None, (
                f"{self._document.name}:{number}: {problem}\n  said: {json.dumps(said, default=str)}"
            )

    def _next(self, expected: dict[str, Any]) -> dict[str, Any] | None:
        """The next thing said that a line must expect, live events passed over unless this line is one."""
        while self._heard:
            said = self._heard.pop(0)
            if expected.get("type") == said.get("type") == "part.delta":
                return self._whole_delta(said, len(expected["text"]))
            if is_to_be_expected(said) or said.get("type") == expected.get("type"):
                return said
        return None

    def _whole_delta(self, said: dict[str, Any], length: int) -> dict[str, Any] | None:
        """Joins deltas up to the length wanted: how they are cut means nothing."""
        while len(said["text"]) < length and self._heard and self._heard[0].get("type") == "part.delta":
            said = said | {"text": said["text"] + self._heard.pop(0)["text"]}
        if len(said["text"]) < length and not self._heard:
            self._heard.insert(0, said)
            return None
        return said

    def _hear(self, message: dict[str, Any]) -> None:
        if message.get("method") == "session/event":
            self._heard += message["params"]["events"]
        elif message.get("id") != "golden":
            self._heard.append({name: value for name, value in message.items() if name != "jsonrpc"})

    def _filled(self, value: Any) -> Any:
        """The value with names in place of which something has been said."""
        if isinstance(value, str):
            return self._names.get(value, value)
        if isinstance(value, dict):
            return {key: self._filled(member) for key, member in value.items()}
        return [self._filled(member) for member in value] if isinstance(value, list) else value

    async def _started(self) -> Daemon:
        if self._daemon is None:
            self._daemon = Daemon(self._home, "lines")
            await self._daemon.start()
            self._daemon.on_message = self._hear
            self._daemon.folds = False
        return self._daemon

    async def _end(self) -> None:
        """Ends the daemon in good order; the next block that needs one starts another."""
        daemon, self._daemon = self._daemon, None
        if daemon is not None:
            daemon.on_message = lambda message: None
            daemon.unread.clear()  # answers to requests that the document made
            await daemon.close()


def is_to_be_expected(message: dict[str, Any]) -> bool:
    """Live events may go unmentioned; answers and facts may not."""
    return "type" not in message or "seq" in message


def difference(names: dict[str, Any], expected: Any, said: Any, where: str = "") -> str | None:
    """What differs, or None. Fields that are not expected may be there; a `$name` stands for what it met first."""
    if expected == "...":
        return None
    if isinstance(expected, str) and _NAME.fullmatch(expected):
        expected = names.setdefault(expected, said)
    if isinstance(expected, dict) and isinstance(said, dict):
        return _first(difference(names, value, said.get(key), f"{where}.{key}") for key, value in expected.items())
    if isinstance(expected, list) and isinstance(said, list) and len(expected) == len(said):
        pairs = enumerate(zip(expected, said, strict=True))
        return _first(difference(names, one, other, f"{where}[{index}]") for index, (one, other) in pairs)
    return None if expected == said else f"{where or 'it'} is {said!r}, not {expected!r}"


def _first(differences: Iterator[str | None]) -> str | None:
    return next((found for found in differences if found), None)
