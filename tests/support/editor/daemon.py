"""The real daemon with a client that is an editor: it opens files, types, and applies the edits it is sent."""

from pathlib import Path
from typing import Any

from support.daemon import Daemon, Home
from support.editor.buffers import Buffers, Message


class EditorDaemon(Daemon):
    def __init__(self, home: Home, **abilities: bool) -> None:
        """`abilities` beside `applyEdit`, as `editor` of the client's options has them."""
        super().__init__(home, editor={"applyEdit": True, **abilities})
        self.buffers = Buffers()
        self.answers["workspace/applyEdit"] = self.apply_edit

    def open(self, path: Path, text: str) -> None:
        self._pass_on(self.buffers.opened(path, text))

    def type(self, path: Path, text: str) -> None:
        """The user makes this the whole text."""
        self._pass_on(self.buffers.typed(path, text))

    def apply_edit(self, params: Message) -> dict[str, Any]:
        result, notifications = self.buffers.apply(params)
        for notification in notifications:
            self._pass_on(notification)
        return {"result": result}

    async def run_tools(self, *calls: tuple[str, dict[str, Any]]) -> list[dict[str, Any]]:
        """A turn in which the model makes these calls, one a step; the states they ended in."""
        self.home.play(*[_step(name, arguments) for name, arguments in calls], {"text": "Done."})
        session_id = await self.create()
        result = await self.chat(session_id, tools=sorted({name for name, _ in calls}))
        assert result["stopReason"] == "endTurn", result
        parts = [part for message in self.state(session_id).conversation() for part in message["parts"]]
        return [part["state"] for part in parts if part["type"] == "tool"]

    def _pass_on(self, notification: Message) -> None:
        self.notify(notification["method"], notification["params"])


def _step(name: str, arguments: dict[str, Any]) -> dict[str, Any]:
    return {"toolCalls": [{"name": name, "arguments": arguments}]}
