"""A row of a session says that it waits for its user, to whoever watches the list and is subscribed to nothing."""

from typing import Any

import pytest

from support.daemon import Client, Daemon, Home

READ = {"name": "read", "arguments": {"filePath": "notes.txt"}}
TASK = {"name": "task", "arguments": {"description": "Look", "prompt": "Look into it"}}


@pytest.fixture
def careful(home: Home) -> Home:
    (home.project / "notes.txt").write_text("MAPLE-42\n")
    home.configure('[permission]\nread = "ask"\n')
    home.play({"expect": "Delegate", "toolCalls": [TASK]}, {"toolCalls": [READ, READ]}, {"text": "Done."})
    return home


async def row_that_waits(client: Client, count: int) -> dict[str, Any]:
    return await client.until(lambda: next((row for row in client.rows.rows.values() if row["waiting"] == count), None))


async def as_listed(client: Client, session_id: str) -> dict[str, Any]:
    return await client.request("session/get", {"sessionId": session_id})


async def answer_all(client: Client, session_id: str) -> None:
    for request in (await client.request("permission/list", {"sessionId": session_id}))["permissions"]:
        await client.request("permission/reply", {"requestId": request["id"], "decision": "allowOnce"})


async def test_each_question_counts_until_it_is_answered(careful: Home) -> None:
    async with Daemon(careful) as daemon:
        await daemon.request("sessions/watch")
        session_id = await daemon.create()
        chat = daemon.send("session/chat", {"sessionId": session_id, "text": "Go"})

        asking = await row_that_waits(daemon, 2)
        assert asking["turnId"] is not None
        assert await as_listed(daemon, session_id) == asking

        await answer_all(daemon, session_id)
        await chat.result()
        await daemon.until(lambda: daemon.rows.rows[session_id]["turnId"] is None)
        assert daemon.rows.rows[session_id]["waiting"] == 0
        assert await as_listed(daemon, session_id) == daemon.rows.rows[session_id]
        assert daemon.state(session_id).session["waiting"] == 0


async def test_a_turn_that_is_aborted_waits_for_nobody(careful: Home) -> None:
    async with Daemon(careful) as daemon:
        await daemon.request("sessions/watch")
        session_id = await daemon.create()
        daemon.send("session/chat", {"sessionId": session_id, "text": "Go"})
        await row_that_waits(daemon, 2)

        await daemon.request("session/abort", {"sessionId": session_id})

        assert (await as_listed(daemon, session_id))["waiting"] == 0
        await daemon.until(lambda: daemon.rows.rows[session_id]["waiting"] == 0)


async def test_what_a_task_asks_is_counted_in_its_own_row(careful: Home) -> None:
    async with Daemon(careful) as daemon:
        await daemon.request("sessions/watch")
        session_id = await daemon.create()
        chat = daemon.send("session/chat", {"sessionId": session_id, "text": "Delegate"})

        asking = await row_that_waits(daemon, 2)

        assert asking["parentId"] == session_id
        assert (await as_listed(daemon, session_id))["waiting"] == 0
        await answer_all(daemon, session_id)
        await chat.result()
        assert (await as_listed(daemon, asking["id"]))["waiting"] == 0


async def test_after_the_death_of_the_engine_nothing_waits(careful: Home) -> None:
    async with Daemon(careful) as daemon:
        await daemon.request("sessions/watch")
        session_id = await daemon.create()
        daemon.send("session/chat", {"sessionId": session_id, "text": "Go"})
        await row_that_waits(daemon, 2)
        await daemon.kill()

    async with Daemon(careful) as daemon:
        (row,) = (await daemon.request("session/list"))["sessions"]
        assert (row["id"], row["waiting"], row["turnId"]) == (session_id, 0, None)
