"""A data directory that cannot be used: the error names it and the remedy, and what was stored stays."""

import os
import resource
from pathlib import Path

import pytest

from support.daemon import Client, Daemon, Home, RequestFailed

ALONE = {"SESSIOND_STANDALONE": "1"}
"""Makes a daemon an engine of its own, which can share the data with nobody."""


async def storage_error(client: Client) -> RequestFailed:
    """That of a request. Where not even an engine can be had, the client is told once more, for its log."""
    with pytest.raises(RequestFailed) as caught:
        await client.request("session/list")
    assert caught.value.kind == "storageFailed", caught.value
    told = {"type": 1, "message": caught.value.message}
    assert all((word["method"], word["params"]) == ("window/logMessage", told) for word in client.unread), client.unread
    client.unread.clear()
    return caught.value


async def test_a_second_engine_is_told_who_owns_the_data(home: Home) -> None:
    async with Daemon(home) as first, Daemon(home, environment=ALONE) as second:
        session_id = await first.create()

        error = await storage_error(second)

        assert str(first.engine_pid) in error.message
        assert error.data["owner"]["pid"] == first.engine_pid
        await first.chat(session_id)


async def test_the_data_are_free_once_the_owner_has_ended(home: Home) -> None:
    async with Daemon(home) as first, Daemon(home, environment=ALONE) as second:
        session_id = await first.create()
        await storage_error(second)
        await first.close()
        await first.engine_ends()

        assert [session["id"] for session in (await second.request("session/list"))["sessions"]] == [session_id]


async def test_a_place_where_nothing_can_be_made_is_named(home: Home) -> None:
    home.data = Path("/proc/sessiond")
    async with Daemon(home) as daemon:
        error = await storage_error(daemon)

        assert "/proc/sessiond" in error.message
        assert "SESSIOND_DATA_DIR" in error.message


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
async def test_a_directory_that_is_read_only_is_named(home: Home) -> None:
    home.data.mkdir(mode=0o500)
    async with Daemon(home) as daemon:
        assert str(home.data) in (await storage_error(daemon)).message


async def test_a_file_in_place_of_the_directory_is_named(home: Home) -> None:
    home.data.write_text("not a directory")
    async with Daemon(home) as daemon:
        assert str(home.data) in (await storage_error(daemon)).message


async def test_a_damaged_database_is_named_and_left_as_it_is(home: Home) -> None:
    async with Daemon(home) as daemon:
        await daemon.create()
    database = next(home.data.glob("*.sqlite*"), None) or next(home.data.glob("*.db"))
    damaged = b"This was a database." * 500
    database.write_bytes(damaged)
    async with Daemon(home) as daemon:
        error = await storage_error(daemon)

        assert str(home.data) in error.message
        assert database.name in error.message
    assert database.read_bytes() == damaged


async def test_a_disk_that_is_full_refuses_the_prompt_and_the_conversation_goes_on_when_there_is_room(
    home: Home,
) -> None:
    async with Daemon(home) as daemon:
        session_id = await daemon.create()
        await daemon.chat(session_id, "Before.")
        before = await daemon.messages(session_id)
        limit = resource.prlimit(daemon.engine_pid, resource.RLIMIT_FSIZE)
        resource.prlimit(daemon.engine_pid, resource.RLIMIT_FSIZE, (1, limit[1]))

        with pytest.raises(RequestFailed) as caught:
            await daemon.chat(session_id, "While full.")

        assert caught.value.kind == "storageFailed"
        assert str(home.data) in caught.value.message
        assert await daemon.messages(session_id) == before
        resource.prlimit(daemon.engine_pid, resource.RLIMIT_FSIZE, limit)
        await daemon.chat(session_id, "After.")
        texts = [message["parts"][0]["text"] for message in await daemon.messages(session_id)]
        assert texts == ["Before.", "Hello.", "After.", "Hello."]
        assert await daemon.messages(session_id) == daemon.state(session_id).conversation()
