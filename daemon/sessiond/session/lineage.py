"""A session's ancestors: who above it hears of its questions. Made by the library, held by the session.

Listeners of an ancestor get a question live, without a `seq`, with the path of sessions from theirs down.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

import msgspec

from sessiond.session.subscribers import Relayed, Subscriber


class Relative(Protocol):
    """As much of a session as its descendants need to know."""

    subscribers: set[Subscriber]


class Lineage:
    def __init__(self, ids: Sequence[str], in_memory: Callable[[str], Relative | None]) -> None:
        """`ids`: from the root down to the session itself. An ancestor that is listened to is in memory."""
        self.ids = tuple(ids)
        self._in_memory = in_memory

    @property
    def depth(self) -> int:
        """0 for a session that has no parent."""
        return len(self.ids) - 1

    def is_attended(self) -> bool:
        """Whether anyone who listens to an ancestor can answer a question."""
        return any(subscriber.answers for _, relative in self._ancestors() for subscriber in relative.subscribers)

    def relay(self, event: Relayed) -> None:
        """Tells the listeners of each ancestor."""
        for path, relative in self._ancestors():
            relayed = msgspec.structs.replace(event, seq=0, path=list(path))
            for subscriber in relative.subscribers:
                subscriber.live(path[0], relayed)

    def _ancestors(self) -> Iterator[tuple[tuple[str, ...], Relative]]:
        """Each that is in memory, with the path from it down to the session itself."""
        for place, session_id in enumerate(self.ids[:-1]):
            if (relative := self._in_memory(session_id)) is not None:
                yield self.ids[place:], relative
