"""What the SDK raises, as failures in sentences for people and models.

The texts of servers are clipped; to make them fit for a terminal is left to who shows them.
"""

import os
import socket
import ssl
from typing import cast

import httpx2
from mcp import MCPError
from mcp_types import CONNECTION_CLOSED
from pydantic import ValidationError

from sessiond.mcp.base import Lost, ServerFailed

LONGEST_TEXT = 1000
MADE_HERE = {"sessiond": True}
"""The data of an error answer that comes from us, where a server did not give one."""


def cause_of(error: BaseException) -> BaseException:
    """The one that matters of a group of exceptions: a failure that is already told, else the first error."""
    if not isinstance(error, BaseExceptionGroup):
        return error
    group = cast("BaseExceptionGroup[BaseException]", error)
    causes = [cause_of(each) for each in group.exceptions]
    told = [cause for cause in causes if isinstance(cause, ServerFailed)]
    errors = [cause for cause in causes if isinstance(cause, Exception)]
    return (told or errors or causes)[0]


def failure_of(error: BaseException) -> ServerFailed:
    """Of a request that was made."""
    match cause := cause_of(error):
        case ServerFailed():
            return cause
        case MCPError() if cause.data == MADE_HERE:
            return ServerFailed(cause.message)
        case MCPError() if cause.code == CONNECTION_CLOSED:
            return ServerFailed(f"The request failed: {clipped(cause.message)}")
        case MCPError():
            return ServerFailed(f"The server answered with an error: {clipped(cause.message)} ({cause.code})")
        case ValidationError():
            return ServerFailed(f"The server's answer is not what MCP asks for: {invalid(cause)}.")
        case _:
            return ServerFailed(f"The server's answer cannot be used: {words(cause)}")


def opening_failure(error: BaseException) -> ServerFailed:
    """Of opening a connection."""
    match cause := cause_of(error):
        case ServerFailed():
            return type(cause)(sentence(str(cause)))
        case MCPError() if cause.data == MADE_HERE:
            return ServerFailed(cause.message)
        case MCPError():
            return ServerFailed(f"The server did not answer initialize as an MCP server does: {clipped(cause.message)}")
        case ValidationError():
            return ServerFailed(f"The server did not answer initialize as an MCP server does: {invalid(cause)}.")
        case httpx2.HTTPError():
            return Lost(f"The server cannot be reached: {network_reason(cause)}.")
        case _:
            return ServerFailed(f"The server cannot be connected to: {words(cause)}")


def sentence(text: str) -> str:
    """Transports say only what became of their server: `ended with exit code 3`."""
    return f"The server {text.removesuffix('.')}." if text[:1].islower() else text


def words(error: BaseException) -> str:
    return clipped(str(error)) or type(error).__name__


def network_reason(error: BaseException) -> str:
    """What the system says, which libraries wrap several times: `connection refused`."""
    seen: list[BaseException] = [error]
    for each in seen:  # grows meanwhile
        if isinstance(each, ssl.SSLCertVerificationError):
            return f"its certificate is not trusted ({each.verify_message})"
        if isinstance(each, ssl.SSLError):
            return f"it does not speak TLS as expected ({each.reason})"
        if isinstance(each, socket.gaierror):
            return "no such host"
        if isinstance(each, OSError) and each.errno:
            reason = os.strerror(each.errno)
            return reason[:1].lower() + reason[1:]
        if isinstance(each, BaseExceptionGroup):
            seen += cast("BaseExceptionGroup[BaseException]", each).exceptions
        seen += (inner for inner in (each.__cause__, each.__context__) if inner is not None and inner not in seen)
    if isinstance(error, httpx2.TimeoutException):
        return "it did not answer in time"
    return words(error).rstrip(".")


def invalid(error: ValidationError) -> str:
    """The first thing that is wrong: `tools.0.name: Field required`."""
    first = error.errors(include_url=False, include_context=False, include_input=False)[0]
    return clipped(f"{'.'.join(map(str, first['loc'])) or 'it'}: {first['msg']}")


def clipped(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else f"{text[:LONGEST_TEXT]}…"
