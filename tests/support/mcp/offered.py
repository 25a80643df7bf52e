"""A server as tools and prompts see it, whose answers a test gives. Fits `mcp.base.Server`."""

from collections.abc import Mapping
from typing import Any

from sessiond.mcp.base import (
    CallResult,
    Content,
    Identity,
    Listing,
    Progress,
    PromptMessage,
    ServerFailed,
    Text,
    ToolFacts,
)
from sessiond.tools.base import Surroundings
from sessiond_protocol.tools import ToolAnnotations

Answer = CallResult | tuple[PromptMessage, ...] | tuple[Content, ...] | ServerFailed


class Offered:
    def __init__(self, name: str = "files", listing: Listing | None = None, answer: Answer | None = None) -> None:
        """`answer`: to whatever is asked; without one, calls tell what they were given."""
        self.name = name
        self.listing = listing or Listing()
        self.identity: Identity | None = None
        self.asked: list[tuple[str, Any]] = []
        self._answer = answer

    async def call(
        self, tool: str, arguments: dict[str, Any], progress: Progress, surroundings: Surroundings
    ) -> CallResult:
        progress("half\x1b[2J\ndone", 1, 2)
        return self._given(tool, arguments, CallResult((Text(f"{tool} has {arguments}"),)))

    async def prompt(self, name: str, arguments: Mapping[str, str]) -> tuple[PromptMessage, ...]:
        return self._given(name, dict(arguments), (PromptMessage("user", Text(f"{name} has {dict(arguments)}")),))

    async def read(self, uri: str) -> tuple[Content, ...]:
        return self._given(uri, None, (Text(f"content of {uri}"),))

    def _given(self, name: str, arguments: Any, otherwise: Any) -> Any:
        self.asked.append((name, arguments))
        if isinstance(self._answer, ServerFailed):
            raise self._answer
        return otherwise if self._answer is None else self._answer


def tool_facts(
    name: str = "read_file",
    *,
    title: str | None = None,
    description: str = "Reads a file.",
    schema: dict[str, Any] | None = None,
    annotations: ToolAnnotations | None = None,
) -> ToolFacts:
    schema = schema or {"type": "object", "properties": {"path": {"type": "string"}}, "required": ["path"]}
    return ToolFacts(name=name, title=title, description=description, schema=schema, annotations=annotations)
