"""The errors of the protocol: JSON-RPC codes, application codes, and `data.kind`, which is the contract.

Raised by handlers and the rooms below them as `RpcError`; sent by the server. Failed model calls
are no errors of a request: they stand as `Failure` in results and events, with the same kinds.
"""

from enum import IntEnum
from typing import Any

from sessiond_protocol.wire import Wire


class ErrorCode(IntEnum):
    """JSON-RPC and LSP codes keep their meaning; the application's start at 1001."""

    PARSE_ERROR = -32700
    """The message is not JSON; the connection goes on."""
    INVALID_REQUEST = -32600
    """The message is JSON but no JSON-RPC request."""
    METHOD_NOT_FOUND = -32601
    """There is no such method."""
    INVALID_PARAMS = -32602
    """The parameters do not fit the method; the message names the field."""
    INTERNAL_ERROR = -32603
    """A defect of the engine; its log has the details."""
    SERVER_NOT_INITIALIZED = -32002
    """A request came before `initialize`."""
    REQUEST_CANCELLED = -32800
    """`$/cancelRequest` stopped the request."""

    SESSION_NOT_FOUND = 1001
    """No session has this id."""
    SESSION_BUSY = 1002
    """A turn runs already; `turnId` names it."""
    MESSAGE_NOT_FOUND = 1003
    """The session has no message with this id."""
    PERMISSION_NOT_FOUND = 1004
    """No question about a call has this id."""
    ALREADY_ANSWERED = 1005
    """Someone else answered first; `by` says who."""
    AUTH_REQUIRED = 1006
    """The provider has no key, or refuses the one it has; `provider` names it."""
    MODEL_NOT_FOUND = 1007
    """No model has this name; `near` lists names like it."""
    CONTEXT_OVERFLOW = 1008
    """The conversation does not fit the model's context."""
    RATE_LIMITED = 1009
    """The provider asks to wait; `retryAfterMs` says how long where it is known."""
    OVERLOADED = 1010
    """The provider has no capacity now."""
    QUOTA_EXCEEDED = 1011
    """The account's credit or quota is used up."""
    INVALID_REQUEST_TO_MODEL = 1012
    """The provider refuses the request itself; asking again does not help."""
    PROVIDER_UNAVAILABLE = 1013
    """The provider cannot be reached, failed, or broke off its answer."""
    STORAGE_FAILED = 1014
    """The store cannot do it; nothing was changed. The message names the place and the remedy."""
    PAYLOAD_TOO_LARGE = 1015
    """The message is larger than `limits.maxMessageBytes`."""
    UNSUPPORTED_VERSION = 1016
    """The client speaks a version of the protocol that this engine does not; `versions` lists those it does."""
    SHUTTING_DOWN = 1017
    """The engine is ending and takes no new work."""
    QUESTION_NOT_FOUND = 1018
    """No question of a tool or an MCP server has this id."""
    PROMPT_NOT_QUEUED = 1019
    """No prompt with this id waits in the queue: it has begun, or was withdrawn, or never came."""
    PROMPT_WITHDRAWN = 1020
    """The prompt was withdrawn from the queue and is not answered."""
    QUEUE_HELD = 1021
    """The prompt is kept and waits in a queue that does not go on by itself; `queue/resume` lets it."""
    ENGINE_LOST = 1022
    """The engine ended before it answered; what was recorded is there, and another engine is being started."""
    ENGINE_UNAVAILABLE = 1023
    """No engine can be started or reached; the message says why, and the next request tries again."""


ERROR_KINDS: dict[str, ErrorCode] = {
    "sessionNotFound": ErrorCode.SESSION_NOT_FOUND,
    "sessionBusy": ErrorCode.SESSION_BUSY,
    "messageNotFound": ErrorCode.MESSAGE_NOT_FOUND,
    "permissionNotFound": ErrorCode.PERMISSION_NOT_FOUND,
    "questionNotFound": ErrorCode.QUESTION_NOT_FOUND,
    "promptNotQueued": ErrorCode.PROMPT_NOT_QUEUED,
    "promptWithdrawn": ErrorCode.PROMPT_WITHDRAWN,
    "queueHeld": ErrorCode.QUEUE_HELD,
    "engineLost": ErrorCode.ENGINE_LOST,
    "engineUnavailable": ErrorCode.ENGINE_UNAVAILABLE,
    "alreadyAnswered": ErrorCode.ALREADY_ANSWERED,
    "authRequired": ErrorCode.AUTH_REQUIRED,
    "modelNotFound": ErrorCode.MODEL_NOT_FOUND,
    "contextOverflow": ErrorCode.CONTEXT_OVERFLOW,
    "rateLimited": ErrorCode.RATE_LIMITED,
    "overloaded": ErrorCode.OVERLOADED,
    "quotaExceeded": ErrorCode.QUOTA_EXCEEDED,
    "invalidRequest": ErrorCode.INVALID_REQUEST_TO_MODEL,
    "providerUnavailable": ErrorCode.PROVIDER_UNAVAILABLE,
    "storageFailed": ErrorCode.STORAGE_FAILED,
    "payloadTooLarge": ErrorCode.PAYLOAD_TOO_LARGE,
    "unsupportedVersion": ErrorCode.UNSUPPORTED_VERSION,
    "shuttingDown": ErrorCode.SHUTTING_DOWN,
    "internal": ErrorCode.INTERNAL_ERROR,
    "cancelled": ErrorCode.REQUEST_CANCELLED,
}
"""Every `data.kind`, and the code it has by itself."""

_KIND_OF_CODE = {code: "invalidRequest" for code in ErrorCode} | {code: kind for kind, code in ERROR_KINDS.items()}
"""JSON-RPC and LSP have several codes for a caller that erred; all of them are one kind."""


class RpcError(Exception):
    """A caller erred, or what it asked for cannot be done. Becomes the error of one JSON-RPC response.

    `message` says what happened, to which thing, and what to do; `data.kind` and its fields
    are for programs. The kind follows from the code where `data` does not say it.
    """

    def __init__(self, code: ErrorCode, message: str, data: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.data = {"kind": _KIND_OF_CODE[code], **(data or {})}

    @classmethod
    def of_kind(cls, kind: str, message: str, **fields: Any) -> "RpcError":
        """An application error; `fields` stand beside `kind` in `data`, in camelCase."""
        return cls(ERROR_KINDS[kind], message, {"kind": kind, **fields})


class ErrorObject(Wire):
    """The `error` of a JSON-RPC response. `data` has `kind`, and what belongs to it."""

    code: int
    message: str
    data: dict[str, Any]
