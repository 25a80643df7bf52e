"""Changed rows of `session/list` that wait for one client: in batches, the newest state of each session once.

Entries of the queue as those of `entries.py`; filled by `watched.py`.
"""

from sessiond_protocol.wire import to_json

NOTIFICATION = b'{"jsonrpc":"2.0","method":"sessions/changed","params":{"changed":[%b],"deleted":[%b]}}'
ROW_BYTES = 256
"""What a row takes beside its JSON, roughly."""


class Waiting:
    """All of the rows, whatever batch they are in."""

    def __init__(self) -> None:
        self.cost = 0
        """Bytes."""
        self._batches: dict[str, Batch] = {}

    def __len__(self) -> int:
        return len(self._batches)

    def batch_of(self, session_id: str) -> "Batch | None":
        return self._batches.get(session_id)

    def put(self, batch: "Batch", session_id: str, json: bytes | None) -> None:
        """The session's row, in the place of the one that it has in this batch; it has none in another."""
        if session_id in batch.rows:
            self.cost -= _cost(batch.rows[session_id])
        self.cost += _cost(json)
        self._batches[session_id] = batch
        batch.rows[session_id] = json

    def drop(self, session_id: str) -> None:
        """Takes a row out that is there."""
        self.cost -= _cost(self._batches.pop(session_id).rows.pop(session_id))

    def clear(self) -> "set[Batch]":
        """Forgets all; gives the batches that they were in."""
        batches = set(self._batches.values())
        for batch in batches:
            batch.rows.clear()
        self._batches.clear()
        self.cost = 0
        return batches


class Batch:
    """Rows that go out together."""

    __slots__ = ("_waiting", "rows")

    def __init__(self, waiting: Waiting) -> None:
        self.rows: dict[str, bytes | None] = {}
        self._waiting = waiting

    def take(self, room: int) -> bytes:
        """One `sessions/changed` with as many rows as fit, one at least."""
        changed: list[bytes] = []
        deleted: list[bytes] = []
        for session_id, json in list(self.rows.items()):
            room -= _cost(json)
            if room < 0 and (changed or deleted):
                break
            self._waiting.drop(session_id)
            if json is None:
                deleted.append(to_json(session_id))
            else:
                changed.append(json)
        return NOTIFICATION % (b",".join(changed), b",".join(deleted))


class Missed:
    """The news that rows were dropped and that nothing is watched any more."""

    __slots__ = ()


def _cost(json: bytes | None) -> int:
    return ROW_BYTES + len(json or b"")
