"""Makes of a server's result what the SDK takes, where it would refuse the whole for one broken or unknown part.

A tool that is broken is left out; content of an unknown kind becomes a text that says so. Works on the raw JSON.
"""

from collections.abc import Callable
from typing import Any, cast

from mcp_types.methods import validate_server_result
from mcp_types.version import HANDSHAKE_PROTOCOL_VERSIONS, LATEST_HANDSHAKE_VERSION, MODERN_PROTOCOL_VERSIONS
from pydantic import ValidationError

from sessiond.mcp.connection.failures import clipped, invalid
from sessiond.mcp.connection.translation.bounded import bounded

Json = dict[str, Any]

LISTS = {
    "tools": "tools/list",
    "prompts": "prompts/list",
    "resources": "resources/list",
    "resourceTemplates": "resources/templates/list",
}
"""The members of results that are lists, by the methods that are answered with them."""

CACHED = (*LISTS, "contents")
KNOWN_CONTENT = frozenset({"text", "image", "audio", "resource", "resource_link"})
MOST_TOLD = 20
"""Broken items that are told of, of one list."""


class Mender:
    """For one connection, whose protocol version it learns from what passes."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._version = LATEST_HANDSHAKE_VERSION

    def mended(self, result: Json) -> Json:
        """The same result where nothing is to be mended."""
        result, left_out = bounded(result)
        if left_out:
            self._tell(f"{left_out:,} parts of an answer were left out, because there are too many.")
            if isinstance(result.get("content"), list):
                result["content"].append({"type": "text", "text": f"[{left_out:,} parts more are left out.]"})
        self._learn(result)
        if self._version in MODERN_PROTOCOL_VERSIONS:
            result = _with_defaults(result)
        for member, method in LISTS.items():
            if isinstance(result.get(member), list):
                result = self._without_broken(result, member, method)
        if isinstance(result.get("content"), list):
            result = {**result, "content": [_known(each) for each in result["content"]]}
        if isinstance(result.get("messages"), list):
            result = {**result, "messages": [_known_message(each) for each in result["messages"]]}
        return result

    def _learn(self, result: Json) -> None:
        if result.get("protocolVersion") in HANDSHAKE_PROTOCOL_VERSIONS:
            self._version = result["protocolVersion"]
        supported = result.get("supportedVersions")
        if isinstance(supported, list):
            common = [version for version in MODERN_PROTOCOL_VERSIONS if version in cast(list[Any], supported)]
            self._version = common[-1] if common else self._version

    def _without_broken(self, result: Json, member: str, method: str) -> Json:
        items = [_with_type(each) if member == "tools" else each for each in result[member]]
        whole = {**result, member: items}
        if self._why_not(method, whole) is None:
            return whole
        reasons = [self._why_not(method, {**whole, member: [each]}) for each in items]
        for each, reason in [pair for pair in zip(items, reasons, strict=True) if pair[1]][:MOST_TOLD]:
            self._tell(f"{method}: left out {_name(each)}: {reason}")
        return {**whole, member: [each for each, reason in zip(items, reasons, strict=True) if reason is None]}

    def _why_not(self, method: str, result: Json) -> str | None:
        try:
            validate_server_result(method, self._version, result)
        except ValidationError as error:
            return invalid(error)
        return None


def _with_defaults(result: Json) -> Json:
    """What the protocol of 2026 asks for and can only mean one thing when it is missing."""
    defaults: Json = {"resultType": "complete"}
    if any(member in result for member in CACHED):
        defaults |= {"ttlMs": 0, "cacheScope": "private"}
    return {**defaults, **result}


def _with_type(tool: Any) -> Any:
    """A schema without a type is common for tools without arguments."""
    schema = _table(tool).get("inputSchema")
    if not isinstance(schema, dict) or "type" in schema:
        return tool
    return {**_table(tool), "inputSchema": {"type": "object", **_table(schema)}}


def _name(item: Any) -> str:
    name = _table(item).get("name")
    return clipped(name) if isinstance(name, str) else "one without a name"


def _known(block: Any) -> Any:
    kind = _table(block).get("type")
    if not isinstance(kind, str) or kind in KNOWN_CONTENT:
        return block
    return {
        "type": "text",
        "text": f"[Content of the kind {clipped(kind)!r}, which sessiond does not know, is left out.]",
    }


def _known_message(message: Any) -> Any:
    return {**_table(message), "content": _known(_table(message).get("content"))} if _table(message) else message


def _table(value: Any) -> Json:
    return cast(Json, value) if isinstance(value, dict) else {}
