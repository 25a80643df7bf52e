"""The handlers of `session/…` but chat and abort, and of `message/get`."""

from sessiond.server.call import Call
from sessiond_protocol.keeping.usage import UsageResult
from sessiond_protocol.messages import Message, Session
from sessiond_protocol.methods import (
    CreateParams,
    ListParams,
    ListResult,
    MessageParams,
    MessagesParams,
    MessagesResult,
    SessionParams,
    SubscribeParams,
    SubscribeResult,
    UpdateParams,
)
from sessiond_protocol.tools import TodosResult
from sessiond_protocol.wire import NoParams


async def create(call: Call, params: CreateParams) -> Session:
    sessions = await call.client.sessions()
    call.keep_place()
    return await sessions.create(params, call.client.subscriber)


async def list_sessions(call: Call, params: ListParams) -> ListResult:
    sessions = await call.client.sessions()
    with call.reading_rows():
        return await sessions.list(params)


async def get(call: Call, params: SessionParams) -> Session:
    sessions = await call.client.sessions()
    with call.reading_rows():
        return await sessions.get(params.session_id)


async def messages(call: Call, params: MessagesParams) -> MessagesResult:
    sessions = await call.client.sessions()
    return await sessions.messages(params)


async def subscribe(call: Call, params: SubscribeParams) -> SubscribeResult:
    sessions = await call.client.sessions()
    subscription = await sessions.subscribe(params, call.client.subscriber)
    call.keep_place()  # opening a session takes time, and since it was registered nothing was awaited
    call.client.outbox.subscribed(params.session_id, subscription)
    if call.client.questions is not None:
        for request in (*subscription.result.permissions, *subscription.result.questions):
            call.client.questions.ask(request)
    return subscription.result


async def unsubscribe(call: Call, params: SessionParams) -> NoParams:
    sessions = await call.client.sessions()
    sessions.unsubscribe(params.session_id, call.client.subscriber)
    call.client.outbox.forget(params.session_id)
    return NoParams()


async def update(call: Call, params: UpdateParams) -> Session:
    sessions = await call.client.sessions()
    call.keep_place()
    return await sessions.update(params)


async def delete(call: Call, params: SessionParams) -> NoParams:
    sessions = await call.client.sessions()
    call.keep_place()
    await sessions.delete(params.session_id)
    return NoParams()


async def usage(call: Call, params: SessionParams) -> UsageResult:
    sessions = await call.client.sessions()
    return await sessions.usage(params.session_id)


async def children(call: Call, params: SessionParams) -> ListResult:
    sessions = await call.client.sessions()
    with call.reading_rows():
        return await sessions.children(params.session_id)


async def todos(call: Call, params: SessionParams) -> TodosResult:
    sessions = await call.client.sessions()
    return await sessions.todos(params.session_id)


async def message(call: Call, params: MessageParams) -> Message:
    sessions = await call.client.sessions()
    return await sessions.message(params.session_id, params.message_id)
