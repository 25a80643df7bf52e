"""`python editors/vscode/bench [CASE…]`: what long conversations cost the workbench, as a table beside a floor.

`memory` is a case, too. Exit code 1 where a target of cases.py is missed.
"""

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
sys.path.insert(0, str(ROOT / "tests"))

from cases import CASES, Case  # noqa: E402 # needs the rigs of the tests, which are no package
from support.daemon import Home, a_home  # noqa: E402 # likewise
from support.vscode.browser import drive  # noqa: E402 # likewise
from support.vscode.extension import packaged  # noqa: E402 # likewise
from support.vscode.installation import installed  # noqa: E402 # likewise
from support.vscode.long_answers import LAST, SECTION, answer  # noqa: E402 # likewise
from support.vscode.server import CodeServer  # noqa: E402 # likewise

SCRIPT = Path(__file__).with_name("frames.mjs")
ALLOWED = '[permission]\nread = "allow"\nbash = "allow"\n'
ANSWERS = 10
FLOOR_MS = 1.6
"""Of the median frame of the floor where nothing else runs; where it takes longer, so may all others."""
GROWTH = 1.3
"""Of memory from the first to the last of so many answers, each in a session of its own."""


def main(wanted: list[str]) -> int:
    with tempfile.TemporaryDirectory() as place, a_home(Path(place)) as home:
        home.configure(ALLOWED)
        home.project.joinpath("hello.py").write_text('print("Hello")\n')
        installation = installed()
        with CodeServer(installation, packaged(installation), home) as server:
            bench = Bench(server, home)
            missed = bench.frames([case for case in CASES if not wanted or case.name in wanted])
            if not wanted or "memory" in wanted:
                missed += bench.memory()
    print(f"\nload {os.getloadavg()[0]:.0f}", *(f"missed: {what}" for what in missed), sep="\n")
    return int(bool(missed))


class Bench:
    def __init__(self, server: CodeServer, home: Home) -> None:
        self.server = server
        self.home = home
        self.trace = home.place / "trace.json"

    def frames(self, cases: list[Case]) -> list[str]:
        """What is missed, as words."""
        print("| what | frames | p50 | p95 | worst | of it script | all | gap p95 | worst gap | first paint |")
        print("|---|---|---|---|---|---|---|---|---|---|")
        floor = self.drive("floor", text=SECTION, size=60_000)
        print(row("floor: 60 KB of bare text", floor), flush=True)
        missed: list[str] = []
        for case in cases:
            self.home.play(*case.steps)
            seen = self.drive(case.way, last=LAST)
            print(row(case.name, seen), f"{seen['p50'] / floor['p50']:.1f} of the floor", flush=True)
            missed += misses(case, seen, slower=max(1, floor["p50"] / FLOOR_MS))
        return missed

    def memory(self) -> list[str]:
        """Of the workbench's page and the chat together, after the first answer of 1 MB and after the last."""
        self.home.play(answer(1_000_000))
        first, *_, last = self.drive("memory", last=LAST, answers=ANSWERS)
        print("\n| of 1 MB each | heap | nodes |\n|---|---|---|")
        for name, seen in (("an answer", first), (f"{ANSWERS} answers, each in its session", last)):
            print(f"| {name} | {seen['heap'] / 1e6:.0f} MB | {seen['nodes']:,} |")
        return [f"memory: {name}" for name in ("heap", "nodes") if last[name] > GROWTH * first[name]]

    def drive(self, name: str, **given: Any) -> Any:
        return drive(self.server, SCRIPT, name, self.home.place, seconds=300, trace=str(self.trace), **given)


def misses(case: Case, seen: dict[str, Any], slower: float) -> list[str]:
    limits = {"p95": case.p95, "worst": case.worst}
    found = [f"{case.name}: {name} < {limit:.0f} ms" for name, limit in limits.items() if seen[name] > limit * slower]
    return found + [f"{case.name}: gap < {case.gap:.0f} ms"] * (seen["gap"]["worst"] > case.gap * slower)


def row(name: str, seen: dict[str, Any]) -> str:
    times = " | ".join(f"{seen[name]:.1f} ms" for name in ("p50", "p95", "worst", "script"))
    gap = seen["gap"]
    first = f"{seen['first']:.0f} ms" if "first" in seen else ""
    return (
        f"| {name} | {seen['frames']} | {times} | {seen['total'] / 1000:.1f} s "
        f"| {gap['p95']:.0f} ms | {gap['worst']:.0f} ms | {first} |"
    )


sys.exit(main(sys.argv[1:]))
