"""Who waits for a login, for how long, and who does not."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from sessiond.mcp.base import NeedsAuth, ServerFailed
from sessiond.mcp.connection.oauth.login import login
from support.mcp.oauth.protected_server import Protected, protected_server
from support.mcp.oauth.sessions import connected, logins_in, remote, said
from support.mcp.visitor import Visitor, visitor


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Protected]:
    with logins_in(tmp_path), protected_server() as protected:
        yield protected


async def asked_to_log_in(user: Visitor, times: int = 1) -> str:
    async with asyncio.timeout(10):
        while len([url for url in user.logins if url]) < times:
            await asyncio.sleep(0)
    return [url for url in user.logins if url][-1]


async def test_a_user_who_never_comes_is_not_waited_for_without_end(server: Protected) -> None:
    user = Visitor(comes=False)
    auth = login(remote(server.url), user, patience=0.05)

    async with httpx2.AsyncClient(auth=auth) as client:
        with pytest.raises(NeedsAuth, match=r"The login to .* failed: nobody has logged in within 0\.05 seconds"):
            await client.post(server.url, json={})

    assert user.logins[1:] == [None]


async def test_a_client_that_only_the_browser_is_told_to_be_forgotten_is_registered_anew_next_time(
    server: Protected, tmp_path: Path
) -> None:
    async with visitor() as user:
        assert await _say_hello(server, user) == "hello"
        (file,) = (tmp_path / "mcp-logins").iterdir()
        content = json.loads(file.read_text())
        del content["login"]["tokens"]["refresh_token"]
        file.write_text(json.dumps(content))
        server.authority.clients.clear()
        server.authority.end_login()
        async with httpx2.AsyncClient(auth=login(remote(server.url), user, patience=1)) as client:
            with pytest.raises(NeedsAuth, match="nobody has logged in"):
                await client.post(server.url, json={})

        assert await _say_hello(server, user) == "hello"
    assert [page.status_code for page in user.pages] == [200, 400, 200]
    assert server.authority.done == ["register", "login", "register", "login"]


async def test_a_host_that_does_not_want_to_wait_says_so(server: Protected) -> None:
    class Hurried(Visitor):
        def wants_login(self, url: str | None) -> None:
            raise NeedsAuth("Not now.")

    with pytest.raises(NeedsAuth, match=r"^Not now\.$"):
        async with connected(remote(server.url), Hurried()):
            pass


async def test_a_connection_that_is_given_up_leaves_nothing_that_listens(server: Protected) -> None:
    user = Visitor(comes=False)
    connecting = asyncio.ensure_future(_say_hello(server, user))
    back = urlsplit(parse_qs(urlsplit(await asked_to_log_in(user)).query)["redirect_uri"][0])

    connecting.cancel()
    await asyncio.wait([connecting], timeout=10)

    assert connecting.cancelled() and user.logins[1:] == [None]
    with pytest.raises(OSError):
        await asyncio.open_connection(back.hostname, back.port)


async def _say_hello(server: Protected, user: Visitor) -> str:
    async with connected(remote(server.url), user) as connection:
        return await said(connection)


async def test_a_slow_call_holds_no_other_up(server: Protected) -> None:
    async with visitor() as user, connected(remote(server.url), user) as connection:
        slow = asyncio.ensure_future(said(connection, "wait"))
        assert [await said(connection) for _ in range(3)] == ["hello"] * 3
        assert not slow.done()

        server.release()
        assert await slow == "waited"


async def test_a_tool_that_takes_more_rights_has_the_user_log_in_for_them(server: Protected) -> None:
    async with visitor() as user, connected(remote(server.url), user) as connection:
        assert await said(connection, "change") == "changed"
        assert await said(connection, "change") == "changed"

    asked = [parse_qs(urlsplit(url).query)["scope"][0] for url in user.logins if url]
    assert asked == ["read", "read write"]


async def test_other_calls_do_not_wait_for_a_login_for_more_rights(server: Protected) -> None:
    async with visitor(comes=False) as user:
        connecting = asyncio.ensure_future(_change_and_say_hello(server, user))
        await user.visit(await asked_to_log_in(user))
        await user.visit(await asked_to_log_in(user, 2))

        assert await connecting == ("changed", "hello")


async def _change_and_say_hello(server: Protected, user: Visitor) -> tuple[str, str]:
    async with connected(remote(server.url), user) as connection:
        change = asyncio.ensure_future(said(connection, "change"))
        hello = await said(connection)
        assert not change.done()
        return await change, hello


async def test_rights_that_the_user_refuses_cost_the_call_and_are_asked_for_once(server: Protected) -> None:
    async with visitor() as user, connected(remote(server.url), user) as connection:
        server.authority.refusal = "access_denied"
        with pytest.raises(ServerFailed, match="the authorization server refused it"):
            await said(connection, "change")
        with pytest.raises(ServerFailed, match=r"it does not give what the server wants \(write\)"):
            await said(connection, "change")

        assert await said(connection) == "hello"
    assert server.authority.done.count("login") == 2


async def test_a_server_that_accepts_no_login_does_not_send_the_user_round_in_circles(server: Protected) -> None:
    server.authority.forgetful = True
    async with visitor() as user:
        with pytest.raises(NeedsAuth, match="does not accept the login that it has just been given"):
            async with connected(remote(server.url), user):
                pass

    assert server.authority.done == ["register", "login"]
