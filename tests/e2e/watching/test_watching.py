"""A picker over the real process: what it has listed and been told is what a new list says, and nobody polls."""

import asyncio
from typing import Any

from support.daemon import Client, Daemon, Home

TURNS = 6
ANSWER = {"text": "Hello.", "usage": {"input": 3, "output": 2}}
LONG_TITLE = "t" * 20_000
WAITING = "waiting.txt"


async def watch(client: Client, **params: Any) -> None:
    """As the protocol has it: watch first, then list, page by page."""
    await client.request("sessions/watch", params)
    await every_page(client, **params)


async def every_page(client: Client, **params: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for archived in (False, True):
        asked: dict[str, Any] | None = {"archived": archived, "limit": 3, **params}
        while asked:
            page = await client.send("session/list", asked, client.rows.listed).result()
            found += page["sessions"]
            asked = asked | {"cursor": page["nextCursor"]} if "nextCursor" in page else None
    return found


async def afresh(client: Client, **params: Any) -> dict[str, dict[str, Any]]:
    """All sessions and their children, as they are now."""
    rows = await every_page(client, **params)
    for row in rows:
        rows += (await client.request("session/children", {"sessionId": row["id"]}))["sessions"]
    return {row["id"]: row for row in rows}


async def told_of_all(client: Client) -> None:
    """Waits until a change that is made now has been told of, and so all before it."""
    last = await client.create(title="Last")
    for title in ("Last but one", "Last of all"):
        await client.request("session/update", {"sessionId": last, "title": title})
    await client.until(lambda: client.rows.rows.get(last, {}).get("title") == "Last of all")


async def test_the_answer_comes_first_and_then_every_change_until_it_is_unwatched(home: Home) -> None:
    async with Daemon(home) as daemon:
        order: list[str] = []
        daemon.on_message = lambda message: order.append(message.get("method") or f"answer {message['id']}")
        watching, creating = daemon.send("sessions/watch"), daemon.send("session/create", {"title": "Mine"})
        await asyncio.gather(watching.result(), creating.result())
        made = await daemon.until(lambda: daemon.rows.changes)
        assert [each for each in order if each != "session/event"] == [
            f"answer {watching.id}",
            f"answer {creating.id}",
            "sessions/changed",
        ]
        session = await creating.result()
        assert made == [{"changed": [session], "deleted": []}]

        await daemon.request("session/delete", {"sessionId": session["id"]})
        await daemon.until(lambda: len(daemon.rows.changes) > 1)
        assert daemon.rows.changes[1] == {"changed": [], "deleted": [session["id"]]}

        await daemon.request("sessions/unwatch")
        await daemon.create()
        await daemon.request("session/list")
        assert len(daemon.rows.changes) == 2


async def test_a_picker_that_watches_and_then_lists_knows_all_while_much_is_going_on(home: Home) -> None:
    home.play(ANSWER)
    async with Daemon(home) as daemon:
        old = [await daemon.create(title=f"Old {n}") for n in range(8)]
        doings = [daemon.send("session/chat", {"sessionId": each, "text": "Hi"}) for each in old[:TURNS]]
        doings += [daemon.send("session/update", {"sessionId": each, "archived": True}) for each in old[2:4]]
        doings += [
            daemon.send("session/delete", {"sessionId": old[7]}),
            daemon.send("session/fork", {"sessionId": old[6]}),
        ]
        await watch(daemon)
        doings += [
            daemon.send("session/create", {"parentId": old[0]}),
            daemon.send("session/delete", {"sessionId": old[5]}),
        ]
        await asyncio.gather(*(doing.result() for doing in doings), return_exceptions=True)
        await told_of_all(daemon)
        assert daemon.rows.rows == await afresh(daemon)
        assert {row["turnId"] for row in daemon.rows.rows.values()} == {None}


async def test_only_the_sessions_of_a_directory_are_told_of(home: Home) -> None:
    other = home.place / "other"
    other.mkdir()
    async with Daemon(home) as daemon:
        for _ in range(2):
            await daemon.request("sessions/watch", {"directory": f"{home.project}/"})
        mine = await daemon.create(directory=str(home.project))
        await daemon.create(directory=str(other))
        await daemon.create(parentId=mine, directory=str(home.project))
        await daemon.until(lambda: len(daemon.rows.rows) > 1)
        assert daemon.rows.rows == await afresh(daemon, directory=str(home.project))


async def test_a_client_that_did_not_read_gets_each_row_once(home: Home) -> None:
    async with Daemon(home) as daemon:
        await watch(daemon)
        ids = [await daemon.create() for _ in range(3)]
        daemon.pause()
        for n in range(300):
            daemon.send("session/update", {"sessionId": ids[n % 3], "title": f"{n} {LONG_TITLE}"})
        daemon.resume()
        await told_of_all(daemon)
        assert daemon.rows.rows == await afresh(daemon)


async def test_after_a_crash_the_turn_is_over_in_the_list_and_what_comes_then_is_told_of(home: Home) -> None:
    home.play({"text": "So far", "play": [{"hang": True}]})
    async with Daemon(home) as daemon:
        await watch(daemon)
        session_id = await daemon.create()
        turn = await daemon.chat(session_id, respond="accepted")
        await daemon.until(lambda: daemon.rows.rows[session_id]["turnId"] == turn["turnId"])
        await daemon.kill()
    home.play(ANSWER)
    async with Daemon(home) as daemon:
        await watch(daemon)
        assert daemon.rows.rows[session_id]["turnId"] is None
        await daemon.subscribe(session_id)
        await daemon.chat(session_id)
        await told_of_all(daemon)
        assert daemon.rows.rows == await afresh(daemon)
