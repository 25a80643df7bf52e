"""What is asked before a page is fetched: for other sites, and for what only this machine can reach."""

import asyncio
import socket
import ssl
from pathlib import Path
from typing import Any

import msgspec
import pytest

from sessiond.tools.base import Ask
from sessiond.tools.failure import ToolFailed
from sessiond.tools.web.webfetch import WebFetch, WebFetchArguments
from support.tools.scope import NoConversation, run_tool, tool_scope
from support.tools.web import asked_of, fetch, response, serving


class Names:
    """Stands in for DNS: each lookup gives the next address, the last one from then on."""

    def __init__(self, *addresses: str) -> None:
        self._addresses = list(addresses)
        self.lookups = 0

    def __call__(self, host: Any, port: Any, *_: Any, **__: Any) -> list[Any]:
        self.lookups += 1
        address = self._addresses.pop(0) if len(self._addresses) > 1 else self._addresses[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]


def test_a_public_site_is_asked_for_by_its_url() -> None:
    asks = WebFetch().asks(WebFetchArguments(url="HTTPS://Docs.Python.org:443/3/../x#y"), "/", "/")
    assert [(ask.permission, ask.text) for ask in asks] == [("webfetch", "https://docs.python.org/x")]


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("ftp://example.com/", "only http:// and https://"),
        ("file:///etc/passwd", "only http:// and https://"),
        ("http://user:word@example.com/", "user name or a password"),
        ("http://exa mple.com/", "is no URL"),
        ("http://example.com\\@evil.test/", "is no URL"),
        ("http://[fe80::1%25eth0]/", "not the name of a host"),
        ("http://[v1.a:b]/", "not the name of a host"),
        ("http://x.com:99999/", "is no URL"),
        ("nonsense", "only http:// and https://"),
    ],
)
def test_what_is_no_url_to_fetch_is_refused_before_anything_is_asked(url: str, said: str) -> None:
    with pytest.raises(ToolFailed, match=said):
        WebFetch().asks(WebFetchArguments(url=url), "/", "/")


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        ("http://2130706433:80/", "http://127.0.0.1/"),
        ("http://[0:0:0:0:0:0:0:1]/", "http://[::1]/"),
        ("http://[::ffff:10.0.0.1]/", "http://10.0.0.1/"),
        ("http://EXAMPLE.com./%7ea/%2e%2e/b", "http://example.com/b"),
        ("http://BÜCHER.de/", "http://xn--bcher-kva.de/"),
    ],
)
def test_a_url_has_one_spelling(url: str, asked: str) -> None:
    assert WebFetch().asks(WebFetchArguments(url=url), "/", "/")[0].text == asked


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "2130706433",
        "0x7f.1",
        "10.1.2.3",
        "169.254.169.254",
        "[::1]",
        "[::ffff:10.0.0.1]",
        "0.0.0.0",
        "100.64.0.1",
        "224.0.0.1",
        "0177.0.0.1",
        "127.1",
        "\uff11\uff12\uff17.0.0.1",
        "a.localhost",
        "localhost.",
        "[fd00::1]",
        "[fe80::1]",
        "[ff02::1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "[::]",
    ],
)
def test_a_private_address_needs_leave_of_its_own(host: str) -> None:
    asks = WebFetch().asks(WebFetchArguments(url=f"http://{host}/x"), "/", "/")
    assert [ask.permission for ask in asks] == ["webfetch", "private"]


async def test_a_redirect_within_the_site_is_followed_without_a_question(tmp_path: Path) -> None:
    def respond(path: str) -> bytes:
        return response("there") if path == "/b/c" else response("", status="302 Found", location="b/c")

    async with serving(respond) as server:
        scope = tool_scope(tmp_path, environment={})
        result = await run_tool(WebFetch(), scope, url=server.url + "/a")

    assert result.metadata is not None
    assert (result.metadata["url"], asked_of(scope)) == (f"{server.url}/b/c", [])


async def test_a_redirect_to_another_site_asks_before_it_is_followed(tmp_path: Path) -> None:
    async with serving(lambda path: response("there")) as other:
        target = f"http://localhost:{other.port}/x"
        async with serving(lambda path: response("", status="301 Moved", location=target)) as server:
            scope = tool_scope(tmp_path, environment={})
            await run_tool(WebFetch(), scope, url=server.url)

    assert [(ask.permission, ask.text) for ask in asked_of(scope)] == [
        ("webfetch", target),
        ("private", f"localhost:{other.port}"),
    ]


async def test_leave_for_one_port_of_this_machine_is_none_for_another(tmp_path: Path) -> None:
    async with (
        serving(lambda path: response("there")) as other,
        serving(lambda path: response("", status="302 Found", location=f"{other.url}/")) as server,
    ):
        scope = tool_scope(tmp_path, environment={})
        await run_tool(WebFetch(), scope, url=server.url)

    assert [ask.permission for ask in asked_of(scope)] == ["webfetch", "private"]


async def test_a_redirect_that_is_refused_is_not_followed(tmp_path: Path) -> None:
    class Refusing(NoConversation):
        async def ask(self, ask: Ask) -> None:
            raise ToolFailed("The user said no.")

    async with (
        serving(lambda path: response("there")) as other,
        serving(lambda path: response("", status="302 Found", location=f"{other.url}/")) as server,
    ):
        scope = msgspec.structs.replace(tool_scope(tmp_path, environment={}), surroundings=Refusing())
        with pytest.raises(ToolFailed, match="said no"):
            await run_tool(WebFetch(), scope, url=server.url)

    assert other.heads == []


@pytest.mark.parametrize("location", ["file:///etc/passwd", "http://u:p@example.com/", "http://[", "javascript:1"])
async def test_a_redirect_to_what_is_not_fetched_is_refused(tmp_path: Path, location: str) -> None:
    with pytest.raises(ToolFailed, match=r"is no URL|not fetched"):
        await fetch(tmp_path, lambda path: response("", status="302 Found", location=location))


async def test_redirects_in_a_circle_end(tmp_path: Path) -> None:
    with pytest.raises(ToolFailed, match="redirects more than 5 times"):
        await fetch(tmp_path, lambda path: response("", status="302 Found", location="/"))


async def test_a_name_that_leads_to_this_machine_asks_once_and_names_the_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", Names("127.0.0.1"))
    async with serving(
        lambda path: response("", status="302 Found", location="/b") if path == "/" else response("b")
    ) as at:
        scope = tool_scope(tmp_path, environment={})
        await run_tool(WebFetch(), scope, url=f"http://inside.test:{at.port}/")

    title = f"Fetch http://inside.test:{at.port}/ at 127.0.0.1: on this machine or the network around it"
    assert asked_of(scope) == [Ask(permission="private", title=title, text=f"inside.test:{at.port}")]


async def test_a_name_that_changes_its_address_is_still_asked_where_it_was_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = Names("127.0.0.1", "203.0.113.1")
    monkeypatch.setattr(socket, "getaddrinfo", names)
    async with serving(lambda path: response("here")) as server:
        result = await run_tool(
            WebFetch(), tool_scope(tmp_path, environment={}), url=f"http://inside.test:{server.port}/"
        )

    assert (names.lookups, result.output.endswith("here")) == (1, True)
    assert f"host: inside.test:{server.port}" in server.heads[0].lower()


async def test_tls_is_asked_for_the_name_and_not_for_the_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server has no certificate: what matters is said before."""
    named: list[str | None] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.sni_callback = lambda tls, name, _: named.append(name)
    monkeypatch.setattr(socket, "getaddrinfo", Names("127.0.0.1"))
    listening = await asyncio.start_server(lambda reader, writer: None, "127.0.0.1", 0, ssl=context)
    async with listening:
        port = listening.sockets[0].getsockname()[1]
        with pytest.raises(ToolFailed, match=r"inside\.test cannot be reached"):
            await run_tool(WebFetch(), tool_scope(tmp_path, environment={}), url=f"https://inside.test:{port}/")

    assert named == ["inside.test"]
