"""From a method's name to its handler, and from what the handler gives or raises to the response.

Called by `connection.py` for every request after the handshake. The table of methods is the protocol's.
"""

import logging
from collections.abc import Awaitable, Callable
from difflib import get_close_matches
from typing import Any, TypeAlias

import msgspec

from sessiond.server.call import Call
from sessiond.server.handlers import (
    catalog,
    chat,
    course,
    exchange,
    mcp,
    permission,
    project,
    question,
    queue,
    server,
    session,
    sessions,
)
from sessiond.server.parameters import decode_params
from sessiond.server.wire.json_rpc import encode_error, encode_result
from sessiond_protocol.errors import ErrorCode, RpcError
from sessiond_protocol.methods import ALIASES, METHODS

log = logging.getLogger(__name__)

Handler: TypeAlias = Callable[[Call, Any], Awaitable[Any]]

HANDLERS: dict[str, Handler] = {
    "session/create": session.create,
    "session/list": session.list_sessions,
    "session/get": session.get,
    "session/messages": session.messages,
    "session/subscribe": session.subscribe,
    "session/unsubscribe": session.unsubscribe,
    "session/chat": chat.chat,
    "session/summarize": chat.summarize,
    "session/abort": chat.abort,
    "session/initProject": chat.init_project,
    "session/update": session.update,
    "session/fork": course.fork,
    "session/revert": course.revert,
    "session/unrevert": course.unrevert,
    "session/delete": session.delete,
    "session/usage": session.usage,
    "session/export": exchange.export,
    "session/import": exchange.bring,
    "session/children": session.children,
    "session/todos": session.todos,
    "sessions/watch": sessions.watch,
    "sessions/unwatch": sessions.unwatch,
    "queue/list": queue.list_prompts,
    "queue/update": queue.update,
    "queue/remove": queue.remove,
    "queue/reorder": queue.reorder,
    "queue/resume": queue.resume,
    "sessions/prune": sessions.prune,
    "message/get": session.message,
    "permission/list": permission.list_permissions,
    "permission/reply": permission.reply,
    "permission/rules": permission.rules,
    "permission/removeRule": permission.remove_rule,
    "question/list": question.list_questions,
    "question/reply": question.reply,
    "project/status": project.status,
    "project/trust": project.trust,
    "tool/list": catalog.tools,
    "command/list": mcp.commands,
    "mcp/list": mcp.list_servers,
    "mcp/connect": mcp.connect,
    "mcp/disconnect": mcp.disconnect,
    "mcp/logs": mcp.logs,
    "mcp/resources": mcp.resources,
    "model/list": catalog.models,
    "provider/list": catalog.providers,
    "provider/setKey": catalog.set_key,
    "server/status": server.status,
    "server/stop": server.stop,
}

CANCEL_THEMSELVES = {"session/chat", "session/summarize", "session/initProject"}
"""Methods whose handler says what a cancellation does. It may come before the handler has begun."""


def cancels_itself(method: str) -> bool:
    """Whether the task of such a request must be left alone when the request is cancelled."""
    return ALIASES.get(method, method) in CANCEL_THEMSELVES


async def answer(call: Call, method: str, raw_params: msgspec.Raw) -> None:
    """Runs the method's handler and sends its response. Raises nothing but a cancellation."""
    try:
        name = _known(method)
        kind: type[Any] = METHODS[name].params
        params = decode_params(raw_params, kind, method)
        response = encode_result(call.id, await HANDLERS[name](call, params))
    except RpcError as error:
        response = encode_error(call.id, error)
    except Exception as error:  # a defect of ours costs one request, not the connection
        log.error("%s failed: %s: %s", method, type(error).__name__, error)
        log.debug("%s failed", method, exc_info=True)
        response = encode_error(call.id, _defect(method))
    call.respond(response)


def _known(method: str) -> str:
    name = ALIASES.get(method, method)
    if name not in HANDLERS:
        raise unknown_method(method)
    return name


def unknown_method(method: str) -> RpcError:
    """The error for a method that does not exist, with those whose names are near."""
    near = get_close_matches(method[:100], [*METHODS, *ALIASES], n=3)
    hint = f"; did you mean {' or '.join(near)}?" if near else ""
    return RpcError(ErrorCode.METHOD_NOT_FOUND, f"there is no method {method[:100]!r}{hint}", {"near": near})


def _defect(method: str) -> RpcError:
    return RpcError.of_kind("internal", f"{method} failed because of a defect in sessiond; its log says more")
