"""What servers ask of the one who uses them: roots, answers of the user, answers of a model, leave for their tools."""

import pytest

from support.daemon import Daemon, Home
from support.mcp import real_servers
from support.mcp.servers import calls_of, odd_command, play_calls, settings, started

ELICIT = ("all_trigger-elicitation-request", {})


@pytest.mark.slow
async def test_a_question_of_a_server_is_answered_by_the_user_and_stands_on_record(home: Home) -> None:
    home.configure(settings({"all": real_servers.everything()}))
    play_calls(home, ELICIT)
    async with Daemon(home) as daemon:
        await started(daemon)
        session_id = await daemon.create()
        chat = daemon.send("session/chat", {"sessionId": session_id, "text": "Go."})
        request = (await daemon.event(session_id, "question.asked"))["request"]
        listed = await daemon.request("question/list", {"sessionId": session_id})
        answer = {"action": "accept", "content": {"name": "Ada Lovelace", "check": True}}
        await daemon.request("question/reply", {"requestId": request["id"], "answer": answer})
        await chat.result()

        assert listed == {"questions": [request]}
        assert "all" in request["source"]
        assert "name" in request["schema"]["properties"]
        assert "Ada Lovelace" in calls_of(daemon, session_id)[0]["output"]
        answered = daemon.state(session_id).heard("question.answered", requestId=request["id"])
        assert answered and answered["answer"]["content"].items() >= answer["content"].items()  # and the defaults


@pytest.mark.slow
@pytest.mark.parametrize("action", ["decline", "cancel"])
async def test_a_question_may_be_declined_or_left_open(home: Home, action: str) -> None:
    home.configure(settings({"all": real_servers.everything()}))
    play_calls(home, ELICIT)
    async with Daemon(home) as daemon:
        await started(daemon)
        session_id = await daemon.create()
        chat = daemon.send("session/chat", {"sessionId": session_id, "text": "Go."})
        request = (await daemon.event(session_id, "question.asked"))["request"]
        await daemon.request("question/reply", {"requestId": request["id"], "answer": {"action": action}})
        await chat.result()

        call = calls_of(daemon, session_id)[0]
        assert call["status"] == "completed"
        assert action in call["output"].lower()


@pytest.mark.slow
async def test_an_abort_ends_a_question_that_waits(home: Home) -> None:
    home.configure(settings({"all": real_servers.everything()}))
    play_calls(home, ELICIT)
    async with Daemon(home) as daemon:
        await started(daemon)
        session_id = await daemon.create()
        chat = daemon.send("session/chat", {"sessionId": session_id, "text": "Go."})
        request = (await daemon.event(session_id, "question.asked"))["request"]
        await daemon.request("session/abort", {"sessionId": session_id})

        assert (await chat.result())["stopReason"] == "aborted"
        assert daemon.state(session_id).heard("question.answered", requestId=request["id"], by="engine")
        assert await daemon.request("question/list") == {"questions": []}


@pytest.mark.slow
@pytest.mark.parametrize("allowed", [True, False])
async def test_a_server_may_have_the_model_answer_only_where_the_settings_say_so(home: Home, allowed: bool) -> None:
    home.configure(settings({"all": {"command": real_servers.everything(), "sampling": allowed}}))
    arguments = {"prompt": "Say it.", "maxTokens": 50}
    sampling = {"toolCalls": [{"name": "all_trigger-sampling-request", "arguments": arguments}]}
    home.play({"expect": "Say it.", "text": "I was asked."}, sampling, {"text": "Done."})
    async with Daemon(home) as daemon:
        tools = (await started(daemon))["all"]["tools"]
        session_id = await daemon.create()
        await daemon.chat(session_id)

        call = calls_of(daemon, session_id)[0]
        assert ("all_trigger-sampling-request" in tools) == allowed
        assert ("I was asked." in call.get("output", "")) == allowed


@pytest.mark.slow
async def test_a_server_is_told_the_project_as_its_root(home: Home) -> None:
    home.configure(settings({"all": real_servers.everything()}))
    play_calls(home, ("all_get-roots-list", {}))
    async with Daemon(home) as daemon:
        await started(daemon)
        session_id = await daemon.create()
        await daemon.chat(session_id)

        assert home.project.as_uri() in calls_of(daemon, session_id)[0]["output"]


async def test_a_call_asks_by_the_name_of_its_tool_and_always_saves_a_rule_for_it(home: Home) -> None:
    home.configure(settings({"odd": odd_command()}, permission=""))
    play_calls(home, ("odd_echo", {"text": "one"}), ("odd_echo", {"text": "two"}))
    async with Daemon(home) as daemon:
        await started(daemon)
        session_id = await daemon.create()
        chat = daemon.send("session/chat", {"sessionId": session_id, "text": "Go."})
        request = (await daemon.event(session_id, "permission.asked"))["request"]
        await daemon.request("permission/reply", {"requestId": request["id"], "decision": "allowAlways"})
        await chat.result()

        assert (request["tool"], request["permission"]) == ("odd_echo", "odd_echo")
        assert request["always"] == [{"permission": "odd_echo", "pattern": "*"}]
        assert "one" in request["patterns"][0]
        assert [call["output"] for call in calls_of(daemon, session_id)] == ["one", "two"]


async def test_a_rule_denies_the_tools_of_a_server_by_a_pattern_of_names(home: Home) -> None:
    home.configure(settings({"odd": odd_command()}, permission='[permission]\n"*" = "allow"\n"odd_*" = "deny"\n'))
    play_calls(home, ("odd_echo", {"text": "one"}))
    async with Daemon(home) as daemon:
        await started(daemon)
        session_id = await daemon.create()
        await daemon.chat(session_id)

        assert "deny" in calls_of(daemon, session_id)[0]["error"]
