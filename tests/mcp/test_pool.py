"""The servers of projects: which there are by what is configured now, and that they start, are replaced and end."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from sessiond.config.settings import McpServerSettings
from sessiond.mcp.base import Remote, ServerFailed, Stdio
from sessiond.mcp.pool import Pool
from sessiond.mcp.supervision.supervised import Supervised
from sessiond_protocol.errors import ErrorCode, RpcError
from support.mcp.played.pools import ROOT, Configuration, Stage, declared, pool_of
from support.mcp.played.server import Played, PlayedServer, hang
from support.mcp.played.supervised import BOUND, call, until


async def server_of(pool: Pool, name: str, root: str = ROOT) -> Supervised:
    server = (await pool.of(root)).entries[name].server
    assert server is not None
    return server


async def states(pool: Pool, root: str = ROOT) -> dict[str, str]:
    return {name: entry.status.state for name, entry in (await pool.of(root)).entries.items()}


async def begun(pool: Pool, root: str = ROOT) -> dict[str, str]:
    """All states once nothing is starting any more."""
    servers = await pool.of(root)
    servers.begin()
    await servers.settled(BOUND)
    return await states(pool, root)


async def test_servers_are_idle_until_they_are_begun_and_begin_returns_at_once(tmp_path: Path) -> None:
    stage = Stage()
    async with pool_of(Configuration(declared("b"), declared("a")), stage, tmp_path) as pool:
        before = await states(pool)
        pool.begin(ROOT)
        at_once = len(stage.open)
        servers = await pool.of(ROOT)
        await until(lambda: len(stage.open) == 2)
        await servers.settled(BOUND)

        assert (before, at_once) == ({"a": "idle", "b": "idle"}, 0)
        assert await states(pool) == {"a": "ready", "b": "ready"}
        assert list(servers.entries) == ["a", "b"]
    assert stage.open == []


async def test_servers_that_are_off_untrusted_or_lack_a_variable_say_so_and_the_others_start(tmp_path: Path) -> None:
    configuration = Configuration(
        declared("off", enabled=False),
        declared("theirs", source="/project/.mcp.json", trusted=False),
        declared("keyless", env={"KEY": "${NO_SUCH_KEY}"}),
        declared("good"),
    )
    stage = Stage()
    async with pool_of(configuration, stage, tmp_path) as pool:
        await begun(pool)

        entries = (await pool.of(ROOT)).entries
        assert {name: (entry.status.state, entry.status.reason) for name, entry in entries.items()} == {
            "good": ("ready", None),
            "keyless": (
                "failed",
                "`env.KEY`: The variable NO_SUCH_KEY is not set. Set it, or write ${NO_SUCH_KEY:-default}.",
            ),
            "off": ("disabled", "The configuration says `enabled = false`."),
            "theirs": ("untrusted", "The project brings it along and waits for your trust: `sessiond trust`."),
        }
        assert [connection.config.name for connection in stage.open] == ["good"]


async def test_a_server_is_made_of_its_settings_the_environment_and_the_project(tmp_path: Path) -> None:
    configuration = Configuration(
        declared("here", command=["${HOME}/bin/x", "--fast"], env={"KEY": "${SECRET}", "PATH": "/opt"}, cwd="sub/../a"),
        declared("plain", start_timeout=3, call_timeout=4, call_timeouts={"t": 5}, sampling=True),
        declared(
            "there",
            command=None,
            url="https://${HOST:-played.example}/mcp",
            transport="sse",
            headers={"X-Key": "${SECRET}"},
            oauth={"client_id": "me", "client_secret_env": "SECRET", "scopes": ["read"]},
        ),
    )
    async with pool_of(configuration, Stage(), tmp_path, {"HOME": "/home/ada", "SECRET": "s3cret"}) as pool:
        configs = [server.config for server in (await pool.of(ROOT)).servers]

        assert [each.place for each in configs] == [
            Stdio(command=("/home/ada/bin/x", "--fast"), cwd="/project/a", env={"PATH": "/opt", "KEY": "s3cret"}),
            Stdio(command=("played",), cwd="/project", env={"PATH": "/bin"}),
            Remote(
                url="https://played.example/mcp",
                kind="sse",
                headers={"X-Key": "s3cret"},
                client_id="me",
                client_secret="s3cret",
                scopes=("read",),
            ),
        ]
        plain = configs[1]
        assert (plain.start_timeout, plain.timeout_of("t"), plain.timeout_of("u"), plain.sampling) == (3, 5, 4, True)


async def test_a_changed_configuration_replaces_what_it_changes_and_leaves_the_rest_alone(tmp_path: Path) -> None:
    configuration = Configuration(declared("kept"), declared("changed"), declared("removed"))
    stage = Stage()
    async with pool_of(configuration, stage, tmp_path) as pool:
        await begun(pool)
        kept, changed = await server_of(pool, "kept"), await server_of(pool, "changed")
        configuration.of[ROOT] = [declared("kept"), declared("changed", command=["other"]), declared("added")]
        replaced = await states(pool)
        after = await begun(pool)
        await until(lambda: len(stage.open) == 3)

        assert replaced == {"added": "idle", "changed": "idle", "kept": "ready"}
        assert after == dict.fromkeys(("added", "changed", "kept"), "ready")
        assert await server_of(pool, "kept") is kept
        assert (await server_of(pool, "changed")) is not changed
        assert {connection.config.name for connection in stage.open} == {"kept", "changed", "added"}
        with pytest.raises(ServerFailed, match="configured in another way"):
            await call(changed)


async def test_a_configuration_that_cannot_be_read_changes_nothing_and_is_told_to_who_asks(tmp_path: Path) -> None:
    configuration = Configuration(declared("good"))
    async with pool_of(configuration, Stage(), tmp_path) as pool:
        await begun(pool)
        configuration.wrong = RpcError(ErrorCode.INVALID_PARAMS, "config.toml, line 3: `mcp`: is wrong.")

        assert await states(pool) == {"good": "ready"}
        with pytest.raises(RpcError, match="line 3"):
            await pool.look(ROOT)


async def test_two_projects_have_servers_of_their_own(tmp_path: Path) -> None:
    configuration, stage = Configuration(declared("same")), Stage()
    configuration.of["/other"] = [declared("same")]
    async with pool_of(configuration, stage, tmp_path) as pool:
        await begun(pool)
        alone = len(stage.open)
        await begun(pool, "/other")
        await pool.disconnect("/other", "same")

        assert (alone, await states(pool), await states(pool, "/other")) == (1, {"same": "ready"}, {"same": "disabled"})
        assert [connection.host.roots() for connection in stage.open] == [("file:///project",)]


async def test_a_disconnected_server_stays_so_through_every_begin_until_it_is_connected(tmp_path: Path) -> None:
    configuration, stage = Configuration(declared("one")), Stage()
    async with pool_of(configuration, stage, tmp_path) as pool:
        await begun(pool)
        await pool.disconnect(ROOT, "one")
        left = list(stage.open)
        configuration.of[ROOT] = [declared("one", command=["changed"])]
        still = await begun(pool)
        entry = await pool.connect(ROOT, "one")

        assert (left, still, entry.status.state) == ([], {"one": "disabled"}, "ready")
        assert await states(pool) == {"one": "ready"}


async def test_a_call_that_runs_fails_when_its_server_is_disconnected(tmp_path: Path) -> None:
    stage = Stage()
    stage["one"].call = hang
    async with pool_of(Configuration(declared("one")), stage, tmp_path) as pool:
        await begun(pool)
        calling = asyncio.ensure_future(call(await server_of(pool, "one")))
        await until(lambda: stage["one"].newest.running)
        await pool.disconnect(ROOT, "one")

        with pytest.raises(ServerFailed, match="A client has stopped it"):
            await calling


async def test_connecting_starts_a_ready_server_anew_and_one_that_is_off(tmp_path: Path) -> None:
    stage = Stage()
    async with pool_of(Configuration(declared("on"), declared("off", enabled=False)), stage, tmp_path) as pool:
        await begun(pool)
        for name in ("on", "off"):
            await pool.connect(ROOT, name)

        assert await states(pool) == {"off": "ready", "on": "ready"}
        assert (len(stage["on"].connections), len(stage["on"].open)) == (2, 1)


async def test_a_client_brings_a_server_that_stands_in_for_one_of_the_same_name(tmp_path: Path) -> None:
    configuration, stage = Configuration(declared("mine")), Stage()
    async with pool_of(configuration, stage, tmp_path) as pool:
        await begun(pool)
        entry = await pool.connect(ROOT, "mine", McpServerSettings(command=["brought"]))
        other = await pool.connect(ROOT, "new", McpServerSettings(command=["new"]))
        configuration.of[ROOT] = []

        assert (entry.declared.source, entry.status.state, other.status.state) == ("client", "ready", "ready")
        assert await begun(pool) == {"mine": "ready", "new": "ready"}
        assert [connection.config.place for connection in stage.open] == [
            Stdio(command=(word,), cwd=ROOT, env={"PATH": "/bin"}) for word in ("brought", "new")
        ]


async def test_a_server_that_failed_is_tried_again_only_when_that_is_wanted(tmp_path: Path) -> None:
    stage = Stage(bad=PlayedServer())
    stage["bad"].enter = fails
    async with pool_of(Configuration(declared("bad")), stage, tmp_path) as pool:
        pool._means = stage["bad"].means()
        pool.begin(ROOT)
        servers = await pool.of(ROOT)
        await until(lambda: servers.servers[0].status.state == "failed")
        tries = len(stage["bad"].connections)
        servers.begin()
        same = len(stage["bad"].connections)
        servers.begin(again=True)
        await until(lambda: len(stage["bad"].connections) > tries)

        assert same == tries


async def test_closing_ends_all_servers_whatever_they_are_at_and_none_starts_any_more(tmp_path: Path) -> None:
    stage = Stage()
    stage["hangs"].enter = hang
    stage["busy"].call = hang
    configuration = Configuration(declared("hangs"), declared("busy"), declared("idle"))
    async with pool_of(configuration, stage, tmp_path) as pool:
        for name in ("hangs", "busy"):
            (await server_of(pool, name)).begin()
        calling = asyncio.ensure_future(call(await server_of(pool, "busy")))
        await until(lambda: stage["busy"].connections and stage["busy"].newest.running)
        pool.begin(ROOT)
        await pool.close()
        pool.begin(ROOT)
        with pytest.raises(RpcError) as refused:
            await pool.connect(ROOT, "idle")

        with pytest.raises(ServerFailed, match="The engine is ending"):
            await calling
        assert refused.value.data["kind"] == "shuttingDown"
        assert stage.open == []
        assert set((await states(pool)).values()) == {"disabled"}


async def fails(_: object) -> None:
    raise ServerFailed("It is broken.")


async def test_no_log_and_no_reason_shows_a_secret_of_a_server(tmp_path: Path) -> None:
    stage = Stage()
    configuration = Configuration(
        declared("here", env={"API_KEY": "correct-horse-battery"}),
        declared("there", command=None, url="https://played.example", headers={"Authorization": "Bearer staple-4711"}),
    )
    stage["here"].enter = tells("the key correct-horse-battery is refused")
    stage["there"].enter = tells("staple-4711 has expired")
    async with pool_of(configuration, stage, tmp_path) as pool:
        await begun(pool)
        here, there = (await pool.of(ROOT)).entries.values()

        assert here.status.reason == "the key [redacted] is refused."
        assert there.status.reason == "[redacted] has expired."
        assert "[redacted]" in here.log.tail(10) and "[redacted]" in there.log.tail(10)
        written = "".join(file.read_text() for file in (tmp_path / "log" / "mcp").iterdir())
        assert "battery" not in written and "4711" not in written


def tells(reason: str) -> Callable[[Played], Awaitable[None]]:
    async def fail(_: Played) -> None:
        raise ServerFailed(reason)

    return fail
