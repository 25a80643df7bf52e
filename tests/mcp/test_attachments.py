"""Resources of servers that are attached to a prompt, and the list that an editor offers for it."""

from base64 import b64encode
from typing import Any

import pytest

from sessiond.mcp import prompt_parts
from sessiond.mcp.attachments import attached, resources_of
from sessiond.mcp.base import Listing, ResourceBlob, ResourceFacts, ResourceText, ServerFailed
from sessiond_protocol.errors import RpcError
from sessiond_protocol.mcp import McpResource
from sessiond_protocol.methods import FileInput, PromptPart, TextInput
from support.mcp.offered import Answer, Offered

PDF = b64encode(b"%PDF-1.7").decode()
PLAN = ResourceFacts(
    uri="doc://plan", name="plan", template=False, title="The\nplan", description=None, media_type="text/plain", size=3
)


async def attach(uri: str, answer: Answer | None = None) -> list[PromptPart]:
    servers = (Offered("docs", Listing(resources=(PLAN,)), answer), Offered("other"))
    return await attached(FileInput(media_type="text/plain", uri=uri, name="the plan"), servers)


def test_resources_are_listed_with_the_uri_that_attaches_them() -> None:
    servers = (Offered("docs", Listing(resources=(PLAN,))), Offered("other"))
    listed = McpResource(
        server="docs", uri="mcp:docs:doc://plan", name="plan", title="The plan", media_type="text/plain", size=3
    )
    assert resources_of(servers) == [listed]
    assert resources_of(servers, "PLAN") == [listed]
    assert resources_of(servers, "nothing") == []


async def test_texts_stand_under_their_name_and_uri_and_pdfs_become_files() -> None:
    answer = (ResourceText("doc://plan", None, "First this."), ResourceBlob("doc://plan.pdf", None, PDF))
    assert await attach("mcp:docs:doc://plan", answer) == [
        TextInput(text="Resource the plan of the MCP server docs:\n\ndoc://plan:\nFirst this."),
        FileInput(media_type="application/pdf", uri=f"data:application/pdf;base64,{PDF}", name="doc://plan.pdf"),
    ]


async def test_a_long_text_is_cut_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prompt_parts, "MAX_TEXT", 100)
    (part,) = await attach("mcp:docs:doc://plan", (ResourceText("doc://plan", None, "x" * 100),))
    assert isinstance(part, TextInput)
    assert part.text.endswith("x\n(53 characters are left out here, and what follows)")


@pytest.mark.parametrize(
    ("uri", "answer", "said"),
    [
        ("mcp:none:x", None, "'mcp:none:x' is no resource of an MCP server here. The servers are: docs, other."),
        ("mcp:docs", None, "'mcp:docs' is no resource of an MCP server here. The servers are: docs, other."),
        ("mcp:docs:x", ServerFailed("no such thing"), "'mcp:docs:x' cannot be read: no such thing"),
        ("mcp:docs:x", (), "'mcp:docs:x' is empty."),
    ],
)
async def test_what_cannot_be_attached_is_refused_with_the_reason(uri: str, answer: Any, said: str) -> None:
    with pytest.raises(RpcError) as error:
        await attach(uri, answer)
    assert (error.value.message, error.value.data) == (said, {"kind": "invalidRequest", "field": "parts"})
