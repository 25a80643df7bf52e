"""The reference server over each transport: what it offers, says and asks is what tools, the user and the model get."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest

from sessiond.mcp.base import (
    Blob,
    CallResult,
    Connection,
    Link,
    PromptArgument,
    PromptFacts,
    PromptMessage,
    Remote,
    ResourceBlob,
    ResourceFacts,
    ResourceText,
    Sampled,
    Sampling,
    ServerFailed,
    Stdio,
    Text,
)
from sessiond.mcp.connection.connect import connect
from sessiond.tools.base import Inquiry
from sessiond_protocol.messages import QuestionAnswer
from support.mcp import real_servers
from support.mcp.host import RememberingHost, configured, unheard

TRANSPORTS = ("stdio", "http", "sse", "fallback")


@asynccontextmanager
async def everything(transport: str, host: RememberingHost, *, sampling: bool = True) -> AsyncGenerator[Connection]:
    match transport:
        case "stdio":
            place = Stdio(command=tuple(real_servers.everything()), cwd="/", env={"SEEN": "yes"})
            async with connect(configured(place, sampling=sampling), host) as connection:
                yield connection
        case _:
            serving = real_servers.everything_http if transport == "http" else real_servers.everything_sse
            with serving() as url:
                kind = None if transport == "fallback" else transport
                place = Remote(url=url, kind=kind, headers={})
                async with connect(configured(place, sampling=sampling), host) as connection:
                    yield connection


@pytest.fixture(params=TRANSPORTS)
async def transport(request: pytest.FixtureRequest) -> str:
    return request.param


async def test_what_it_offers_is_listed(transport: str) -> None:
    host = RememberingHost()
    async with everything(transport, host) as connection:
        listing = await connection.listing()

    tools = {tool.name: tool for tool in listing.tools}
    assert connection.identity.title == "Everything Reference Server"
    assert connection.identity.protocol_version == "2025-11-25"
    assert (connection.identity.instructions or "").startswith("# Everything Server")
    assert {"echo", "get-sum", "trigger-elicitation-request", "trigger-sampling-request"} <= tools.keys()
    assert "simulate-research-query" not in tools, "it is for clients with tasks only"
    assert tools["echo"].schema["required"] == ["message"]
    assert listing.prompts[1] == PromptFacts(
        name="args-prompt",
        title="Arguments Prompt",
        description="A prompt with two arguments, one required and one optional",
        arguments=(
            PromptArgument("city", "Name of the city", True),
            PromptArgument("state", None, False),
        ),
    )
    assert listing.resources[-2:] == (
        ResourceFacts(
            uri="demo://resource/dynamic/text/{resourceId}",
            name="Dynamic Text Resource",
            template=True,
            title=None,
            description="Plaintext dynamic resource fabricated from the {resourceId} variable, "
            "which must be an integer.",
            media_type="text/plain",
            size=None,
        ),
        ResourceFacts(
            uri="demo://resource/dynamic/blob/{resourceId}",
            name="Dynamic Blob Resource",
            template=True,
            title=None,
            description="Binary (base64) dynamic resource fabricated from the {resourceId} variable, "
            "which must be an integer.",
            media_type="application/octet-stream",
            size=None,
        ),
    )


async def test_results_of_calls_are_carried(transport: str) -> None:
    async with everything(transport, RememberingHost()) as connection:
        echo = await connection.call("echo", {"message": "hi"}, unheard)
        image = await connection.call("get-tiny-image", {}, unheard)
        links = await connection.call("get-resource-links", {"count": 1}, unheard)
        structured = await connection.call("get-structured-content", {"location": "Chicago"}, unheard)
        mistaken = await connection.call("get-sum", {"a": "one"}, unheard)

    assert echo == CallResult((Text("Echo: hi"),))
    assert [type(each) for each in image.content] == [Text, Blob, Text]
    assert isinstance(image.content[1], Blob) and image.content[1].media_type == "image/png"
    assert isinstance(links.content[1], Link) and links.content[1].uri.startswith("demo://resource/dynamic/")
    assert structured.structured == {"temperature": 36, "conditions": "Light rain / drizzle", "humidity": 82}
    assert mistaken.is_error


async def test_prompts_and_resources_are_read(transport: str) -> None:
    async with everything(transport, RememberingHost()) as connection:
        prompt = await connection.prompt("args-prompt", {"city": "Paris"})
        text = await connection.read("demo://resource/dynamic/text/1")
        blob = await connection.read("demo://resource/dynamic/blob/1")
        with pytest.raises(ServerFailed, match="answered with an error"):
            await connection.read("demo://nowhere")

    assert prompt == (PromptMessage("user", Text("What's weather in Paris?")),)
    assert isinstance(text[0], ResourceText) and text[0].text.startswith("Resource 1")
    assert isinstance(blob[0], ResourceBlob) and blob[0].media_type == "text/plain"


async def test_progress_is_told(transport: str) -> None:
    told = list[tuple[str | None, float | None, float | None]]()
    async with everything(transport, RememberingHost()) as connection:
        await connection.call(
            "trigger-long-running-operation", {"duration": 0.2, "steps": 2}, lambda *step: told.append(step)
        )

    assert told == [(None, 1, 2), (None, 2, 2)]


async def test_roots_are_told_when_it_asks(transport: str) -> None:
    async with everything(transport, RememberingHost(root="file:///here")) as connection:
        roots = await connection.call("get-roots-list", {}, unheard)

    assert isinstance(roots.content[0], Text) and "URI: file:///here" in roots.content[0].text


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (QuestionAnswer("accept", {"name": "Ann", "integer": 7}), "- Name: Ann\n- Favorite Integer: 7"),
        (QuestionAnswer("decline"), "User declined"),
        (QuestionAnswer("cancel"), "User cancelled"),
    ],
)
async def test_the_answer_of_the_user_goes_back(transport: str, answer: QuestionAnswer, told: str) -> None:
    async def answered(_: Inquiry) -> QuestionAnswer:
        return answer

    host = RememberingHost(answer=answered)
    async with everything(transport, host) as connection:
        result = await connection.call("trigger-elicitation-request", {}, unheard)

    (inquiry,) = host.inquiries
    assert (inquiry.source, inquiry.url) == ("MCP server tested", None)
    assert inquiry.schema is not None and inquiry.schema["required"] == ["name"]
    assert told in "\n".join(each.text for each in result.content if isinstance(each, Text))


async def test_an_address_to_open_is_asked_about(transport: str) -> None:
    host = RememberingHost()
    async with everything(transport, host) as connection:
        result = await connection.call("trigger-url-elicitation", {"url": "https://a.test/b"}, unheard)
        refused = await connection.call("trigger-url-elicitation", {"url": "file:///etc/passwd"}, unheard)

    assert [inquiry.url for inquiry in host.inquiries] == ["https://a.test/b"]
    assert isinstance(result.content[0], Text) and "completed" in result.content[0].text
    assert refused.is_error


async def test_a_model_answers_where_the_settings_allow_it(transport: str) -> None:
    async def model(_: Sampling) -> Sampled:
        return Sampled("an answer", "a-model", "endTurn")

    host = RememberingHost(model=model)
    async with everything(transport, host) as connection:
        result = await connection.call("trigger-sampling-request", {"prompt": "why?", "maxTokens": 9}, unheard)

    asked = "Resource trigger-sampling-request context: why?"
    assert host.samplings == [
        Sampling(system="You are a helpful test server.", messages=[PromptMessage("user", Text(asked))], max_tokens=9)
    ]
    assert isinstance(result.content[0], Text) and '"text": "an answer"' in result.content[0].text


async def test_sampling_that_is_refused_is_an_error_of_the_call(transport: str) -> None:
    async with everything(transport, RememberingHost()) as connection:
        result = await connection.call("trigger-sampling-request", {"prompt": "why?"}, unheard)
        after = await connection.call("echo", {"message": "hi"}, unheard)

    assert result.is_error and "do not allow it" in str(result.content)
    assert after == CallResult((Text("Echo: hi"),))


async def test_without_leave_sampling_is_not_declared(transport: str) -> None:
    async with everything(transport, RememberingHost(), sampling=False) as connection:
        listing = await connection.listing()

    assert "trigger-sampling-request" not in [tool.name for tool in listing.tools]


async def test_a_cancelled_call_leaves_the_connection_usable(transport: str) -> None:
    started = asyncio.Event()
    async with everything(transport, RememberingHost()) as connection:
        call = asyncio.create_task(
            connection.call(
                "trigger-long-running-operation", {"duration": 3600, "steps": 36_000}, lambda *_: started.set()
            )
        )
        await started.wait()
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call

        assert await connection.call("echo", {"message": "hi"}, unheard) == CallResult((Text("Echo: hi"),))


async def test_what_it_logs_is_told() -> None:
    host = RememberingHost()
    async with everything("http", host) as connection:
        await connection.call("get-roots-list", {}, unheard)
        await host.until(lambda: "info everything-server: Roots updated: 1 root(s) received from client" in host.logged)
