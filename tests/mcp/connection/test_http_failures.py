"""Servers behind HTTP that answer what they should not: a failure with its reason, and no more broken than it is."""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager

import httpx2
import pytest

from sessiond.mcp.base import CallResult, Connection, Lost, NeedsAuth, Remote, ServerFailed, Text
from sessiond.mcp.connection.connect import connect
from support.mcp.host import RememberingHost, by_http, configured, unheard
from support.mcp.replies import Answering, Reply, Request, answer, error, legacy, replying

FINE = CallResult((Text("fine"),))
MEBIBYTE = 1 << 20
STREAM = {"Content-Type": "text/event-stream"}


def fine(request: Request) -> Reply:
    return answer(request, {"content": [{"type": "text", "text": "fine"}]})


def first_then_fine(first: Callable[[Request], Reply]) -> Callable[[Request], Reply]:
    """The first answer is this one, all others are fine."""
    answers = iter([first])

    def reply(request: Request) -> Reply:
        return next(answers, fine)(request)

    return reply


@asynccontextmanager
async def connected(answering: Answering, host: RememberingHost) -> AsyncGenerator[Connection]:
    async with replying(answering) as url, connect(by_http(url), host) as connection:
        yield connection


async def opening_failure(answering: Answering, kind: str | None = "http") -> tuple[ServerFailed, str]:
    async with replying(answering) as url:
        with pytest.raises(ServerFailed) as failed:
            async with connect(configured(Remote(url=url, kind=kind, headers={})), RememberingHost()):
                raise AssertionError
    return failed.value, url


def always(status: int, body: str = "", kind: str = "text/plain") -> Answering:
    async def answering(_: Request) -> Reply:
        return Reply(status, body.encode(), {"Content-Type": kind})

    return answering


@pytest.mark.parametrize("kind", ["http", "sse", None])
async def test_a_refused_connection_is_named(kind: str | None) -> None:
    async with replying(always(200)) as url:
        pass
    with pytest.raises(Lost) as failed:
        async with connect(configured(Remote(url=url, kind=kind, headers={})), RememberingHost()):
            raise AssertionError

    assert str(failed.value) == f"The server cannot be reached at {url}: connection refused."


async def test_a_host_that_does_not_exist_is_named() -> None:
    with pytest.raises(Lost, match="no such host"):
        async with connect(by_http("http://nowhere.invalid/mcp"), RememberingHost()):
            raise AssertionError


@pytest.mark.parametrize("kind", ["http", "sse", None])
async def test_an_address_without_a_server_is_told_from_others(kind: str | None) -> None:
    failure, url = await opening_failure(always(404), kind)

    assert str(failure) == f"The server at {url} answered 404 Not Found."


async def test_what_a_server_says_of_its_own_failure_is_told() -> None:
    failure, url = await opening_failure(always(503, "the database\n is down"))

    assert str(failure) == f"The server at {url} answered 503 Service Unavailable: the database is down"


async def test_a_page_for_browsers_is_no_server() -> None:
    failure, _ = await opening_failure(always(200, "<html>", "text/html"))

    assert str(failure).startswith("The server did not answer initialize as an MCP server does: ")


async def test_secrets_of_an_address_are_not_told() -> None:
    async with replying(always(500)) as url:
        secret = url.replace("http://", "http://user:pass@") + "?key=secret"
        with pytest.raises(ServerFailed) as failed:
            async with connect(by_http(secret), RememberingHost()):
                raise AssertionError

    assert str(failed.value) == f"The server at {url} answered 500 Internal Server Error."


async def test_a_server_that_wants_other_credentials_wants_a_login() -> None:
    async with replying(always(401)) as url:
        with pytest.raises(NeedsAuth, match="does not accept the credentials"):
            async with connect(by_http(url, headers={"Authorization": "Bearer old"}), RememberingHost()):
                raise AssertionError


@pytest.mark.parametrize("header", [("X-Key", "se\ncret"), ("X-Key", "secret☃"), ("X Key", "secret")])
async def test_a_header_that_cannot_be_sent_is_named_without_its_value(header: tuple[str, str]) -> None:
    with pytest.raises(ServerFailed, match=f"The header '{header[0]}'") as failed:
        async with connect(by_http("http://127.0.0.1:9/mcp", headers=dict([header])), RememberingHost()):
            raise AssertionError

    assert "cret" not in str(failed.value)


async def test_headers_of_the_config_are_sent_and_the_session_is_ended() -> None:
    seen = list[Request]()

    async def remembering(request: Request) -> Reply:
        seen.append(request)
        return await legacy({}, "one")(request)

    async with replying(remembering) as url, connect(by_http(url, headers={"X-Key": " k\n"}), RememberingHost()):
        pass

    assert {request.headers.get("x-key") for request in seen} == {"k"}
    assert (seen[-1].method, seen[-1].headers["mcp-session-id"]) == ("DELETE", "one")


async def test_a_server_that_does_not_answer_a_farewell_is_left_within_seconds() -> None:
    async def deaf_at_the_end(request: Request) -> Reply:
        if request.method == "DELETE":
            await asyncio.sleep(3600)
        return await legacy({}, "one")(request)

    async with replying(deaf_at_the_end) as url:
        async with asyncio.timeout(10):
            async with connect(by_http(url), RememberingHost()):
                pass


async def test_a_session_that_has_expired_is_a_lost_connection() -> None:
    host = RememberingHost()
    async with connected(legacy({"tools/call": lambda _: Reply(404)}, "one"), host) as connection:
        with pytest.raises(Lost, match="The server has ended the session"):
            await connection.call("tool", {}, unheard)
        with pytest.raises(Lost, match="The server has ended the session"):
            await connection.read("test:a")

    assert host.reasons == ["The server has ended the session."]


@pytest.mark.parametrize(
    ("first", "told"),
    [
        (lambda _: Reply(500, b"oh", {"Content-Type": "text/plain"}), "answered 500 Internal Server Error: oh"),
        (lambda _: Reply(403), "answered 403 Forbidden"),
        (lambda _: Reply(404), "answered 404 Not Found"),
        (lambda _: Reply(202), "202 Accepted"),
        (lambda _: Reply(200, b"{", {"Content-Type": "application/json"}), "Failed to parse JSON"),
        (lambda _: Reply(200, b"hello", {"Content-Type": "text/plain"}), "Unexpected content type"),
        (lambda _: Reply(307, b"", {"Location": "http://other.invalid/mcp"}), "Redirect to http://other.invalid/mcp"),
        (lambda _: Reply(200, b"{", {"Content-Type": "application/json"}, breaks_off=True), "broke off"),
        (lambda _: Reply(200, b"", STREAM, breaks_off=True), "ended without a response"),
        (lambda _: Reply(200, b"x" * 33 * MEBIBYTE, {"Content-Type": "application/json"}), "longer than 32 MiB"),
        (lambda _: Reply(200, b"data: " + b"x" * 33 * MEBIBYTE, STREAM), "exceeded the"),
        (lambda request: error(request, -32000, "too tired"), "too tired"),
        (lambda request: error(request, -32602, "no such tool"), r"an error: no such tool \(-32602\)"),
        (lambda request: answer(request, {"content": "?"}), "is not what MCP asks for: content: "),
    ],
)
async def test_a_call_that_goes_wrong_costs_that_call_only(first: Callable[[Request], Reply], told: str) -> None:
    host = RememberingHost()
    pong = {"ping": lambda request: answer(request, {})}
    async with connected(legacy({"tools/call": first_then_fine(first), **pong}), host) as connection:
        with pytest.raises(ServerFailed, match=told) as failed:
            await connection.call("tool", {}, unheard)
        assert await connection.call("tool", {}, unheard) == FINE

    assert type(failed.value) is ServerFailed
    assert host.reasons == []


async def test_redirects_are_followed_to_the_same_server() -> None:
    async def redirecting(request: Request) -> Reply:
        if request.path == "/mcp":
            return Reply(307, b"", {"Location": "/there"})
        return await legacy({"tools/call": fine})(request)

    async with connected(redirecting, RememberingHost()) as connection:
        assert await connection.call("tool", {}, unheard) == FINE


async def test_a_receipt_that_does_not_come_holds_nothing_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sessiond.mcp.connection.remote.endpoint.RECEIPT_SECONDS", 0.2)

    async def forgetful(request: Request) -> Reply:
        if request.message.get("method") == "notifications/initialized":
            await asyncio.sleep(3600)
        return await legacy({"tools/call": fine})(request)

    async with connected(forgetful, RememberingHost()) as connection:
        assert await connection.call("tool", {}, unheard) == FINE


async def test_a_server_that_breaks_off_and_says_nothing_more_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sessiond.mcp.connection.client.SIGN_OF_LIFE_SECONDS", 0.2)

    async def dying(request: Request) -> Reply:
        match request.message.get("method"):
            case "tools/call":
                return Reply(200, b"", STREAM, breaks_off=True)
            case "ping":
                await asyncio.sleep(3600)
        return await legacy({})(request)

    host = RememberingHost()
    async with connected(dying, host) as connection:
        with pytest.raises(Lost, match="says nothing any more"):
            await connection.call("tool", {}, unheard)

    assert len(host.reasons) == 1


async def test_the_user_opens_what_the_server_wants_opened_first() -> None:
    wanted = {"elicitations": [{"mode": "url", "message": "Log in", "url": "https://a.test/x", "elicitationId": "1"}]}
    replies = {"tools/call": first_then_fine(lambda request: error(request, -32042, "log in first", wanted))}
    host = RememberingHost()
    async with connected(legacy(replies), host) as connection:
        assert await connection.call("tool", {}, unheard) == FINE

    assert [(inquiry.message, inquiry.url) for inquiry in host.inquiries] == [("Log in", "https://a.test/x")]


async def test_proxies_of_the_client_s_environment_are_used() -> None:
    seen = list[str]()

    async def proxy(request: Request) -> Reply:
        seen.append(request.path)
        return await legacy({})(request)

    async with replying(proxy) as url:
        network = {"http_proxy": str(httpx2.URL(url).copy_with(path="/"))}
        async with connect(by_http("http://far.invalid/mcp", network=network), RememberingHost()):
            pass

    assert seen[0] == "http://far.invalid/mcp"


def test_replies_are_what_they_are_taken_for() -> None:
    reply = error(Request("POST", "/", {}, {"id": 1}), 1, "one")

    assert json.loads(reply.body) == {"jsonrpc": "2.0", "id": 1, "error": {"code": 1, "message": "one"}}
