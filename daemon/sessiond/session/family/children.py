"""A session and its children: the sessions that its tasks have made, and theirs.

Used by the manager to roll up totals and to delete.
"""

from sessiond.engine.cost import add_turn
from sessiond.storage.base import Store
from sessiond_protocol.messages import Session
from sessiond_protocol.methods import UsageResult

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


async def rolled_up_usage(store: Store, session: Session) -> UsageResult:
    """Totals of a session with everything below it; `children` counts them all."""
    usage, cost, count = session.usage, session.cost, 0
    for child in await children_of(store, session.id):
        below = await rolled_up_usage(store, child)
        usage, cost = add_turn(usage, cost, below.usage, below.cost)
        count += 1 + below.children
    return UsageResult(usage=usage, cost=cost, children=count)
