"""A login is for one server, of one client, and goes nowhere else."""

import asyncio
import json
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx2
import keyring
import pytest
from pydantic import AnyUrl

from sessiond.config.errors import ConfigError
from sessiond.mcp.base import NeedsAuth, Remote, ServerFailed
from sessiond.mcp.connection.oauth.asking import asked
from sessiond.mcp.connection.oauth.login import login
from sessiond.mcp.logins import KeptLogin, normal_url
from support.keyrings import Memory
from support.mcp.oauth.authorization_server import AnyPort
from support.mcp.oauth.protected_server import Protected, protected_server
from support.mcp.oauth.sessions import connected, logins_in, remote, said
from support.mcp.visitor import Visitor, visitor


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Path]:
    with logins_in(tmp_path) as folder:
        yield folder


@pytest.fixture
def server(kept: Path) -> Iterator[Protected]:
    with protected_server() as protected:
        yield protected


async def say_hello(server: Protected, user: Visitor, **place) -> str:
    async with connected(remote(server.url, **place), user) as connection:
        return await said(connection)


@pytest.mark.parametrize(
    ("url", "normal"),
    [
        ("HTTPS://Example.COM:443/mcp#part", "https://example.com/mcp"),
        ("http://example.com", "http://example.com/"),
        ("https://example.com:8443/a?b=C", "https://example.com:8443/a?b=C"),
        ("https://u:p@[::1]:443/", "https://u:p@[::1]/"),
        ("https://example.com:99999/mcp", "https://example.com/mcp"),
    ],
)
def test_an_address_has_one_spelling(url: str, normal: str) -> None:
    assert normal_url(url) == normal


@pytest.mark.parametrize(
    "other",
    [
        remote("https://example.com/other"),
        remote("https://example.com:8443/mcp"),
        remote("http://example.com/mcp"),
        remote("https://example.com/mcp?tenant=2"),
        remote("https://example.com/mcp", client_id="mine"),
    ],
)
def test_a_login_is_given_to_no_other_server_or_client(kept: Path, other) -> None:
    KeptLogin(remote("https://example.com/mcp")).write({"tokens": 1})

    assert KeptLogin(remote("https://EXAMPLE.com:443/mcp#top")).read() == {"tokens": 1}
    assert KeptLogin(other).read() is None


def test_a_file_that_was_moved_to_another_server_is_not_its_login(kept: Path) -> None:
    KeptLogin(remote("https://example.com/mcp")).write({"tokens": 1})
    (file,) = kept.iterdir()
    KeptLogin(remote("https://example.org/mcp")).write({"tokens": 2})
    (other,) = (each for each in kept.iterdir() if each != file)
    file.replace(other)

    assert KeptLogin(remote("https://example.org/mcp")).read() is None


def test_a_keyring_holds_the_login_and_the_file_only_its_name(kept: Path) -> None:
    memory = Memory()
    keyring.set_keyring(memory)
    kept_login = KeptLogin(remote("https://example.com/mcp"))

    kept_login.write({"tokens": "secret"})

    (file,) = kept.iterdir()
    assert json.loads(file.read_text()) == {"url": "https://example.com/mcp", "clientId": None, "login": None}
    assert kept_login.read() == {"tokens": "secret"}
    assert kept_login.forget()
    assert (memory.kept, kept_login.read()) == ({}, None)


def test_a_disk_that_refuses_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(ConfigError, match="the login cannot be kept"):
        KeptLogin(remote("https://example.com/mcp"), tmp_path / "file").write({})


async def test_a_token_is_not_sent_to_another_server(server: Protected) -> None:
    seen = asyncio.get_running_loop().create_future()

    async def other(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.set_result((await reader.readuntil(b"\r\n\r\n")).decode().lower())
        writer.write(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        writer.close()

    async with visitor() as user, await asyncio.start_server(other, "127.0.0.1", 0) as listening:
        assert await say_hello(server, user) == "hello"
        async with httpx2.AsyncClient(auth=login(remote(server.url), user)) as client:
            answer = await client.post(f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}/mcp")

    assert (answer.status_code, len(server.authority.issued)) == (401, 2)
    assert "authorization:" not in await seen


def test_credentials_that_are_configured_need_no_login() -> None:
    assert login(remote("https://example.com/mcp", headers={"authorization": "Bearer x"}), Visitor()) is None


async def test_a_configured_client_is_used_with_its_scopes_and_not_registered(server: Protected) -> None:
    server.authority.clients["mine"] = AnyPort(
        client_id="mine",
        client_secret="my secret",
        redirect_uris=[AnyUrl("http://127.0.0.1/callback")],
        scope="read write",
        token_endpoint_auth_method="client_secret_basic",
    )
    async with visitor() as user:
        mine = {"client_id": "mine", "client_secret": "my secret", "scopes": ("read", "write")}
        assert await say_hello(server, user, **mine) == "hello"

    query = parse_qs(urlsplit(str(user.logins[0])).query)
    assert (query["client_id"], query["scope"]) == (["mine"], ["read write"])
    assert server.authority.done == ["login"]


async def test_a_client_whose_port_is_taken_is_registered_anew(server: Protected) -> None:
    async with visitor() as user:
        await say_hello(server, user)
        port = urlsplit(parse_qs(urlsplit(str(user.logins[0])).query)["redirect_uri"][0]).port
        server.authority.end_login()
        with socket.socket() as taken:
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            taken.bind(("127.0.0.1", port))
            taken.listen()
            await say_hello(server, user)

    assert server.authority.done == ["register", "login", "register", "login"]


async def test_a_configured_client_is_shown_to_no_other_authorization_server(server: Protected, kept: Path) -> None:
    mine = {"client_id": "mine", "client_secret": "my secret"}
    server.authority.clients["mine"] = AnyPort(
        client_id="mine", client_secret="my secret", scope="read", token_endpoint_auth_method="client_secret_basic"
    )
    async with visitor() as user:
        await say_hello(server, user, **mine)
        (file,) = kept.iterdir()
        content = json.loads(file.read_text())
        content["login"]["authorization_server"]["issuer"] = "https://login.example.com/"
        file.write_text(json.dumps(content))
        server.authority.end_login()
        with pytest.raises(NeedsAuth, match="names another authorization server than the one that knows the client"):
            await say_hello(server, user, **mine)


@pytest.mark.parametrize(
    ("server", "url"),
    [
        ("https://example.com/mcp", "http://login.example.com/token"),
        ("https://example.com/mcp", "http://127.0.0.1:9/token"),
        ("http://127.0.0.1:9/mcp", "http://169.254.169.254/latest"),
        ("http://127.0.0.1:9/mcp", "http://localhost.example.com/token"),
        ("https://example.com/mcp", "file:///etc/passwd"),
    ],
)
async def test_a_login_leads_nowhere_that_is_not_secure(server: str, url: str) -> None:
    with pytest.raises(ServerFailed, match="that is not secure: only https is"):
        await asked(httpx2.Request("GET", url), Remote(url=server, kind=None, headers={}))
