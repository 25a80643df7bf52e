"""The other requests, over the real process: lists, pages, changes, totals, and callers that err."""

from typing import Any

import pytest

from support.daemon import Client, Daemon, Home, RequestFailed


async def refused(client: Client, method: str, params: Any) -> RequestFailed:
    with pytest.raises(RequestFailed) as caught:
        await client.request(method, params)
    return caught.value


@pytest.mark.parametrize(
    "method",
    ["session/get", "session/messages", "session/subscribe", "session/abort", "session/delete", "session/usage"],
)
async def test_a_session_that_does_not_exist_is_named(home: Home, method: str) -> None:
    async with Daemon(home) as daemon:
        error = await refused(daemon, method, {"sessionId": "ses_nowhere"})

        assert (error.kind, "ses_nowhere" in error.message) == ("sessionNotFound", True)


async def test_an_unknown_model_is_refused_with_those_that_are_near(home: Home) -> None:
    async with Daemon(home, environment={"ANTHROPIC_API_KEY": "unused"}) as daemon:
        session_id = await daemon.create()

        error = await refused(
            daemon, "chat", {"sessionId": session_id, "text": "Hi", "model": "anthropic/claude-sonet-4-5"}
        )

        assert error.kind == "modelNotFound"
        assert any("claude-sonnet" in name for name in error.data["near"]), error.data
        assert await daemon.messages(session_id) == []


async def test_a_provider_without_a_key_says_how_to_give_one(home: Home) -> None:
    async with Daemon(home) as daemon:
        session_id = await daemon.create()

        error = await refused(
            daemon, "chat", {"sessionId": session_id, "text": "Hi", "model": "anthropic/claude-sonnet-4-5"}
        )

        assert (error.kind, error.data["provider"]) == ("authRequired", "anthropic")
        assert "ANTHROPIC_API_KEY" in error.message


@pytest.mark.parametrize(
    ("method", "params", "field"),
    [
        ("session/get", {}, "sessionId"),
        ("session/get", {"sessionId": 7}, "sessionId"),
        ("session/list", {"limit": "many"}, "limit"),
        ("session/chat", {"text": ["no"]}, "text"),
        ("permission/reply", {"requestId": "per_1", "decision": "maybe"}, "decision"),
    ],
)
async def test_wrong_parameters_are_refused_by_the_name_of_the_field(
    home: Home, method: str, params: dict[str, Any], field: str
) -> None:
    async with Daemon(home) as daemon:
        error = await refused(daemon, method, params)

        assert (error.code, field in error.message) == (-32602, True)


async def test_an_unknown_method_is_refused_with_those_that_are_near(home: Home) -> None:
    async with Daemon(home) as daemon:
        error = await refused(daemon, "session/chatt", {})

        assert (error.code, "session/chat" in error.message) == (-32601, True)


async def test_sessions_are_listed_newest_first_page_by_page_and_found_by_their_words(home: Home) -> None:
    home.play({"text": "A walrus, I think."})
    async with Daemon(home) as daemon:
        ids = [await daemon.create(title=f"Number {count}") for count in range(5)]
        await daemon.chat(ids[2], "Which animal has tusks?")

        first = await daemon.request("session/list", {"limit": 3})
        second = await daemon.request("session/list", {"limit": 3, "cursor": first["nextCursor"]})

        listed = [session["id"] for session in first["sessions"] + second["sessions"]]
        assert (listed, second.get("nextCursor")) == ([ids[2], ids[4], ids[3], ids[1], ids[0]], None)
        for words in ("walrus", "tusks animal", "number 2"):
            found = await daemon.request("session/list", {"search": words})
            assert [session["id"] for session in found["sessions"]] == [ids[2]], words


async def test_a_session_can_be_renamed_archived_and_deleted(home: Home) -> None:
    async with Daemon(home) as daemon:
        session_id = await daemon.create()

        renamed = await daemon.request("session/update", {"sessionId": session_id, "title": "Better"})
        await daemon.request("session/update", {"sessionId": session_id, "archived": True})

        assert renamed["title"] == "Better"
        assert (await daemon.request("session/list"))["sessions"] == []
        archived = (await daemon.request("session/list", {"archived": True}))["sessions"]
        assert [(session["id"], session["title"]) for session in archived] == [(session_id, "Better")]
        await daemon.request("session/delete", {"sessionId": session_id})
        assert daemon.state(session_id).types()[-3:] == ["session.updated", "session.updated", "session.deleted"]
        assert (await refused(daemon, "session/get", {"sessionId": session_id})).kind == "sessionNotFound"


async def test_a_conversation_is_paged_from_its_newest_messages(home: Home) -> None:
    async with Daemon(home) as daemon:
        session_id = await daemon.create()
        for count in range(3):
            await daemon.chat(session_id, f"Prompt {count}")

        newest = await daemon.request("session/messages", {"sessionId": session_id, "limit": 4})
        oldest = await daemon.request(
            "session/messages", {"sessionId": session_id, "limit": 4, "before": newest["nextCursor"]}
        )

        assert oldest["messages"] + newest["messages"] == daemon.state(session_id).conversation()
        assert "nextCursor" not in oldest


async def test_usage_and_cost_add_up_over_turns_and_children(home: Home) -> None:
    home.configure("[provider.script.models.any]\nprice = { input = 1.0, output = 2.0 }\n")
    home.play({"text": "Yes.", "usage": {"input": 100_000, "output": 50_000}})
    async with Daemon(home) as daemon:
        parent = await daemon.create()
        child = await daemon.create(parentId=parent)
        await daemon.chat(parent)
        await daemon.chat(child)

        totals = await daemon.request("session/usage", {"sessionId": parent})

        usage = {"input": 200_000, "output": 100_000, "reasoning": 0, "cacheRead": 0, "cacheWrite": 0}
        assert (totals["usage"], float(totals["cost"]), totals["children"]) == (usage, 0.4, 1)
        listed = (await daemon.request("session/list"))["sessions"]
        assert [session["id"] for session in listed] == [parent]
        assert [
            session["id"] for session in (await daemon.request("session/children", {"sessionId": parent}))["sessions"]
        ] == [child]


async def test_status_models_and_providers_can_be_asked_for(home: Home) -> None:
    async with Daemon(home) as daemon:
        status = await daemon.request("server/status")
        models = await daemon.request("model/list")
        providers = await daemon.request("provider/list")

        assert (status["pid"], status["dataDirectory"], status["clients"]) == (daemon.engine_pid, str(home.data), 1)
        assert models["default"] == "script/any"
        assert {"script": True, "anthropic": False}.items() <= {
            provider["id"]: provider["usable"] for provider in providers["providers"]
        }.items()


async def test_live_events_can_be_declined(home: Home) -> None:
    async with Daemon(home, events={"optOut": ["part.delta", "status", "context"]}) as daemon:
        session_id = await daemon.create()

        await daemon.chat(session_id)

        assert [event for event in daemon.state(session_id).events if "seq" not in event] == []


async def test_a_version_of_the_protocol_that_is_not_known_is_refused_with_those_that_are(home: Home) -> None:
    async with Daemon(home, handshake=False) as daemon:
        with pytest.raises(RequestFailed) as caught:
            await daemon.initialize(protocolVersion=99)

        assert (caught.value.kind, "1" in caught.value.message) == ("unsupportedVersion", True)
        await daemon.initialize(protocolVersion=1)


async def test_a_request_before_initialize_is_refused(home: Home) -> None:
    async with Daemon(home, handshake=False) as daemon:
        assert (await refused(daemon, "session/list", {})).code == -32002
        await daemon.initialize()
