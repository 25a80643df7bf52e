"""The other commands: what they print is their result, and exit codes mean what the help says."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from sessiond import __version__
from sessiond.cli.main import COMMANDS
from sessiond_protocol.serving.lifecycle import StatusResult
from sessiond_protocol.wire import NoParams
from support.client.clients import editor_of
from support.client.engines import engine_pid
from support.command import sessiond
from support.daemon.home import Home
from support.tree import read


async def session_of(home: Home) -> str:
    done = await sessiond(home, "run", "--json", "Tell me about otters.")
    return json.loads(done.out.splitlines()[0])["session"]["id"]


async def test_help_teaches_with_examples_and_names_every_command(home: Home) -> None:
    done = await sessiond(home, "--help")

    assert done.code == 0
    assert all(f"\n    {name}" in done.out for name in COMMANDS)
    assert 'sessiond run "' in done.out


@pytest.mark.parametrize("command", COMMANDS)
async def test_every_command_explains_itself(home: Home, command: str) -> None:
    done = await sessiond(home, command, "--help")

    assert done.code == 0
    assert "usage: sessiond" in done.out


@pytest.mark.parametrize("arguments", [("nope",), ("run", "--nope", "x"), ("auth",), ("sessions", "show")])
async def test_wrong_usage_is_exit_code_2(home: Home, arguments: tuple[str, ...]) -> None:
    done = await sessiond(home, *arguments)

    assert (done.code, done.out) == (2, "")


async def test_sessions_are_listed_shown_searched_and_deleted(home: Home) -> None:
    home.play({"text": "They hold hands."})
    session_id = await session_of(home)

    listed = await sessiond(home, "sessions")
    assert session_id in listed.out
    shown = await sessiond(home, "sessions", "show", session_id)
    assert shown.out.endswith("> Tell me about otters.\n\nThey hold hands.\n\n")
    assert session_id in (await sessiond(home, "sessions", "search", "otters")).out
    assert session_id not in (await sessiond(home, "sessions", "search", "badgers")).out
    messages = (await sessiond(home, "sessions", "show", "--json", session_id)).out.splitlines()
    assert [json.loads(line)["role"] for line in messages] == ["user", "assistant"]

    assert (await sessiond(home, "sessions", "delete", session_id)).code == 0
    gone = await sessiond(home, "sessions", "show", session_id)
    assert (gone.code, gone.out) == (1, "")


async def test_a_key_is_kept_and_never_shown(home: Home) -> None:
    assert (await sessiond(home, "auth", "add", "openai", stdin=b"sk-secret\n")).code == 0

    listed = await sessiond(home, "auth", "list")
    models = await sessiond(home, "models")
    provider = await sessiond(home, "doctor")

    assert "openai" in listed.out
    assert "openai/" in models.out
    assert "openai (file)" in provider.out
    assert "sk-secret" not in listed.out + models.out + provider.out
    assert (await sessiond(home, "auth", "remove", "openai")).code == 0
    again = await sessiond(home, "auth", "remove", "openai")
    assert again.code == 1


async def test_a_key_of_nobody_or_no_key_is_refused(home: Home) -> None:
    wrong = await sessiond(home, "auth", "add", "opnai", stdin=b"sk")
    empty = await sessiond(home, "auth", "add", "openai", stdin=b"\n")

    assert (wrong.code, empty.code) == (1, 1)
    assert "did you mean openai" in wrong.err
    assert "nothing was stored" in empty.err


async def test_schema_prints_the_committed_documents(home: Home) -> None:
    openrpc = await sessiond(home, "schema")
    config = await sessiond(home, "schema", "--config")

    assert openrpc.out == read("protocol/sessiond_protocol/schema/openrpc.json")
    assert config.out == read("docs/config.schema.json")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
async def test_completion_knows_every_command(home: Home, shell: str) -> None:
    done = await sessiond(home, "completion", shell)

    assert done.code == 0
    assert all(name in done.out for name in COMMANDS)
    if shell == "bash":
        subprocess.run(["bash", "-n"], input=done.out, text=True, check=True)


async def test_doctor_finds_a_good_installation_good(home: Home) -> None:
    done = await sessiond(home, "doctor")

    assert done.code == 0, done.out
    assert "ok    model: script/any" in done.out
    assert f"storage: {home.data} is ours to write" in done.out


async def test_doctor_says_what_is_wrong_and_ends_with_1(home: Home) -> None:
    home.configure("[timeout]\nidle = 3\n")

    done = await sessiond(home, "doctor")

    assert done.code == 1
    assert "fail  " in done.out
    assert "Did you mean `timeouts`?" in done.out


async def test_doctor_says_which_engine_runs_and_who_else_is_there(home: Home) -> None:
    async with editor_of(home) as (editor, _):
        await editor.call("server/status", NoParams(), StatusResult)
        done = await sessiond(home, "doctor")

    engine = f"ok    engine: sessiond {__version__}, process {engine_pid(home.data)}, with 1 other client, at "
    assert engine + home.environment()["SESSIOND_RUNTIME_DIR"] in done.out


async def test_doctor_says_why_there_can_be_no_engine_and_looks_at_all_else(home: Home) -> None:
    Path(home.environment()["SESSIOND_RUNTIME_DIR"]).chmod(0o755)

    done = await sessiond(home, "doctor")

    assert done.code == 1
    assert "fail  engine: Other users may enter the runtime directory " in done.out
    assert "ok    configuration: " in done.out and "ok    git: " in done.out


async def test_doctor_knows_engines_that_are_alone(standalone_home: Home) -> None:
    done = await sessiond(standalone_home, "doctor")

    assert done.code == 0, done.out
    assert "ok    engine: one inside each command and client (SESSIOND_STANDALONE)" in done.out


async def test_an_environment_that_is_no_text_hinders_nothing(home: Home) -> None:
    done = await sessiond(home, "models", environment={"ODD": "\udcff"})

    assert done.code == 0, done.err


async def test_doctor_names_what_a_project_may_not_configure(home: Home) -> None:
    (home.project / ".sessiond").mkdir()
    (home.project / ".sessiond" / "config.toml").write_text("max_steps = 1")

    done = await sessiond(home, "doctor")

    assert done.code == 0
    assert "`max_steps` is ignored" in done.out


async def test_local_status_is_honest(home: Home) -> None:
    done = await sessiond(home, "local", "status")

    assert done.code == 0
    assert "often wrong, claims things it did not do" in done.out
    assert "None runs." in done.out


async def test_an_unknown_local_model_is_refused(home: Home) -> None:
    done = await sessiond(home, "local", "pull", "gpt")

    assert done.code == 1
    assert "Known are qwen2.5-coder-1.5b, smollm2" in done.err


def imported_with(code: str, *modules: str) -> str:
    """Which of the modules are there after this code."""
    code = f"import sys\n{code}\nprint([name for name in sys.argv[1:] if name in sys.modules])"
    return subprocess.run([sys.executable, "-c", code, *modules], capture_output=True, text=True, check=True).stdout


def test_help_of_the_program_imports_no_engine() -> None:
    """What is asked for most must not wait for pydantic, an SDK or asyncio."""
    heavy = ["asyncio", "pydantic", "openai", "anthropic", "rich", "pygls"]

    assert imported_with("import sessiond.cli.main as m; m.build_parser('')", *heavy) == "[]\n"


@pytest.mark.parametrize("command", ["run", "sessions", "mcp", "models", "auth", "permission"])
def test_commands_that_ask_the_engine_import_none(command: str) -> None:
    heavy = ["pydantic", "sqlite3", "openai", "anthropic", "mcp", "pygls", "sessiond.app", "sessiond.session.manager"]

    assert imported_with(f"import sessiond.cli.main as m; m.build_parser({command!r})", *heavy) == "[]\n"
