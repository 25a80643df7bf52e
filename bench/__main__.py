"""`python -m bench [measure …]`: runs the measures and prints their table; exit code 1 when one misses its target."""

import argparse
import os
import sys
from collections.abc import Callable

from bench.figures import Figure, table
from bench.measures import engine, reverts, servers, sessions, startup, streaming, turns, watching
from bench.setting import Setting

MEASURES: dict[str, Callable[[Setting], list[Figure]]] = {
    "startup": startup.startup,
    "first-token": streaming.first_token,
    "paced": streaming.paced,
    "full-speed": streaming.at_full_speed,
    "abort": turns.abort,
    "tool-round": turns.tool_round,
    "tool-rounds": turns.fifty_tool_rounds,
    "mcp": servers.mcp_servers,
    "revert": reverts.reverts,
    "kill": turns.kept_after_kill,
    "memory": sessions.memory_of_sessions,
    "large-store": sessions.large_store,
    "watch": watching.watching,
    "deaths": engine.whole_again,
    "crowd": engine.crowd,
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("measure", nargs="*", help=f"one or more of {', '.join(MEASURES)}; all without any")
    chosen = parser.parse_args().measure or list(MEASURES)
    if unknown := set(chosen) - set(MEASURES):
        parser.error(f"there is no measure {', '.join(sorted(unknown))}")
    sys.stderr.write(f"CPython {sys.version.split()[0]}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n")
    figures: list[Figure] = []
    with Setting() as setting:
        for name in chosen:
            sys.stderr.write(f"{name} ...\n")
            figures += MEASURES[name](setting)
    print(table(figures))
    return 1 if any(figure.verdict == "MISS" for figure in figures) else 0


if __name__ == "__main__":
    sys.exit(main())
