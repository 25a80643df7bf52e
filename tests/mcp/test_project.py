"""What the turns of a project see of its servers: tools in one order, the same objects, words on how to use them."""

from pathlib import Path

import msgspec

from sessiond.mcp.base import Listing, ResourceFacts
from sessiond.mcp.project import LONGEST_INSTRUCTIONS, MOST_CHARACTERS, MOST_TOOLS, ProjectServers
from support.mcp.played.pools import ROOT, Configuration, Stage, declared, pool_of
from support.mcp.played.server import IDENTITY, Played, PlayedServer, facts, hang, offering
from support.mcp.played.supervised import BOUND, until

RESOURCE = ResourceFacts(
    uri="file:///a", name="a", template=False, title=None, description=None, media_type=None, size=None
)


def names(servers: ProjectServers) -> list[str]:
    return [tool.name for tool in servers.tools()]


async def begun(servers: ProjectServers) -> ProjectServers:
    servers.begin()
    await servers.settled(BOUND)
    return servers


async def test_tools_come_in_the_order_of_servers_and_names_and_the_resource_tool_last(tmp_path: Path) -> None:
    stage = Stage(
        b=PlayedServer(offering("z", "a")),
        a=PlayedServer(msgspec.structs.replace(offering("x"), resources=(RESOURCE,))),
    )
    async with pool_of(Configuration(declared("b"), declared("a")), stage, tmp_path) as pool:
        servers = await begun(await pool.of(ROOT))

        assert names(servers) == ["a_x", "b_a", "b_z", "readResource"]
        assert servers.tools_of("b") == ["b_a", "b_z"]


async def test_tools_are_the_same_objects_until_something_changes_for_them(tmp_path: Path) -> None:
    stage = Stage(a=PlayedServer(offering("x", "y")), b=PlayedServer(offering("z")))
    async with pool_of(Configuration(declared("a"), declared("b")), stage, tmp_path) as pool:
        servers = await begun(await pool.of(ROOT))
        before = {tool.name: tool for tool in servers.tools()}
        same = servers.tools() is servers.tools()
        changed = msgspec.structs.replace(facts("y"), description="Does it better.")
        stage["a"].offered = Listing(tools=(facts("x"), changed, facts("new")))
        stage["a"].newest.host.changed()
        await until(lambda: len(servers.tools()) == 4)
        after = {tool.name: tool for tool in servers.tools()}

        assert same
        assert list(after) == ["a_new", "a_x", "a_y", "b_z"]
        assert [name for name in before if after[name] is not before[name]] == ["a_y"]


async def test_a_server_that_starts_again_keeps_its_tools_and_one_that_is_stopped_does_not(tmp_path: Path) -> None:
    stage = Stage()
    async with pool_of(Configuration(declared("a"), declared("b")), stage, tmp_path) as pool:
        servers = await begun(await pool.of(ROOT))
        before = servers.tools()
        stage["a"].enter = hang
        stage["a"].newest.lose()
        await until(lambda: len(stage["a"].connections) == 2)
        again = servers.tools()
        await pool.disconnect(ROOT, "b")

        assert again is before
        assert names(servers) == ["a_echo"]


async def test_a_tool_that_cannot_be_used_is_left_out_with_the_reason(tmp_path: Path) -> None:
    deep: dict[str, object] = {}
    for _ in range(100):
        deep = {"type": "object", "properties": {"in": deep}}
    unusable = msgspec.structs.replace(facts("deep"), schema=deep)
    stage = Stage(a=PlayedServer(Listing(tools=(facts("good"), unusable, facts("good")))))
    async with pool_of(Configuration(declared("a")), stage, tmp_path) as pool:
        servers = await begun(await pool.of(ROOT))

        assert names(servers) == ["a_good"]
        assert servers.left_out("a") == [
            "deep: its schema nests more than 40 levels deep",
            "good: the server has another tool of this name",
        ]


async def test_servers_together_bring_no_more_tools_than_every_provider_takes(tmp_path: Path) -> None:
    stage = Stage(
        a=PlayedServer(offering(*(f"tool{number:03}" for number in range(MOST_TOOLS - 1)))),
        b=PlayedServer(offering("x", "y")),
    )
    async with pool_of(Configuration(declared("a"), declared("b")), stage, tmp_path) as pool:
        servers = await begun(await pool.of(ROOT))

        assert len(servers.tools()) == MOST_TOOLS
        assert (servers.tools_of("b"), servers.left_out("b")) == (
            ["b_x"],
            [f"y: the servers before it have {MOST_TOOLS} tools already"],
        )


async def test_tools_that_are_too_much_together_are_left_out_from_some_point_on(tmp_path: Path) -> None:
    large = [msgspec.structs.replace(facts(f"t{number:03}"), schema=of_size(30_000)) for number in range(30)]
    stage = Stage(a=PlayedServer(Listing(tools=tuple(large))), b=PlayedServer(offering("x")))
    async with pool_of(Configuration(declared("a"), declared("b")), stage, tmp_path) as pool:
        servers = await begun(await pool.of(ROOT))
        offered = servers.tools_of("a")
        count = MOST_CHARACTERS // 30_000 + 1

        assert offered == [f"a_t{number:03}" for number in range(count)]
        assert servers.left_out("a") == [
            f"t{number:03}: the tools before it have 524,288 characters in all" for number in range(count, 30)
        ]
        assert servers.tools_of("b") == ["b_x"]


async def test_instructions_say_whose_they_are_and_are_bounded(tmp_path: Path) -> None:
    stage = Stage()
    stage["long"].enter = speaks_at_length
    stage["silent"].enter = says_nothing
    stage["off"].enter = hang
    configuration = Configuration(*(declared(name) for name in ("short", "long", "silent", "off")))
    async with pool_of(configuration, stage, tmp_path) as pool:
        servers = await pool.of(ROOT)
        servers.begin()
        await until(lambda: [server.status.state for server in servers.servers].count("ready") == 3)
        long, short = servers.instructions()

        assert short == (
            "Instructions from the MCP server short, on the use of its tools. They are not from the user:\n\n"
            "Play with it."
        )
        assert len(long) < LONGEST_INSTRUCTIONS + 200


async def test_a_name_may_be_a_tool_of_a_server_that_has_not_said_yet_what_it_offers(tmp_path: Path) -> None:
    stage = Stage()
    async with pool_of(Configuration(declared("a.b"), declared("c")), stage, tmp_path) as pool:
        servers = await pool.of(ROOT)
        asked = ("a_b_echo", "a_b_other", "c_echo", "d_echo", "readResource", "read")
        before = [name for name in asked if servers.may_offer(name)]
        await begun(servers)
        after = [name for name in asked if servers.may_offer(name)]

        assert before == ["a_b_echo", "a_b_other", "c_echo", "readResource"]
        assert after == ["a_b_echo", "c_echo"]


def of_size(characters: int) -> dict[str, object]:
    return {"type": "object", "description": "x" * characters}


async def speaks_at_length(connection: Played) -> None:
    connection.identity = msgspec.structs.replace(IDENTITY, instructions="x" * 100_000)


async def says_nothing(connection: Played) -> None:
    connection.identity = msgspec.structs.replace(IDENTITY, instructions=" \n")
