"""Which servers a project has, by all that is said of them; a stranger's wait and never stand in for the user's."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from sessiond.config.errors import ConfigError
from sessiond.config.load import LoadedSettings, load_settings
from sessiond.config.mcp_servers.declared import Declared
from sessiond.config.settings import McpServerSettings
from sessiond.config.trust.trusted import change_trust, content_hash, project_status
from sessiond.permission.rules import SavedRules
from sessiond.session.turns.project_rules import ProjectRules
from sessiond_protocol.errors import RpcError
from sessiond_protocol.projects import WaitingForTrust


class Places:
    def __init__(self, folder: Path) -> None:
        self.user = folder / "config" / "config.toml"
        self.root = folder / "project"
        self.project = self.root / ".sessiond" / "config.toml"
        self.shared = self.root / ".mcp.json"
        self.user.parent.mkdir()
        self.user.touch()
        self.project.parent.mkdir(parents=True)
        self.environment = {"SESSIOND_CONFIG": str(self.user)}

    def share(self, **servers: Any) -> None:
        self.shared.write_text(json.dumps({"mcpServers": servers}))

    def trust(self) -> None:
        assert change_trust(self.root, trusted=True, environment=self.environment).trust == "trusted"

    def load(self, client: dict[str, Any] | None = None) -> LoadedSettings:
        return load_settings(self.root, client, self.environment)

    def declared(self, client: dict[str, Any] | None = None) -> dict[str, Declared]:
        servers = self.load(client).servers
        assert len(servers) == len({server.name for server in servers})
        return {server.name: server for server in servers}


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(tmp_path)


def by_command(name: str, *command: str, source: Path | str, trusted: bool = True, **more: Any) -> Declared:
    return Declared(name, McpServerSettings(command=list(command), **more), str(source), trusted)


def test_each_place_counts_over_the_one_before(places: Places) -> None:
    places.user.write_text('[mcp.a]\ncommand = ["user"]\n[mcp.mine]\ncommand = ["mine"]\n')
    places.share(a={"command": "shared"}, b={"command": "shared"})
    places.trust()
    assert places.declared() == {
        "a": by_command("a", "shared", source=places.shared),
        "b": by_command("b", "shared", source=places.shared),
        "mine": by_command("mine", "mine", source=places.user),
    }

    places.project.write_text('[mcp.a]\ncommand = ["project"]\n')
    places.trust()
    assert places.declared()["a"] == by_command("a", "project", source=places.project)

    client = {"mcp": {"a": {"command": ["client"]}, "c": {"url": "https://example.org"}}}
    assert places.declared(client)["a"] == by_command("a", "client", source="client")
    assert places.declared(client)["c"] == Declared("c", McpServerSettings(url="https://example.org"), "client", True)


def test_what_belongs_to_one_place_is_not_sent_to_another_and_what_is_tuned_stays(places: Places) -> None:
    places.user.write_text(
        '[mcp.a]\nurl = "https://mine.example"\nheaders = { Authorization = "secret" }\nsampling = true\n'
        "call_timeout = 5\n[mcp.b]\nenabled = false\n"
    )
    places.share(a={"url": "https://theirs.example"}, b={"command": "b"})
    places.trust()

    assert places.declared() == {
        "a": Declared("a", McpServerSettings(url="https://theirs.example", call_timeout=5), str(places.shared), True),
        "b": by_command("b", "b", source=places.shared, enabled=False),
    }


def test_single_keys_can_be_changed_above(places: Places) -> None:
    places.user.write_text('[mcp.a]\ncommand = ["a"]\nenv = { A = "1", B = "2" }\n')

    changed = places.declared({"mcp": {"a": {"env": {"B": "3"}, "enabled": False}}})

    assert changed == {"a": by_command("a", "a", source=places.user, env={"A": "1", "B": "3"}, enabled=False)}


def test_a_strangers_servers_wait_and_the_users_own_of_the_same_name_counts(places: Places) -> None:
    places.user.write_text('[mcp.a]\ncommand = ["mine"]\n')
    places.share(a={"command": "evil"}, b={"command": "evil"})
    places.project.write_text('[mcp.a]\nenabled = false\n[mcp.c]\ncommand = ["evil"]\n')

    loaded = places.load()

    assert loaded.settings.mcp == {"a": McpServerSettings(command=["mine"])}
    assert loaded.servers == (
        by_command("a", "mine", source=places.user),
        by_command("b", "evil", source=places.shared, trusted=False),
        by_command("c", "evil", source=places.project, trusted=False),
    )
    assert [warning.partition(" is ignored")[0] for warning in loaded.warnings] == [
        f"{places.project}: `mcp`",
        f"{places.shared}: `mcpServers`",
    ]

    places.trust()
    trusted = places.declared()
    assert trusted["a"] == by_command("a", "evil", source=places.shared, enabled=False)
    assert all(server.trusted for server in trusted.values())


def test_what_waits_is_shown_with_its_file_and_all_that_it_is_started_with(places: Places) -> None:
    long = "x" * 1000
    places.project.write_text('[mcp.c]\nurl = "https://evil.example"\n')
    places.share(a={"command": "sh", "args": ["-c", long + "; evil"], "env": {"LD_PRELOAD": "evil.so"}})

    status = project_status(places.root, places.environment)

    assert status.trust == "untrusted"
    assert status.waiting == [
        WaitingForTrust(str(places.project), "mcp.c.url", '"https://evil.example"'),
        WaitingForTrust(str(places.shared), "mcp.a.command", json.dumps(["sh", "-c", long + "; evil"])),
        WaitingForTrust(str(places.shared), "mcp.a.env.LD_PRELOAD", '"evil.so"'),
    ]


def test_trust_covers_both_files_and_a_change_of_either_waits_again(places: Places) -> None:
    places.project.write_text("max_steps = 5\n")
    places.trust()
    assert places.load().trust == "trusted"
    places.share(a={"command": "a"})
    assert (places.load().trust, places.declared()["a"].trusted) == ("changed", False)
    assert places.load().settings.max_steps == 1000

    places.trust()
    assert places.declared()["a"].trusted
    places.share(a={"command": "evil"})
    assert places.load().trust == "changed"
    places.shared.unlink()
    assert places.load().trust == "changed"


def test_the_hash_of_a_project_without_the_file_is_what_it_was(places: Places) -> None:
    assert content_hash("x") == "sha256:2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
    assert len({content_hash("x"), content_hash("x", "y"), content_hash("xy"), content_hash("", "xy")}) == 4


def test_a_project_that_shares_no_server_needs_no_trust(places: Places) -> None:
    for text in ("", "{}", '{"mcpServers": {}}', "{", '{"mcpServers": {"a": 1}}'):
        places.shared.write_text(text)
        assert places.load().trust == "notNeeded"


def test_a_broken_shared_file_costs_nothing_but_its_servers(places: Places) -> None:
    places.user.write_text('[mcp.a]\ncommand = ["mine"]\n')
    places.shared.write_text("{")

    loaded = places.load()

    assert [server.name for server in loaded.servers] == ["a"]
    assert len(loaded.warnings) == 1 and "not valid JSON" in loaded.warnings[0]


def test_mistakes_name_file_line_and_key(places: Places) -> None:
    places.user.write_text(
        '[mcp.a]\ncomand = ["x"]\n[mcp.b]\nenv = { A = "1" }\n[mcp."c:d"]\ncommand = ["x"]\n'
        '[mcp.e]\ncommand = []\n[mcp.f]\nenabled = "maybe"\n[mcp.g]\ncommand = ["x"]\nurl = "https://x"\n'
    )
    with pytest.raises(ConfigError) as caught:
        places.load()

    assert caught.value.message.splitlines() == [
        f"{places.user}, line {text}"
        for text in (
            "2: `mcp.a.comand`: no such setting. Did you mean `command`?",
            "3: `mcp.b`: needs `command` or `url`.",
            "5: `mcp.c:d`: the name of a server has 1 to 64 printable characters and no colon.",
            "8: `mcp.e.command`: List should have at least 1 item after validation, not 0; not [].",
            "10: `mcp.f.enabled`: should be a valid boolean, unable to interpret input; not 'maybe'.",
            "11: `mcp.g`: has `command` and `url`, which are two servers.",
        )
    ]


def test_the_servers_of_a_project_are_read_again_when_a_file_has_changed(places: Places) -> None:
    rules = ProjectRules(None, places.environment, SavedRules())
    root = str(places.root)
    assert rules.servers_of(root) == ()

    places.share(a={"command": "a"})
    before = rules.servers_of(root)
    assert [(server.name, server.trusted) for server in before] == [("a", False)]
    assert rules.servers_of(root) is before
    places.trust()
    assert [(server.name, server.trusted) for server in rules.servers_of(root)] == [("a", True)]

    places.user.write_text("[mcp.a]\nx = 1\n")
    os.utime(places.user, (1, 1))
    with pytest.raises(RpcError, match="no such setting"):
        rules.servers_of(root)
