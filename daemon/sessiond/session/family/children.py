"""A session and its children: the sessions that its tasks have made, and theirs.

Used by the keeper to roll up totals and to delete.
"""

from sessiond.engine.cost import add_told
from sessiond.storage.base import Store
from sessiond_protocol.messages import Session, Usage
from sessiond_protocol.wire import Money

PAGE = 500


async def children_of(store: Store, session_id: str) -> list[Session]:
    """All of them, archived ones too."""
    children: list[Session] = []
    for archived in (False, True):
        cursor = None
        while True:
            page = await store.sessions(parent_id=session_id, archived=archived, limit=PAGE, cursor=cursor)
            children += page.sessions
            cursor = page.next_cursor
            if cursor is None:
                break
    return children


async def rolled_up(store: Store, session: Session) -> tuple[Usage, Money | None]:
    """What a session and everything below it has used and cost, by the totals of their rows."""
    usage, cost = session.usage, session.cost
    for child in await children_of(store, session.id):
        usage, cost = add_told(usage, cost, *await rolled_up(store, child))
    return usage, cost
