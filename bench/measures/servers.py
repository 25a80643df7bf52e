"""What troublesome MCP servers cost a chat that does not use them: one hangs, one crashes every call, one floods.

The floor is the same chat beside the seven good servers alone, in an engine of its own and in turns with it.
"""

import sys
import time
from pathlib import Path
from statistics import median
from typing import Any

import msgspec

from bench.connection import Connection
from bench.figures import Figure
from bench.setting import Setting

ROUNDS = 20
TURNS = 10
ODD_SERVER = Path(__file__).parents[2] / "tests" / "support" / "mcp" / "odd" / "odd_server.py"
GOOD = [f"good{number}" for number in range(7)]
TROUBLE = {"hangs": "hangs-in-initialize", "crashes": "crashes", "floods": "floods-notifications"}


def mcp_servers(setting: Setting) -> list[Figure]:
    """Turns of 20 rounds, each a call of a good server, with ten servers of which three are trouble and with seven."""
    steps = [{"toolCalls": [{"name": f"{GOOD[turn % 7]}_echo", "arguments": {"text": "x"}}]} for turn in range(ROUNDS)]
    setting.script.write_bytes(b"\n".join(map(msgspec.json.encode, [*steps, {"text": "Done."}])))
    with setting.engine("seven") as seven, setting.engine("ten") as ten:
        prepare(seven, {name: [] for name in GOOD})
        prepare(ten, {name: [] for name in GOOD} | {name: [habit] for name, habit in TROUBLE.items()})
        beside_seven: list[float] = []
        beside_ten: list[float] = []
        for _ in range(TURNS):
            beside_seven.append(timed_turn(seven))
            beside_ten.append(timed_turn(ten))
    return [
        Figure("a call beside 7 good MCP servers", median(beside_seven), "ms"),
        Figure("the same with 3 more that are trouble", median(beside_ten), "ms", None, median(beside_seven)),
    ]


def prepare(engine: Connection, servers: dict[str, list[str]]) -> None:
    """An engine with these servers, started as far as they start, and its first turn behind it."""
    odd = [sys.executable, str(ODD_SERVER)]
    settings: dict[str, Any] = {
        "permission": {"*": "allow"},
        "mcp": {name: {"command": odd + habit, "start_timeout": 3600} for name, habit in servers.items()},
    }
    engine.initialize(settings)
    engine.notify("initialized")
    engine.call("session/create")
    engine.call("mcp/list", {"wait": 10})
    timed_turn(engine)


def timed_turn(engine: Connection) -> float:
    """Milliseconds a round."""
    session = engine.call("session/create")["id"]
    began = time.monotonic_ns()
    ended = engine.call("session/chat", {"sessionId": session, "text": "Go.", "model": "script/any"})
    took = (time.monotonic_ns() - began) / 1e6 / ROUNDS
    assert ended["stopReason"] == "endTurn", ended
    return took
