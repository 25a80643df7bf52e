"""Documents, costs and surveys on the wire: as a client in another language has them."""

import pytest

from support.daemon import Daemon, Home, RequestFailed

PRICE = "[provider.script.models.any]\nprice = { input = 1.0, output = 2.0 }\n"
ANSWER = {"text": "Yes.", "usage": {"input": 100, "output": 50}}


@pytest.fixture(autouse=True)
def priced(home: Home) -> None:
    home.configure(PRICE)
    home.play(ANSWER)


async def test_a_document_goes_through_a_client_and_comes_back_as_a_copy(home: Home) -> None:
    async with Daemon(home) as daemon:
        session_id = await daemon.create()
        await daemon.chat(session_id)
        exported = await daemon.request("session/export", {"sessionId": session_id})
        assert exported["sessions"] == 1

        copy = await daemon.request("session/import", {"document": exported["document"]})

        assert copy["origin"] == {"sessionId": session_id, "messageId": None}
        read = await daemon.request("session/export", {"sessionId": copy["id"], "format": "markdown"})
        assert read["document"].startswith("# ")
        assert "Yes." in read["document"]
        with pytest.raises(RequestFailed) as refusal:
            await daemon.request("session/import", {"document": read["document"]})
        assert refusal.value.kind == "invalidRequest"


async def test_costs_are_told_by_kind_of_work_and_by_model(home: Home) -> None:
    async with Daemon(home) as daemon:
        session_id = await daemon.create()
        await daemon.chat(session_id)

        told = await daemon.request("session/usage", {"sessionId": session_id})

        usage = {"input": 100, "output": 50, "reasoning": 0, "cacheRead": 0, "cacheWrite": 0}
        spent = {"usage": usage, "cost": told["cost"], "atLeast": told["cost"], "calls": 1, "untold": 0}
        nothing = {"usage": dict.fromkeys(usage, 0), "cost": 0, "atLeast": 0, "calls": 0, "untold": 0}
        assert float(told["cost"]) == 0.0002
        assert told == {
            **spent,
            "children": 0,
            "turns": spent,
            "summaries": nothing,
            "titles": nothing,
            "tasks": nothing,
            "models": [{"model": "script/any", "spent": spent}],
        }


async def test_a_survey_answers_when_its_turn_has_ended(home: Home) -> None:
    async with Daemon(home) as daemon:
        session_id = await daemon.create()
        result = await daemon.request("session/initProject", {"sessionId": session_id})
        assert (result["stopReason"], result["message"]["parts"][0]["text"]) == ("endTurn", "Yes.")
        status = await daemon.request("project/status", {"directory": str(home.project)})
        assert status["initializedAt"] is None
