"""`.mcp.json` as other programs write it; what is wrong in it costs no more than the server it is in."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessiond.config.errors import ConfigError
from sessiond.config.mcp_servers.mcp_json import McpJson, json_document, read_mcp_json, server_entries
from sessiond.config.settings import PARTIAL, Settings

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
KEYS = ("command", "args", "env", "cwd", "type", "transport", "url", "headers", "enabled", "disabled", "timeout")


def written(root: Path, document: Any) -> McpJson:
    text = document if isinstance(document, str) else json.dumps(document)
    (root / ".mcp.json").write_text(text, encoding="utf-8", errors="surrogatepass")
    return read_mcp_json(root)


def test_servers_stand_there_as_in_the_settings(tmp_path: Path) -> None:
    said = written(
        tmp_path,
        {
            "mcpServers": {
                "git": {
                    "command": "uvx",
                    "args": ["mcp-server-git"],
                    "env": {"A": "${B}"},
                    "cwd": "sub",
                    "description": "x",
                },
                "bare": {"type": "stdio", "command": "server", "disabled": True},
                "remote": {"type": "streamable-http", "url": "https://example.org/mcp", "headers": {"X-A": "${T:-t}"}},
                "camel": {"type": "streamableHttp", "url": "https://example.org"},
                "old": {"type": "sse", "url": "https://example.org/sse", "enabled": False},
                "unsaid": {"url": "${URL}"},
            }
        },
    )

    assert said == McpJson(
        tmp_path / ".mcp.json",
        said.text,
        {
            "git": {"command": ["uvx", "mcp-server-git"], "env": {"A": "${B}"}, "cwd": "sub"},
            "bare": {"command": ["server"], "enabled": False},
            "remote": {"url": "https://example.org/mcp", "headers": {"X-A": "${T:-t}"}, "transport": "http"},
            "camel": {"url": "https://example.org", "transport": "http"},
            "old": {"url": "https://example.org/sse", "transport": "sse", "enabled": False},
            "unsaid": {"url": "${URL}"},
        },
        (),
    )


def test_the_form_of_editors_is_read_too_and_a_byte_order_mark(tmp_path: Path) -> None:
    said = written(tmp_path, '\ufeff{"servers": {"a": {"command": "x"}}, "inputs": []}')

    assert said.servers == {"a": {"command": ["x"]}}


def test_without_a_file_there_is_nothing_to_say(tmp_path: Path) -> None:
    assert read_mcp_json(tmp_path) == McpJson(tmp_path / ".mcp.json", "", {}, ())


def test_a_wrong_server_is_left_out_by_name_and_the_others_stay(tmp_path: Path) -> None:
    said = written(
        tmp_path,
        {
            "mcpServers": {
                "good": {"command": "x", "autoApprove": ["*"], "timeout": 5},
                "a:b": {"command": "x"},
                "number": {"command": 5},
                "args": {"command": "x", "args": "--flag"},
                "alone": {"args": ["x"]},
                "both": {"command": "x", "url": "https://example.org"},
                "kind": {"type": "ws", "url": "https://example.org"},
                "env": {"command": "x", "env": {"A": 1}},
                "scheme": {"url": "file:///etc/passwd"},
                "header": {"url": "https://example.org", "headers": {"A\nB": "x"}},
                "flag": {"command": "x", "disabled": "no"},
                "nul": {"command": "x\0y"},
                "\x1b[2J": 3,
            }
        },
    )
    file = tmp_path / ".mcp.json"

    assert said.servers == {"good": {"command": ["x"]}}
    assert list(said.warnings) == [
        f"{file}: `mcpServers.{text}"
        for text in (
            "good`: `autoApprove`, `timeout` means nothing here and is ignored.",
            "a:b`: is left out: the name of a server has 1 to 64 printable characters and no colon.",
            "number`: is left out: `command.0`: should be a valid string; not 5.",
            'args`: is left out: `args`: should be a list; not "--flag".',
            "alone`: is left out: `args`: are those of a `command`, and there is none.",
            "both`: is left out: has `command` and `url`, which are two servers.",
            'kind`: is left out: `type`: should be http, streamable-http, streamableHttp, sse, stdio; not "ws".',
            "env`: is left out: `env.A`: should be a valid string; not 1.",
            "scheme`: is left out: `url`: must begin with http:// or https://.",
            "header`: is left out: `headers.A\\nB`: must be the name of a header.",
            'flag`: is left out: `disabled`: should be true or false; not "no".',
            "nul`: is left out: `command.0`: must be Unicode text without NUL.",
            "\\x1b[2J`: is left out: must be an object; not 3.",
        )
    ]


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('{"mcpServers":\n{,}}', ", line 2: not valid JSON: Expecting property name enclosed in double quotes."),
        ("[]", ": must be an object with `mcpServers` in it."),
        ('{"mcpServers": []}', ": `mcpServers` must be an object with a server under each name."),
        ("[" * 100_000, ": not valid JSON: a number too long, or nested too deeply."),
        ("9" * 10_000, ": not valid JSON: a number too long, or nested too deeply."),
        (" " * 2_000_000, ": larger than 1024 KiB; that is no settings file."),
    ],
)
def test_a_file_that_is_none_is_a_warning_that_names_it(tmp_path: Path, text: str, complaint: str) -> None:
    said = written(tmp_path, text)

    assert (said.servers, said.warnings) == ({}, (f"{tmp_path / '.mcp.json'}{complaint}",))


def test_no_more_servers_than_anybody_has_are_taken(tmp_path: Path) -> None:
    said = written(tmp_path, {"mcpServers": {f"s{number}": {"command": "x"} for number in range(150)}})

    assert len(said.servers) == 100
    assert said.warnings == (f"{tmp_path / '.mcp.json'}: has 150 servers; those after the first 100 are left out.",)


@given(st.text() | JSON.map(json.dumps))
def test_any_text_is_read_or_refused_with_a_sentence(text: str) -> None:
    file = Path("x.json")
    try:
        document = json_document(file, text)
        _, entries = server_entries(file, text)
    except ConfigError as error:
        assert error.message.startswith("x.json")
    else:
        assert isinstance(document, dict) and isinstance(entries, dict)


@given(
    st.dictionaries(st.text(max_size=70), JSON | st.dictionaries(st.sampled_from(KEYS), JSON, max_size=4), max_size=4)
)
def test_whatever_stands_there_only_valid_servers_come_out(
    tmp_path_factory: pytest.TempPathFactory, servers: dict[str, Any]
) -> None:
    said = written(tmp_path_factory.mktemp("root"), {"mcpServers": servers})

    Settings.model_validate({"mcp": said.servers}, context=PARTIAL)
    assert said.servers.keys() <= servers.keys()
    assert len(said.servers) + len(said.warnings) >= len(servers)
    assert all(warning.isprintable() for warning in said.warnings)
