"""`sessiond sessions export` and `import`: a conversation to a file, and back on another machine."""

import json
from pathlib import Path

import pytest

from sessiond_protocol import MAX_MESSAGE_BYTES
from support.client.engines import end_engine, engine_pid
from support.command import sessiond
from support.daemon.home import Home

USAGE = {"usage": {"input": 7, "output": 3}}


async def session_of(home: Home) -> str:
    home.play({"text": "They hold hands.", **USAGE})
    done = await sessiond(home, "run", "--json", "Tell me about otters.")
    return json.loads(done.out.splitlines()[0])["session"]["id"]


@pytest.fixture
def home(either_home: Home) -> Home:
    return either_home


async def test_a_session_goes_into_a_file_and_comes_back_elsewhere(
    home: Home, other_home: Home, tmp_path: Path
) -> None:
    session_id, file, elsewhere = await session_of(home), tmp_path / "talk.json", other_home
    written = await sessiond(home, "sessions", "export", session_id, "-o", str(file))
    assert (written.code, written.out) == (0, "")
    assert f"Wrote {session_id} to {file}" in written.err

    brought = await sessiond(elsewhere, "sessions", "import", str(file), "-C", str(elsewhere.project))

    assert brought.out == f"Imported {session_id}: Tell me about otters.\n"
    assert session_id in (await sessiond(elsewhere, "sessions")).out
    shown = await sessiond(elsewhere, "sessions", "show", session_id)
    assert "They hold hands." in shown.out
    assert shown.out.endswith("Used: 7 tokens in, 3 out, cost unknown in 1 model call\n")


async def test_beside_itself_it_is_a_copy_and_says_so(home: Home) -> None:
    session_id = await session_of(home)
    document = (await sessiond(home, "sessions", "export", session_id)).out
    brought = await sessiond(home, "sessions", "import", "-", stdin=document.encode())
    assert f", a copy of {session_id}, which is here already" in brought.out


async def test_a_file_for_reading_is_markdown_by_its_name(home: Home, tmp_path: Path) -> None:
    session_id, file = await session_of(home), tmp_path / "talk.md"
    await sessiond(home, "sessions", "export", session_id, "-o", str(file))
    assert file.read_text().startswith("# Tell me about otters.\n")
    printed = await sessiond(home, "sessions", "export", session_id, "--format", "markdown")
    assert printed.out == file.read_text()


async def test_a_document_that_no_message_can_hold_comes_in_where_no_engine_runs(
    home: Home, other_home: Home, tmp_path: Path
) -> None:
    document = (await sessiond(home, "sessions", "export", await session_of(home))).out
    file = tmp_path / "large.json"
    file.write_text(document + " " * MAX_MESSAGE_BYTES)
    await sessiond(other_home, "sessions")

    refused = await sessiond(other_home, "sessions", "import", str(file))
    pid = engine_pid(other_home.data)
    end_engine(other_home.data)
    brought = await sessiond(other_home, "sessions", "import", str(file))

    assert refused.code == 1
    assert f"process {pid}" in refused.err
    assert brought.out.endswith(": Tell me about otters.\n")


@pytest.mark.parametrize("content", [b"# Not JSON", b"\xff\xfe", b"{}"])
async def test_a_file_that_is_no_document_is_said_to_be_none(home: Home, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "talk.json"
    file.write_bytes(content)
    refused = await sessiond(home, "sessions", "import", str(file))
    assert (refused.code, refused.out) == (1, "")
    assert "Nothing was changed." in refused.err
