"""The tools there are, in one stable order; a turn may be given fewer."""

from collections.abc import Sequence

from sessiond.tools.base import Tool
from sessiond.tools.reading.read import Read
from sessiond_protocol.errors import ErrorCode, RpcError


class ToolRegistry:
    def __init__(self) -> None:
        self._tools: tuple[Tool, ...] = (Read(),)

    def named(self, names: Sequence[str] | None) -> tuple[Tool, ...]:
        """All tools, or those with the given names. Raises RpcError for a name that no tool has."""
        if names is None:
            return self._tools
        known = [tool.name for tool in self._tools]
        for name in names:
            if name not in known:
                raise RpcError(
                    ErrorCode.INVALID_PARAMS,
                    f"There is no tool {name!r}; `tools` may name: {', '.join(known)}.",
                    {"kind": "invalidRequest", "field": "tools"},
                )
        return tuple(tool for tool in self._tools if tool.name in names)
