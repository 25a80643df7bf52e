"""Keeper of all sessions: makes, finds, lists, opens and deletes them, and owns their turns.

Called by the faces, one method of the protocol each. Raises RpcError for a caller's errors.
"""

from typing import Any

import msgspec

from sessiond.session.subscribers import Subscriber
from sessiond_protocol.messages import Message, Session
from sessiond_protocol.methods import (
    AbortResult, ChatParams, ChatResult, CreateParams, ListParams, ListResult, MessagesParams, MessagesResult,
    PermissionListResult, PermissionReplyParams, PermissionReplyResult, SubscribeParams, SubscribeResult,
    UpdateParams, UsageResult,
)


class Turn:
    """A turn that has begun; it belongs to the manager and goes on when its caller leaves."""

    session_id: str
    turn_id: str

    async def result(self) -> ChatResult:
        """Waits for the end; waiting may be cancelled, the turn is not."""
        raise NotImplementedError


class Subscription(msgspec.Struct):
    """What `subscribe` gives. Nothing is awaited between the registration and the return, so a
    caller that queues `result` and then `replay` at once keeps the order of the log."""

    result: SubscribeResult
    replay: list[bytes]
    """Encoded durable events from `after` + 1 up to `result.seq`, for mode `replay`."""


class SessionManager:
    async def create(self, params: CreateParams, subscriber: Subscriber | None, by: str) -> Session: raise NotImplementedError
    async def get(self, session_id: str) -> Session: raise NotImplementedError
    async def list(self, params: ListParams) -> ListResult: raise NotImplementedError
    async def children(self, session_id: str) -> ListResult: raise NotImplementedError
    async def messages(self, params: MessagesParams) -> MessagesResult: raise NotImplementedError
    async def message(self, session_id: str, message_id: str) -> Message: raise NotImplementedError
    async def subscribe(self, params: SubscribeParams, subscriber: Subscriber) -> Subscription: raise NotImplementedError
    def unsubscribe(self, session_id: str, subscriber: Subscriber) -> None: raise NotImplementedError
    def leave(self, subscriber: Subscriber) -> None:
        """Ends all of a subscriber's subscriptions; its connection is gone."""
        raise NotImplementedError
    async def chat(self, params: ChatParams, subscriber: Subscriber | None) -> Turn:
        """Records the prompt and begins a turn; the prompt is on the disk when this returns."""
        raise NotImplementedError
    async def abort(self, session_id: str, turn_id: str | None = None) -> AbortResult: raise NotImplementedError
    async def update(self, params: UpdateParams) -> Session: raise NotImplementedError
    async def delete(self, session_id: str) -> None: raise NotImplementedError
    async def usage(self, session_id: str) -> UsageResult: raise NotImplementedError
    def permissions(self, session_id: str | None) -> PermissionListResult: raise NotImplementedError
    async def reply(self, params: PermissionReplyParams, by: str) -> PermissionReplyResult: raise NotImplementedError
