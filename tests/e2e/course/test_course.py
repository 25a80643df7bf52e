"""Queue, fork and revert as a client sees them on the wire."""

from typing import Any

import pytest

from support.daemon import Daemon, Home, SessionState
from support.daemon.client import RequestFailed

WRITE = {"name": "write", "arguments": {"filePath": "new.txt", "content": "new\n"}}


async def test_a_client_queues_changes_and_withdraws_prompts(home: Home) -> None:
    home.play({"expect": "slow", "text": "So far", "play": [{"waitFor": "go"}]}, {"text": "Done."})
    async with Daemon(home) as daemon:
        session_id = await daemon.create()
        slow = daemon.send("session/chat", {"sessionId": session_id, "text": "slow"})
        await daemon.event(session_id, "turn.started")

        async def wait(text: str, respond: str = "accepted") -> Any:
            params = {"sessionId": session_id, "text": text, "messageId": text, "whenBusy": "queue", "respond": respond}
            return await daemon.request("session/chat", params)

        assert await wait("one") == {"sessionId": session_id, "queueId": "one"}
        await wait("two")
        withdrawn = daemon.send(
            "session/chat", {"sessionId": session_id, "text": "three", "messageId": "three", "whenBusy": "queue"}
        )
        await daemon.event(session_id, "queue.changed")
        about = {"sessionId": session_id}
        queue = await daemon.request("queue/reorder", about | {"queueIds": ["two"]})
        assert [prompt["id"] for prompt in queue["queue"]][:2] == ["two", "one"]
        await daemon.request("queue/update", about | {"queueId": "one", "text": "first"})
        await daemon.request("queue/remove", about | {"queueId": "three"})
        with pytest.raises(RequestFailed, match="withdrawn"):
            await withdrawn.result()
        home.place.joinpath("go").touch()
        assert (await slow.result())["stopReason"] == "endTurn"
        answered = await wait("one", "ended")
        assert answered["stopReason"] == "endTurn"
        prompts = [message for message in await daemon.messages(session_id) if message["role"] == "user"]
        assert [prompt["parts"][0]["text"] for prompt in prompts] == ["slow", "two", "first"]


async def test_a_cancelled_request_withdraws_its_prompt_from_the_queue(home: Home) -> None:
    home.play({"expect": "slow", "text": "So far", "play": [{"waitFor": "go"}]}, {"text": "Done."})
    async with Daemon(home) as daemon:
        session_id = await daemon.create()
        slow = daemon.send("session/chat", {"sessionId": session_id, "text": "slow"})
        await daemon.event(session_id, "turn.started")
        waiting = daemon.send("session/chat", {"sessionId": session_id, "text": "one", "whenBusy": "queue"})
        await daemon.event(session_id, "queue.changed")
        daemon.notify("$/cancelRequest", {"id": waiting.id})
        with pytest.raises(RequestFailed, match="withdrawn"):
            await waiting.result()
        home.place.joinpath("go").touch()
        assert (await slow.result())["stopReason"] == "endTurn"


async def test_a_client_forks_and_takes_back(home: Home) -> None:
    home.configure('[permission]\nedit = "allow"\n')
    home.play({"expect": "write", "toolCalls": [WRITE]}, {"text": "Done."})
    async with Daemon(home) as daemon:
        session_id = await daemon.create()
        await daemon.chat(session_id, "write", messageId="mine")
        fork = await daemon.request("session/fork", {"sessionId": session_id, "messageId": "mine"})
        assert fork["origin"] == {"sessionId": session_id, "messageId": "mine"}
        asked = {"sessionId": session_id, "messageId": "mine", "files": True}
        shown = await daemon.request("session/revert", asked | {"dryRun": True})
        assert shown["diff"].startswith("--- new.txt\n+++ /dev/null\n")
        reverted = await daemon.request("session/revert", asked)
        assert [file["outcome"] for file in reverted["files"]] == ["removed"]
        assert (await daemon.messages(session_id), (home.project / "new.txt").exists()) == ([], False)
        await daemon.request("session/unrevert", {"sessionId": session_id})
        assert len(await daemon.messages(session_id)) == 3
        assert (home.project / "new.txt").read_text() == "new\n"


async def test_who_hears_the_events_sees_what_the_engine_has_through_reverts_and_seals(home: Home) -> None:
    async with Daemon(home) as daemon:
        session_id = await daemon.create()
        about = {"sessionId": session_id}

        async def same() -> int:
            messages = await daemon.messages(session_id)
            seen = daemon.state(session_id)
            assert seen.conversation() == messages
            assert SessionState.of_events(seen.stored.values()).conversation() == messages
            return len(messages)

        for text in ("one", "two", "three"):
            await daemon.chat(session_id, text, messageId=text)
        await daemon.request("session/revert", about | {"messageId": "three"})
        await daemon.request("session/revert", about | {"messageId": "two"})
        assert await same() == 2
        await daemon.request("session/unrevert", about)
        assert await same() == 6
        await daemon.request("session/revert", about | {"messageId": "three"})
        await daemon.chat(session_id, "other")
        assert await same() == 6
