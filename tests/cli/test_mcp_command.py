"""`sessiond mcp`: servers are added, listed, tried, logged in to and removed by the commands that people type."""

import json
import sys
from pathlib import Path

import pytest

from support.command import Done, sessiond
from support.daemon.home import Home
from support.mcp.oauth.protected_server import protected_server
from support.mcp.servers import odd_command
from support.mcp.token_only import token_only_server

BROWSER = "import sys, urllib.request as r; print(r.build_opener(r.ProxyHandler({})).open(sys.argv[1]).status)"
"""Follows where the login leads, as a browser does for a user who is logged in."""


@pytest.fixture(autouse=True)
def repository(home: Home) -> None:
    (home.project / ".git").mkdir()


async def mcp(home: Home, *arguments: str, code: int = 0, **environment: str) -> Done:
    done = await sessiond(home, "mcp", *arguments, environment=environment)
    assert done.code == code, done
    return done


async def add_odd(home: Home, name: str, habit: str = "plain", *options: str) -> Done:
    return await mcp(home, "add", name, *options, "--", *odd_command(habit))


def states(listed: Done) -> dict[str, str]:
    return {line.split()[0]: line.split()[1] for line in listed.out.splitlines()[1:] if line[0] != "`"}


async def test_a_server_is_added_tried_and_removed_and_nothing_is_left(home: Home) -> None:
    before = home.config_file.read_bytes()

    added = await add_odd(home, "odd", "plain", "--env", "LEVEL=${LEVEL:-info}", "--timeout", "5")
    assert added.out == f"Added odd to {home.config_file}.\n`sessiond mcp test odd` tries it.\n"
    tried = await mcp(home, "test", "odd")
    assert tried.out.startswith("odd: odd 1, by stdio, protocol ")
    assert "  odd_echo " in tried.out and "Ready after " in tried.out
    assert "Started." in (await mcp(home, "logs", "odd")).out

    assert (await mcp(home, "remove", "odd")).out == f"Removed odd from {home.config_file}.\n"
    assert home.config_file.read_bytes() == before
    assert "No MCP servers are configured here." in (await mcp(home)).out


async def test_each_server_is_listed_with_its_state_and_the_reason(home: Home) -> None:
    await add_odd(home, "good")
    await add_odd(home, "dead", "exits-at-once")
    home.config_file.write_text(home.config_file.read_text() + '\n[mcp.off]\ncommand = ["x"]\nenabled = false\n')
    await mcp(home, "add", "unset", "--", "x", "${NOWHERE}")

    assert states(await mcp(home, "list", "--no-start"))["good"] == "idle"
    listed = await mcp(home, "list")

    assert states(listed) | {"dead": ""} == {"dead": "", "good": "ready", "off": "disabled", "unset": "failed"}
    assert "TOKEN is not set" in listed.out and "The variable NOWHERE is not set" in listed.out
    as_json = json.loads((await mcp(home, "list", "--json", "--no-start")).out)
    assert [server["name"] for server in as_json["servers"]] == ["dead", "good", "off", "unset"]


async def test_a_server_that_does_not_start_fails_with_the_reason_and_its_last_words(home: Home) -> None:
    await add_odd(home, "dead", "dies-in-initialize")

    failed = await mcp(home, "test", "dead", code=1)

    assert failed.out == ""
    assert "dead cannot be used: The server ended with exit code 1" in failed.err
    assert "Error: TOKEN is not set\n" in failed.err
    unknown = await mcp(home, "test", "deed", code=1)
    assert "Did you mean dead?" in unknown.err


async def test_a_try_that_fails_shows_the_words_of_that_try_only(home: Home) -> None:
    await add_odd(home, "dead", "dies-in-initialize")
    first = await mcp(home, "test", "dead", code=1)
    second = await mcp(home, "test", "dead", code=1)

    assert second.err.count("TOKEN is not set") == first.err.count("TOKEN is not set")


async def test_a_projects_server_waits_for_trust(home: Home) -> None:
    added = await add_odd(home, "shared", "plain", "--project")
    file = home.project / ".mcp.json"

    program, *words = odd_command()
    assert json.loads(file.read_text()) == {"mcpServers": {"shared": {"command": program, "args": words}}}
    assert "sessiond trust" in added.out
    assert states(await mcp(home)) == {"shared": "untrusted"}
    assert "waits for trust" in (await mcp(home, "test", "shared", code=1)).err
    waiting = (await sessiond(home, "trust")).out
    assert f"\n.mcp.json:\n  mcp.shared.command = {json.dumps(odd_command())}\n" in waiting

    await sessiond(home, "trust", "--yes")
    assert states(await mcp(home)) == {"shared": "ready"}
    assert (await mcp(home, "remove", "shared")).out == f"Removed shared from {file}.\n"
    assert json.loads(file.read_text()) == {"mcpServers": {}}


async def test_the_doctor_names_servers_that_are_not_there_and_calls_nothing_bad_for_them(home: Home) -> None:
    await add_odd(home, "good")
    await add_odd(home, "dead", "exits-at-once")
    await add_odd(home, "shared", "plain", "--project")

    done = await sessiond(home, "doctor")

    assert done.code == 0, done.out
    assert "ok    MCP server good: ready, " in done.out
    assert "warn  MCP server dead cannot be used: " in done.out
    assert "warn  MCP server shared is brought by the project and waits for trust" in done.out


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["a:b", "--", "x"], "`mcp.a:b`: the name of a server has 1 to 64 printable characters and no colon."),
        (["a", "--header", "A=b", "--", "x"], "--header belongs to a URL, and this is a command."),
        (["a", "ftp://example.org"], "ftp://example.org is no command. A URL begins with http:// or https://"),
        (["a", "https://example.org", "--env", "A=b"], "--env belongs to a command, and this is a URL."),
        (["a", "--env", "A", "--", "x"], "--env takes NAME=VALUE; 'A' is none."),
        (["a", "--timeout", "-1", "--", "x"], "`mcp.a.call_timeout`: should be greater than 0; not -1.0."),
        (["taken", "--", "x"], "has a server 'taken' already; --force replaces it."),
        (["a", "--project", "--timeout", "5", "--", "x"], "`call_timeout` cannot be said in .mcp.json"),
    ],
)
async def test_what_makes_no_server_is_refused_and_nothing_is_written(
    home: Home, arguments: list[str], complaint: str
) -> None:
    home.configure('[mcp.taken]\ncommand = ["x"]\n')
    before = home.config_file.read_bytes()

    refused = await mcp(home, "add", *arguments, code=1)

    assert complaint in refused.err
    assert home.config_file.read_bytes() == before
    assert not (home.project / ".mcp.json").exists()


async def test_a_command_is_taken_as_it_is(home: Home) -> None:
    await mcp(home, "add", "a", "--force", "--", "npx", "--", "x", "--", "--env", "-h")
    await mcp(home, "add", "b", "--transport", "sse", "https://example.org/sse", "--header", "X-Level: info")
    await mcp(home, "add", "a", "--force", "--", "y")
    no_command = await mcp(home, "add", "c", "--", code=2)

    assert '[mcp.b]\nurl = "https://example.org/sse"\ntransport = "sse"\n' in home.config_file.read_text()
    assert home.config_file.read_text().endswith('[mcp.a]\ncommand = ["y"]\n')
    assert "COMMAND" in no_command.err


async def test_a_server_that_is_wrong_can_be_removed(home: Home) -> None:
    home.configure('[mcp.wrong]\ncomand = ["x"]\n')
    assert "Did you mean `command`?" in (await mcp(home, code=1)).err

    await mcp(home, "remove", "wrong")

    assert "No MCP servers are configured here." in (await mcp(home)).out


async def test_a_secret_that_is_written_out_is_warned_about_without_showing_it(home: Home) -> None:
    added = await add_odd(home, "odd", "plain", "--env", "API_KEY=hunter2hunter2", "--env", "TOKEN=${TOKEN}")

    assert "API_KEY looks like a secret" in added.err
    assert "TOKEN looks" not in added.err and "hunter2" not in added.err + added.out


async def test_a_remote_server_is_logged_in_to_with_the_browser_and_forgotten(home: Home, tmp_path: Path) -> None:
    browser = tmp_path / "browser.py"
    browser.write_text(BROWSER)
    with protected_server() as protected:
        env = {"BROWSER": f"{sys.executable} {browser} %s"}
        await mcp(home, "add", "remote", protected.url)
        assert states(await mcp(home, **env)) == {"remote": "needsAuth"}

        done = await mcp(home, "auth", "remote", **env)
        assert "Logged in to remote." in done.out
        assert f"{protected.authority.issuer.rstrip('/')}/authorize?" in done.err
        assert states(await mcp(home, **env)) == {"remote": "ready"}
        assert "no login is needed now" in (await mcp(home, "auth", "remote", **env)).out

        assert (await mcp(home, "auth", "remote", "--forget", **env)).out == "The login is forgotten.\n"
        assert states(await mcp(home, **env)) == {"remote": "needsAuth"}


async def test_a_removed_server_takes_its_login_along(home: Home, tmp_path: Path) -> None:
    browser = tmp_path / "browser.py"
    browser.write_text(BROWSER)
    with protected_server() as protected:
        await mcp(home, "add", "remote", protected.url)
        await mcp(home, "auth", "remote", BROWSER=f"{sys.executable} {browser} %s")

        assert "Its login is forgotten." in (await mcp(home, "remove", "remote")).out


async def test_options_of_a_command_that_miss_their_dashes_are_shown_where_they_belong(home: Home) -> None:
    refused = await mcp(home, "add", "git", "npx", "-y", "git-server", code=2)

    assert "the options of a command stand behind `--`: -- npx -y git-server\n" in refused.err


async def test_whoever_waits_for_a_server_is_told_of_it(home: Home) -> None:
    await add_odd(home, "odd one", "hangs-in-initialize")
    home.config_file.write_text(home.config_file.read_text() + "start_timeout = 2\n")

    assert (await mcp(home, "list")).err == "Waiting for MCP servers to start, 15 s at most: odd one.\n"
    tried = await mcp(home, "test", "odd one", code=1)

    assert tried.err.startswith(
        "Waiting for odd one to start …\nsessiond: odd one cannot be used: "
        "It did not answer within 2 s of its start (`start_timeout`). `sessiond mcp logs 'odd one'` may say more.\n"
    )


async def test_a_log_without_a_line_says_so(home: Home) -> None:
    await add_odd(home, "odd")

    assert (await mcp(home, "logs", "odd")).err.startswith("odd has written nothing yet.\n")


async def test_a_server_that_only_takes_a_key_does_not_send_the_user_to_a_login(home: Home) -> None:
    with token_only_server() as url:
        await mcp(home, "add", "keyed", url)
        without = await mcp(home, "auth", "keyed", code=1)
        await mcp(home, "add", "keyed", url, "--force", "--header", "X-Key: ${KEY:-stale}")
        listed = await mcp(home, "list")

    assert without.err == (
        f"sessiond: keyed does not let you in: The login to {url} failed: no client could be registered "
        "(Registration failed: 404). Give an `oauth` `client_id`, or a key in `headers`.\n"
    )
    assert states(listed) == {"keyed": "needsAuth"}, listed
    assert "sessiond mcp auth" not in listed.out
