"""How tests start the odd servers: `odd("junk")`. `odd_server.py` has their habits, `plain_server.py` their tools."""

import sys
from collections.abc import Mapping
from pathlib import Path

from sessiond.mcp.base import ServerConfig, Stdio

SCRIPT = Path(__file__).with_name("odd_server.py")


def odd(
    habit: str = "plain", number: float | None = None, *, env: Mapping[str, str] | None = None, cwd: Path | None = None
) -> Stdio:
    """A server with that habit; without `site` and user settings, so that it starts in about 20 ms."""
    words = (sys.executable, "-BSEs", str(SCRIPT), habit, *([] if number is None else [f"{number:g}"]))
    return Stdio(command=words, cwd=str(cwd or SCRIPT.parent), env=env or {})


def odd_config(habit: str = "plain", number: float | None = None, *, name: str = "odd") -> ServerConfig:
    """The same as a configured server with short time limits."""
    return ServerConfig(
        name=name,
        place=odd(habit, number),
        start_timeout=10,
        call_timeout=10,
        call_timeouts={},
        sampling=False,
    )
