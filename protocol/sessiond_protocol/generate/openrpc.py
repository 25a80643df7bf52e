"""The OpenRPC document: every method, request to the client and notification with its parameters, result and errors.

`sessiond schema` prints it. Direction and aliases stand in `x-` fields, the former in LSP's words.
"""

from typing import Any

from sessiond_protocol import PROTOCOL_VERSION
from sessiond_protocol.errors import ERROR_KINDS, ErrorCode
from sessiond_protocol.generate.definitions import Schema, definitions
from sessiond_protocol.generate.docstrings import docstrings
from sessiond_protocol.generate.text import GENERATED
from sessiond_protocol.methods import ALIASES, METHODS, Method
from sessiond_protocol.notifications import NOTIFICATIONS, Notification
from sessiond_protocol.requests import CLIENT_REQUESTS, ClientRequest

REFERENCE = "#/components/schemas/{name}"

ANY_METHOD = ("storageFailed", "shuttingDown", "internal", "cancelled")
FIELD_ERRORS = {
    "sessionId": ("sessionNotFound",),
    "parentId": ("sessionNotFound",),
    "messageId": ("messageNotFound",),
    "model": ("modelNotFound", "authRequired"),
    "whenBusy": ("sessionBusy",),
    "requestId": ("alreadyAnswered",),
    "decision": ("permissionNotFound",),
    "answer": ("questionNotFound",),
}
"""What a method may refuse follows from what its parameters name."""


def openrpc() -> dict[str, Any]:
    """The document as a JSON object."""
    schemas = definitions(REFERENCE)
    described = [_method(name, method, schemas) for name, method in METHODS.items()]
    described += [_client_request(name, request, schemas) for name, request in CLIENT_REQUESTS.items()]
    described += [_notification(name, notification, schemas) for name, notification in NOTIFICATIONS.items()]
    return {
        "openrpc": "1.3.2",
        "info": {
            "title": "sessiond",
            "version": str(PROTOCOL_VERSION),
            "description": f"One session engine for coding agents, over stdio. {GENERATED}",
            "license": {"name": "Apache-2.0"},
        },
        "methods": described,
        "components": {"schemas": schemas, "errors": _errors()},
    }


def _method(name: str, method: Method, schemas: dict[str, Schema]) -> dict[str, Any]:
    aliases = [alias for alias, target in ALIASES.items() if target == name]
    params = _params(schemas[method.params.__name__])
    return {
        "name": name,
        "summary": method.summary,
        "paramStructure": "by-name",
        "params": params,
        "result": _result(method),
        "errors": [{"$ref": f"#/components/errors/{kind}"} for kind in _kinds({param["name"] for param in params})],
        "x-messageDirection": "clientToServer",
        **({"x-aliases": aliases} if aliases else {}),
    }


def _client_request(name: str, request: ClientRequest, schemas: dict[str, Schema]) -> dict[str, Any]:
    return {
        "name": name,
        "summary": request.summary,
        "paramStructure": "by-name",
        "params": _params(schemas[request.params.__name__]),
        "result": _result(request),
        "x-messageDirection": "serverToClient",
    }


def _notification(name: str, notification: Notification, schemas: dict[str, Schema]) -> dict[str, Any]:
    """A method without `result`, which is how OpenRPC says that nobody answers."""
    return {
        "name": name,
        "summary": notification.summary,
        "paramStructure": "by-name",
        "params": _params(schemas[notification.params.__name__]),
        "x-messageDirection": notification.direction,
    }


def _params(schema: Schema) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            **({"description": field["description"]} if "description" in field else {}),
            "required": name in schema["required"],
            "schema": {key: value for key, value in field.items() if key != "description"},
        }
        for name, field in schema["properties"].items()
    ]


def _result(method: Method | ClientRequest) -> dict[str, Any]:
    results = method.result if isinstance(method.result, tuple) else (method.result,)
    names = [result.__name__ for result in results]
    references = [{"$ref": REFERENCE.format(name=name)} for name in names]
    return {"name": " or ".join(names), "schema": references[0] if len(names) == 1 else {"anyOf": references}}


def _kinds(params: set[str]) -> list[str]:
    named = {kind for param in params for kind in FIELD_ERRORS.get(param, ())}
    return [kind for kind in ERROR_KINDS if kind in named or kind in ANY_METHOD]


def _errors() -> dict[str, Any]:
    """Every error by its `data.kind`."""
    below = docstrings(ErrorCode.__module__)
    return {
        kind: {
            "code": int(code),
            "message": below[f"{ErrorCode.__name__}.{code.name}"],
            "data": {"kind": kind},
        }
        for kind, code in ERROR_KINDS.items()
    }
