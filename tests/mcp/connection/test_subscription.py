"""Changes of servers of 2026 are heard for as long as the connection lasts, whatever becomes of one stream."""

import json

import pytest

from sessiond.mcp.connection import subscription
from sessiond.mcp.connection.connect import connect
from support.mcp.host import RememberingHost, by_http
from support.mcp.replies import Reply, Request, answer, error, replying

SUBSCRIPTION_ID = "io.modelcontextprotocol/subscriptionId"


def discovered(request: Request) -> Reply:
    result = {
        "resultType": "complete",
        "supportedVersions": ["2026-07-28"],
        "capabilities": {"tools": {"listChanged": True}},
        "ttlMs": 0,
        "cacheScope": "private",
    }
    return answer(request, result)


def acknowledged(request: Request) -> Reply:
    """The stream begins and breaks off."""
    params = {
        "_meta": {SUBSCRIPTION_ID: request.message["id"]},
        "notifications": request.message["params"]["notifications"],
    }
    message = {"jsonrpc": "2.0", "method": "notifications/subscriptions/acknowledged", "params": params}
    return Reply(200, f"data: {json.dumps(message)}\n\n".encode(), {"Content-Type": "text/event-stream"})


async def test_a_stream_that_ends_is_opened_again_and_what_was_missed_is_looked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(subscription, "SHORTEST_WAIT", 0.01)
    wanted = list[dict[str, bool]]()

    async def breaking_off(request: Request) -> Reply:
        if request.message["method"] == "server/discover":
            return discovered(request)
        wanted.append(request.message["params"]["notifications"])
        return acknowledged(request)

    host = RememberingHost()
    async with replying(breaking_off) as url, connect(by_http(url), host) as connection:
        await host.until(lambda: host.changes >= 2)

    assert connection.identity.protocol_version == "2026-07-28"
    assert len(wanted) >= 3 and wanted[0] == {"toolsListChanged": True}
    assert host.reasons == []


async def test_a_server_that_cannot_tell_of_changes_is_asked_once() -> None:
    asked = list[str]()

    async def refusing(request: Request) -> Reply:
        asked.append(request.message["method"])
        return discovered(request) if len(asked) == 1 else error(request, -32601, "Method not found")

    host = RememberingHost()
    async with replying(refusing) as url, connect(by_http(url), host):
        await host.until(lambda: host.logged)

    assert host.logged[0].startswith("Changes of what it offers will not be noticed.")
    assert asked == ["server/discover", "subscriptions/listen"]
