"""What a session is when it is made: by a client's `session/create`, or for a task by `delegation.py`."""

import time
from decimal import Decimal

from sessiond.engine.identifiers import now
from sessiond_protocol.errors import ErrorCode, RpcError
from sessiond_protocol.messages import Session


def new_session(
    session_id: str, directory: str, *, title: str | None, parent_id: str | None, model: str | None
) -> Session:
    at = now()
    return Session(
        id=session_id,
        title=title or default_title(parent_id, at),
        directory=directory,
        created_at=at,
        updated_at=at,
        parent_id=parent_id,
        model=model,
        cost=Decimal(0),
    )


def check_title(title: str | None) -> None:
    """Raises RpcError for a title that says nothing."""
    if title is not None and not title.strip():
        raise RpcError(
            ErrorCode.INVALID_PARAMS, "`title` must not be empty.", {"kind": "invalidRequest", "field": "title"}
        )


def is_unnamed(session: Session) -> bool:
    """Whether neither the user nor a prompt has given it a title yet."""
    return session.title == default_title(session.parent_id, session.created_at)


def default_title(parent_id: str | None, at: int) -> str:
    """What a session is called until it gets a better name. `at` is in ms since the epoch."""
    kind = "New session" if parent_id is None else "Child session"
    return f"{kind} - {time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(at / 1000))}.{at % 1000:03}Z"
