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
    INVALID_REQUEST = -32600
    METHOD_NOT_FOUND = -32601
    INVALID_PARAMS = -32602
    INTERNAL_ERROR = -32603
    SERVER_NOT_INITIALIZED = -32002
    REQUEST_CANCELLED = -32800

    SESSION_NOT_FOUND = 1001
    SESSION_BUSY = 1002
    MESSAGE_NOT_FOUND = 1003
    PERMISSION_NOT_FOUND = 1004
    ALREADY_ANSWERED = 1005
    AUTH_REQUIRED = 1006
    MODEL_NOT_FOUND = 1007
    CONTEXT_OVERFLOW = 1008
    RATE_LIMITED = 1009
    OVERLOADED = 1010
    QUOTA_EXCEEDED = 1011
    INVALID_REQUEST_TO_MODEL = 1012
    PROVIDER_UNAVAILABLE = 1013
    STORAGE_FAILED = 1014
    PAYLOAD_TOO_LARGE = 1015
    UNSUPPORTED_VERSION = 1016
    SHUTTING_DOWN = 1017
    INTERNAL = 1018


ERROR_KINDS: dict[str, ErrorCode] = {
    "sessionNotFound": ErrorCode.SESSION_NOT_FOUND,
    "sessionBusy": ErrorCode.SESSION_BUSY,
    "messageNotFound": ErrorCode.MESSAGE_NOT_FOUND,
    "permissionNotFound": ErrorCode.PERMISSION_NOT_FOUND,
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
    "internal": ErrorCode.INTERNAL,
}
"""`data.kind` of every application error, and its code. `internal` is a defect of the engine."""


class RpcError(Exception):
    """A caller erred, or what it asked for cannot be done. Becomes the error of one JSON-RPC response.

    `message` says what happened, to which thing, and what to do; `data.kind` and its fields
    are for programs.
    """

    def __init__(self, code: int, message: str, data: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.data = data

    @classmethod
    def of_kind(cls, kind: str, message: str, **fields: Any) -> "RpcError":
        """An application error; `fields` stand beside `kind` in `data`, in camelCase."""
        return cls(ERROR_KINDS[kind], message, {"kind": kind, **fields})


class ErrorObject(Wire):
    """The `error` of a JSON-RPC response."""

    code: int
    message: str
    data: dict[str, Any] | None = None
