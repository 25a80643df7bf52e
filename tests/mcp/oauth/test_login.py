"""A user logs in to a remote server once; from then on the login is kept and renewed."""

import asyncio
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from sessiond.mcp.base import NeedsAuth
from sessiond.mcp.logins import KeptLogin
from support.mcp.oauth.protected_server import Protected, protected_server
from support.mcp.oauth.sessions import connected, logins_in, remote, said
from support.mcp.visitor import visitor


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Path]:
    with logins_in(tmp_path) as folder:
        yield folder


@pytest.fixture
def server(kept: Path) -> Iterator[Protected]:
    with protected_server() as protected:
        yield protected


async def logged_in(server: Protected) -> None:
    async with visitor() as user, connected(remote(server.url), user) as connection:
        assert await said(connection) == "hello"


def run_out(kept: Path) -> None:
    """As if the time of the token had passed."""
    (file,) = kept.iterdir()
    content = json.loads(file.read_text())
    content["login"]["expires_at"] = 1
    file.write_text(json.dumps(content))


async def test_a_server_that_wants_a_login_is_registered_with_and_the_user_is_sent_to_log_in(server: Protected) -> None:
    async with visitor() as user, connected(remote(server.url), user) as connection:
        assert await said(connection) == "hello"

    url, end = user.logins
    assert url is not None and end is None
    asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    assert asked | {"state": "", "code_challenge": "", "redirect_uri": "", "client_id": ""} == {
        "response_type": "code",
        "client_id": "",
        "redirect_uri": "",
        "state": "",
        "code_challenge": "",
        "code_challenge_method": "S256",
        "scope": "read",
        "resource": server.url,
    }
    assert "You are logged in" in user.pages[0].text
    assert server.authority.done == ["register", "login"]


async def test_the_next_connection_needs_no_login(server: Protected) -> None:
    await logged_in(server)

    async with visitor() as user, connected(remote(server.url), user) as connection:
        assert await said(connection) == "hello"

    assert (user.logins, server.authority.done) == ([], ["register", "login"])


async def test_a_login_is_kept_in_a_file_that_only_the_user_reads(server: Protected, kept: Path) -> None:
    await logged_in(server)

    (file,) = kept.iterdir()
    assert (file.stat().st_mode & 0o777, kept.stat().st_mode & 0o777) == (0o600, 0o700)
    assert json.loads(file.read_text())["login"]["tokens"]["access_token"] in server.authority.issued


async def test_a_token_that_has_run_out_is_renewed_where_it_came_from(server: Protected, kept: Path) -> None:
    await logged_in(server)
    run_out(kept)

    await logged_in(server)
    await logged_in(server)

    assert server.authority.done == ["register", "login", "refresh"]


async def test_a_token_that_is_refused_before_its_end_is_renewed_without_the_user(server: Protected) -> None:
    async with visitor() as user, connected(remote(server.url), user) as connection:
        server.authority.end_access()

        assert await said(connection) == "hello"

    assert server.authority.done == ["register", "login", "refresh"]


async def test_a_login_that_was_ended_elsewhere_is_asked_for_anew(server: Protected) -> None:
    await logged_in(server)
    server.authority.end_login()

    await logged_in(server)

    assert server.authority.done == ["register", "login", "login"]


async def test_a_client_that_was_forgotten_is_registered_anew(server: Protected) -> None:
    await logged_in(server)
    server.authority.clients.clear()
    server.authority.end_login()

    await logged_in(server)

    assert server.authority.done == ["register", "login", "register", "login"]


async def test_a_busy_authorization_server_costs_no_login(server: Protected, kept: Path) -> None:
    await logged_in(server)
    run_out(kept)
    server.authority.busy = True
    async with visitor() as user:
        with pytest.raises(Exception, match="The authorization server answered 503; the login is kept"):
            async with connected(remote(server.url), user):
                pass
    server.authority.busy = False

    await logged_in(server)

    assert (user.logins, server.authority.done) == ([], ["register", "login", "refresh"])


async def test_a_user_who_is_refused_reads_why(server: Protected) -> None:
    server.authority.refusal = "access_denied"
    async with visitor() as user:
        with pytest.raises(NeedsAuth) as failed:
            async with connected(remote(server.url), user):
                pass

    assert str(failed.value) == (
        f"The login to {server.url} failed: the authorization server refused it (access_denied: <b>not you</b>)"
    )
    assert "access_denied: &lt;b&gt;not you&lt;/b&gt;" in user.pages[0].text
    assert user.logins[1:] == [None]


async def test_an_answer_to_another_login_is_refused_and_the_right_one_still_counts(server: Protected) -> None:
    async with visitor(comes=False) as user:
        connecting = asyncio.ensure_future(_hello(server, user))
        async with asyncio.timeout(10):
            while not user.logins:
                await asyncio.sleep(0)
        url = str(user.logins[0])
        back = parse_qs(urlsplit(url).query)["redirect_uri"][0]
        async with httpx2.AsyncClient() as stranger:
            forged = await stranger.get(f"{back}?code=stolen&state=guessed")
        await user.visit(url)

        assert (forged.status_code, await connecting) == (400, "hello")


async def _hello(server: Protected, user) -> str:
    async with connected(remote(server.url), user) as connection:
        return await said(connection)


async def test_two_that_wait_for_the_same_login_need_it_once(server: Protected) -> None:
    async with visitor(comes=False) as late, visitor(comes=False) as user:
        both = asyncio.gather(_hello(server, late), _hello(server, user))
        async with asyncio.timeout(10):
            while not (late.logins and user.logins):
                await asyncio.sleep(0)
        await user.visit(str(user.logins[0]))

        assert await both == ["hello", "hello"]
    assert server.authority.done.count("login") == 1
    assert late.logins[1:] == [None]


async def test_a_forgotten_login_is_asked_for_anew(server: Protected) -> None:
    await logged_in(server)
    login = KeptLogin(remote(server.url))

    assert [login.forget(), login.forget()] == [True, False]

    await logged_in(server)
    assert server.authority.done == ["register", "login", "register", "login"]


@pytest.mark.parametrize("content", ["", "[]", "{", '{"login": 1}', "\x00"])
async def test_a_damaged_login_is_none(server: Protected, kept: Path, content: str) -> None:
    await logged_in(server)
    (file,) = kept.iterdir()
    file.write_text(content)

    await logged_in(server)

    assert server.authority.done == ["register", "login", "register", "login"]


async def test_a_login_that_others_can_read_is_not_used(server: Protected, kept: Path) -> None:
    await logged_in(server)
    (file,) = kept.iterdir()
    file.chmod(0o644)

    async with visitor() as user:
        with pytest.raises(Exception, match=r"others on this machine can read your logins\. Run: chmod 600"):
            async with connected(remote(server.url), user):
                pass


async def test_no_token_is_in_any_log(server: Protected, kept: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    await logged_in(server)
    run_out(kept)
    async with visitor() as user, connected(remote(server.url), user) as connection:
        server.authority.end_login()
        await said(connection)

    logged = caplog.text + "".join(user.told)
    assert server.authority.done == ["register", "login", "refresh", "login"]
    assert [secret for secret in server.authority.issued if secret in logged] == []
