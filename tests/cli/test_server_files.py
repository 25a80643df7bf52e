"""`sessiond mcp add` and `remove` on any file: every byte that was not meant stays, and nothing odd is ever written."""

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
import tomlkit
from hypothesis import example, given
from hypothesis import strategies as st

from sessiond.cli.mcp import json_file, toml_file
from sessiond.cli.mcp.places import of_user
from sessiond.config.errors import ConfigError, Failed

FILE = Path("config.toml")
TEXT = st.text(st.characters(codec="utf-8"), max_size=12)
NAMES = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S"), exclude_characters=":"), min_size=1)
SECTIONS = st.fixed_dictionaries(
    {"command": st.lists(TEXT, min_size=1, max_size=3)},
    optional={"env": st.dictionaries(TEXT.filter(bool), TEXT, min_size=1, max_size=2), "call_timeout": st.just(5.0)},
)
LINES = st.sampled_from(
    [
        "", "# a comment", "  # [mcp.x]", "[section]", "[[list]]", "[mcp.x]", "[mcp.x.env]", '[mcp."y z"]  # said',
        'command = ["a"]', "a.b = 1", 'text = """', '"""', "numbers = [", "  1,", "]", "mcp = {}", "[mcp]",
        'x = { command = ["a"] }', 'mcp.x.command = ["a"]', "[ mcp . x ]",
    ]
)  # fmt: skip


def is_toml(text: str) -> bool:
    try:
        return isinstance(tomllib.loads(text).get("mcp", {}), dict)
    except tomllib.TOMLDecodeError:
        return False


FILES = st.builds(
    lambda lines, line_break, end: line_break.join(lines) + end,
    st.lists(LINES, max_size=8),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["", "\n"]),
).filter(is_toml)


@given(FILES, NAMES, SECTIONS)
def test_a_server_that_is_added_and_removed_has_never_been_there(text: str, name: str, section: dict[str, Any]) -> None:
    if name in toml_file.names(FILE, text):
        text = toml_file.without_server(FILE, text, name)
    added = toml_file.with_server(FILE, text, name, section)

    assert tomllib.loads(added)["mcp"][name] == section
    assert toml_file.without_server(FILE, added, name) == text


@given(FILES, st.sampled_from(["x", "y z", "command", "a"]))
@example('[mcp.x]\ntext = """\n[section]\ntext = """', "x")
def test_what_is_removed_is_that_server_and_nothing_else(text: str, name: str) -> None:
    values = tomllib.loads(text)
    if name not in values.get("mcp", {}):
        return
    after = toml_file.without_server(FILE, text, name)

    del values["mcp"][name]
    assert tomllib.loads(after).get("mcp", {}) == values.pop("mcp")
    assert {key: value for key, value in tomllib.loads(after).items() if key != "mcp"} == values


def test_a_server_between_others_goes_and_what_was_written_about_them_stays() -> None:
    text = (
        '# mine\nmodel = "a/b"\n\n[mcp.one] # first\ncommand = ["one"]\n\n[mcp.one.env]\nA = "1"\n\n'
        '# the second\n[mcp.two]\ncommand = ["two"]\n'
    )

    assert toml_file.without_server(FILE, text, "one") == (
        '# mine\nmodel = "a/b"\n\n# the second\n[mcp.two]\ncommand = ["two"]\n'
    )


@pytest.mark.parametrize(
    ("text", "added"),
    [
        ("mcp = { a = { command = ['x'] } }\n", "mcp = { a = { command = ['x'] }, n = {command = [\"y\"]}}\n"),
        ("mcp.a.command = ['x']\n[z]\n", "mcp.a.command = ['x']\n[z]\n\n[mcp.n]\ncommand = [\"y\"]\n"),
    ],
)
def test_other_ways_to_write_servers_are_understood(text: str, added: str) -> None:
    assert toml_file.with_server(FILE, text, "n", {"command": ["y"]}) == added
    assert toml_file.without_server(FILE, added, "n") == text


def test_a_server_of_a_json_file_is_added_beside_all_else() -> None:
    text = json.dumps({"$schema": "x", "mcpServers": {"a": {"url": "https://ä", "odd": 1}}, "z": [1]}, indent=2) + "\n"
    section = {"command": ["npx", "-y", "x"], "env": {"A": "${A}"}, "cwd": "sub"}

    added = json_file.with_server(FILE, text, "n", section)

    assert json.loads(added)["mcpServers"] == {
        "a": {"url": "https://ä", "odd": 1},
        "n": {"command": "npx", "args": ["-y", "x"], "env": {"A": "${A}"}, "cwd": "sub"},
    }
    assert json.loads(json_file.without_server(FILE, added, "n")) == json.loads(text)
    with pytest.raises(Failed, match="call_timeout"):
        json_file.with_server(FILE, text, "n", {"command": ["x"], "call_timeout": 5})


@pytest.mark.parametrize("content", [b"x = ", b"\xff", b"[" * 9999, b"mcp = 1\nmcp = 2\n"])
def test_a_file_that_cannot_be_read_is_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    file = tmp_path / "config.toml"
    file.write_bytes(content)
    monkeypatch.setenv("SESSIOND_CONFIG", str(file))

    with pytest.raises(ConfigError, match=str(file)):
        of_user().add("a", {"command": ["a"]})
    assert file.read_bytes() == content


def test_a_file_keeps_its_mode_and_its_link_and_a_new_one_is_private(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, link, new = tmp_path / "dotfiles" / "config.toml", tmp_path / "config.toml", tmp_path / "new" / "config.toml"
    real.parent.mkdir()
    real.write_text("# mine\n")
    real.chmod(0o640)
    link.symlink_to(real)

    for file in (link, new):
        monkeypatch.setenv("SESSIOND_CONFIG", str(file))
        of_user().add("a", {"command": ["a"]})

    assert link.is_symlink()
    assert (real.read_text(), real.stat().st_mode & 0o777) == ('# mine\n\n[mcp.a]\ncommand = ["a"]\n', 0o640)
    assert (new.read_text(), new.stat().st_mode & 0o777) == ('[mcp.a]\ncommand = ["a"]\n', 0o600)
    assert [entry.name for entry in new.parent.iterdir()] == ["config.toml"]


def test_tomlkit_gives_back_what_it_reads() -> None:
    """What stands inline is changed by it."""
    text = 'a = 1 # c\r\n[ b . "c" ]\r\nd = { e = [1,\n2] }'
    assert tomlkit.parse(text).as_string() == text
