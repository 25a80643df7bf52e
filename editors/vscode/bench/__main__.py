"""`python editors/vscode/bench [BYTES…]`: what a long answer costs the workbench while it streams, as a table.

Exit code 1 where the median frame of an answer of at most 60 KB takes longer than its target.
"""

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
sys.path.insert(0, str(ROOT / "tests"))

from support.daemon import Home  # noqa: E402 # the rigs of the tests are no package
from support.vscode.browser import drive  # noqa: E402 # likewise
from support.vscode.extension import packaged  # noqa: E402 # likewise
from support.vscode.installation import installed  # noqa: E402 # likewise
from support.vscode.long_answers import LAST, answer  # noqa: E402 # likewise
from support.vscode.server import CodeServer  # noqa: E402 # likewise

SIZES = (60_000, 1_000_000)
TARGET_MS = 10.0
SCRIPT = Path(__file__).with_name("frames.mjs")


def main(sizes: list[int]) -> int:
    print("| answer | frames | p50 | p95 | worst | of it script | whole answer | gap p95 | worst gap |")
    print("|---|---|---|---|---|---|---|---|---|")
    missed = False
    with tempfile.TemporaryDirectory() as place:
        home, installation = Home(Path(place)), installed()
        with CodeServer(installation, packaged(installation), home) as server:
            for size in sizes:
                home.play(answer(size))
                seen = drive(server, SCRIPT, "frames", Path(place), last=LAST, trace=f"{place}/trace.json")
                print(row(size, seen), flush=True)
                missed |= size <= SIZES[0] and seen["p50"] > TARGET_MS
    print(f"\nload {os.getloadavg()[0]:.0f}")
    return int(missed)


def row(size: int, seen: dict[str, Any]) -> str:
    times = " | ".join(f"{seen[name]:.1f} ms" for name in ("p50", "p95", "worst", "script"))
    gap = seen["gap"]
    return (
        f"| {size // 1000} KB | {seen['frames']} | {times} | {seen['total'] / 1000:.1f} s "
        f"| {gap['p95']:.0f} ms | {gap['worst']:.0f} ms |"
    )


sys.exit(main([int(size) for size in sys.argv[1:]] or list(SIZES)))
