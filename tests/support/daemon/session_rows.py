"""What a picker knows of sessions: the rows that answers and notifications have told it, in the order they came in."""

from typing import Any

Row = dict[str, Any]


class SessionRows:
    def __init__(self) -> None:
        self.rows: dict[str, Row] = {}
        self.changes: list[dict[str, Any]] = []
        """The parameters of each `sessions/changed`."""
        self.resyncs = 0

    def hear(self, method: str, params: dict[str, Any]) -> None:
        """Takes `sessions/changed` or `sessions/resync`."""
        if method == "sessions/resync":
            self.resyncs += 1
            self.rows.clear()
            return
        self.changes.append(params)
        self.rows |= {row["id"]: row for row in params["changed"]}
        for session_id in params["deleted"]:
            self.rows.pop(session_id, None)

    def listed(self, result: dict[str, Any]) -> None:
        """Takes a page of `session/list`, or what else has `sessions`."""
        self.rows |= {row["id"]: row for row in result["sessions"]}

    def told(self, session_id: str) -> list[Row]:
        """All that `sessions/changed` has said of a session while it was there."""
        return [row for params in self.changes for row in params["changed"] if row["id"] == session_id]
