"""What servers say, from the SDK's types into those of `base.py`. Pure; long names and texts are cut."""

from collections.abc import Iterable
from typing import assert_never

import mcp_types as mcp

from sessiond.mcp.base import (
    Blob,
    CallResult,
    Content,
    Identity,
    Link,
    PromptArgument,
    PromptFacts,
    PromptMessage,
    ResourceBlob,
    ResourceFacts,
    ResourceText,
    Sampling,
    Text,
    ToolFacts,
)
from sessiond_protocol.tools import ToolAnnotations

LONGEST_NAME = 500
LONGEST_DESCRIPTION = 20_000
LONGEST_INSTRUCTIONS = 20_000


def from_server(info: mcp.Implementation | None, protocol_version: str, instructions: str | None) -> Identity:
    return Identity(
        title=info and _cut(info.title or info.name, LONGEST_NAME),
        version=info and _cut(info.version, LONGEST_NAME),
        protocol_version=protocol_version,
        instructions=_cut(instructions, LONGEST_INSTRUCTIONS),
    )


def from_tool(tool: mcp.Tool) -> ToolFacts:
    return ToolFacts(
        name=tool.name,
        title=_cut(tool.title or (tool.annotations and tool.annotations.title), LONGEST_NAME),
        description=_cut(tool.description, LONGEST_DESCRIPTION) or "",
        schema=tool.input_schema,
        annotations=tool.annotations and from_annotations(tool.annotations),
    )


def from_annotations(annotations: mcp.ToolAnnotations) -> ToolAnnotations:
    return ToolAnnotations(
        read_only=annotations.read_only_hint,
        destructive=annotations.destructive_hint,
        idempotent=annotations.idempotent_hint,
        open_world=annotations.open_world_hint,
    )


def from_prompt(prompt: mcp.Prompt) -> PromptFacts:
    return PromptFacts(
        name=prompt.name,
        title=_cut(prompt.title, LONGEST_NAME),
        description=_cut(prompt.description, LONGEST_DESCRIPTION),
        arguments=tuple(
            PromptArgument(each.name, _cut(each.description, LONGEST_DESCRIPTION), bool(each.required))
            for each in prompt.arguments or ()
        ),
    )


def from_resource(resource: mcp.Resource) -> ResourceFacts:
    return ResourceFacts(
        uri=resource.uri,
        name=_cut(resource.name, LONGEST_NAME) or "",
        template=False,
        title=_cut(resource.title, LONGEST_NAME),
        description=_cut(resource.description, LONGEST_DESCRIPTION),
        media_type=resource.mime_type,
        size=resource.size,
    )


def from_template(template: mcp.ResourceTemplate) -> ResourceFacts:
    return ResourceFacts(
        uri=template.uri_template,
        name=_cut(template.name, LONGEST_NAME) or "",
        template=True,
        title=_cut(template.title, LONGEST_NAME),
        description=_cut(template.description, LONGEST_DESCRIPTION),
        media_type=template.mime_type,
        size=None,
    )


def from_call_result(result: mcp.CallToolResult) -> CallResult:
    return CallResult(
        content=tuple(map(from_content, result.content)),
        structured=result.structured_content,
        is_error=result.is_error,
    )


def from_content(block: mcp.ContentBlock) -> Content:
    match block:
        case mcp.TextContent():
            return Text(block.text)
        case mcp.ImageContent() | mcp.AudioContent():
            return Blob(block.mime_type, block.data)
        case mcp.EmbeddedResource():
            return from_resource_contents(block.resource)
        case mcp.ResourceLink():
            return Link(block.uri, block.name, block.description, block.mime_type)
        case _:
            assert_never(block)


def from_resource_contents(
    contents: mcp.TextResourceContents | mcp.BlobResourceContents,
) -> ResourceText | ResourceBlob:
    if isinstance(contents, mcp.TextResourceContents):
        return ResourceText(contents.uri, contents.mime_type, contents.text)
    return ResourceBlob(contents.uri, contents.mime_type, contents.blob)


def from_prompt_messages(messages: Iterable[mcp.PromptMessage]) -> tuple[PromptMessage, ...]:
    return tuple(PromptMessage(each.role, from_content(each.content)) for each in messages)


def from_sampling(params: mcp.CreateMessageRequestParams) -> Sampling:
    return Sampling(
        system=params.system_prompt,
        messages=[
            PromptMessage(each.role, Text("\n\n".join(map(_sampled_text, each.content_as_list))))
            for each in params.messages
        ],
        max_tokens=params.max_tokens,
    )


def _sampled_text(block: mcp.SamplingMessageContentBlock) -> str:
    """Models asked by servers read text only; anything else is said to have been there."""
    match block:
        case mcp.TextContent():
            return block.text
        case mcp.ImageContent() | mcp.AudioContent():
            return f"[{block.type} of the type {block.mime_type}, left out]"
        case mcp.ToolUseContent():
            return f"[call of the tool {block.name}, left out]"
        case mcp.ToolResultContent():
            return "[result of a tool, left out]"
        case _:
            assert_never(block)


def _cut(text: str | None, most: int) -> str | None:
    return text if text is None or len(text) <= most else f"{text[:most]}…"
