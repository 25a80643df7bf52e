"""An MCP server whose one tool asks its user: `ask`, with the parameters of `elicitation/create` as its arguments.

A script of its own. What it does otherwise is in `plain_server.py`.
"""

import json
import os
from typing import Any

from plain_server import ANY, Json, Server, text

ASK = {
    "name": "ask",
    "description": "Asks the user and gives what they answer; with `die` it ends as soon as it has asked.",
    "inputSchema": ANY,
}


class Asking(Server):
    def __init__(self) -> None:
        super().__init__(None)
        self.asked: dict[str, Any] = {}
        """The call that each question belongs to."""

    def tools_list(self, _: Json) -> Json:
        return {"tools": [ASK]}

    def call(self, request_id: Any, params: Json) -> None:
        arguments = dict(params.get("arguments") or {})
        dies = arguments.pop("die", False)
        question = f"question {len(self.asked) + 1}"
        self.asked[question] = request_id
        self.send({"jsonrpc": "2.0", "id": question, "method": "elicitation/create", "params": arguments})
        if dies:
            os._exit(3)

    def receive(self, message: Json) -> None:
        super().receive(message)
        if "method" not in message and message.get("id") in self.asked:
            answer = message.get("result", message.get("error"))
            self.answer(self.asked.pop(message["id"]), text(json.dumps(answer, sort_keys=True)))


if __name__ == "__main__":
    Asking().run()
