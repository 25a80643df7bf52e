"""SIGKILL at any moment: whatever was acknowledged is there, drafts can be read, the next store opens at once."""

import subprocess
import sys
import threading
from pathlib import Path
from random import Random

import pytest

from sessiond.storage.sqlite import open_store
from support.storage.stores import said

WRITER = """
import asyncio, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from sessiond.storage.sqlite import open_store
from support.storage.stores import said, session

async def converse(store, number):
    row = session(f"ses_{number}", turn_id="trn_1")
    seq = len(await store.events(row.id))
    draft = store.draft(row.id, "prt_1")
    while True:
        seq += 1
        draft.append(f"{seq:06} wörld ")
        await store.append(row, [said(f"{number} {seq} " * (seq % 50 * 20 + 1), seq=seq)], sync=seq % 11 == 0)
        sys.stdout.write(f"{number} {seq}\\n")
        sys.stdout.flush()

async def main():
    store = await open_store(Path(sys.argv[1]))
    await asyncio.gather(*(converse(store, number) for number in range(4)))

asyncio.run(main())
"""

KILLS = 20


@pytest.mark.slow
@pytest.mark.timeout(180)
async def test_a_kill_at_any_moment_loses_nothing_that_was_acknowledged(directory: Path) -> None:
    random = Random(20)
    acknowledged: dict[str, int] = {}
    for _ in range(KILLS):
        acknowledged |= run_until_killed(directory, random.randint(1, 400))
        store = await open_store(directory)
        for number, seq in acknowledged.items():
            events = await store.events(f"ses_{number}")
            assert len(events) >= seq
            assert events == [said(f"{number} {n} " * (n % 50 * 20 + 1), seq=n) for n in range(1, len(events) + 1)]
            assert_draft_is_whole((await store.drafts(f"ses_{number}")).get("prt_1", ""))
        await store.close()


def run_until_killed(directory: Path, lines: int) -> dict[str, int]:
    """Lets a process write until it has acknowledged so many appends; the last one of each session."""
    tests = str(Path(__file__).parents[1])
    command = [sys.executable, "-c", WRITER, str(directory), tests]
    last: dict[str, int] = {}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        watchdog = threading.Timer(60, process.kill)
        watchdog.start()
        for count, line in enumerate(process.stdout, 1):
            if count == lines:
                process.kill()
            if line.endswith("\n"):
                number, seq = line.split()
                last[number] = int(seq)
        watchdog.cancel()
    return last


def assert_draft_is_whole(text: str) -> None:
    """Each run has appended numbers that follow one another; only the end may be torn."""
    assert "\ufffd" not in text
    for word in text.split(" ")[:-1]:
        assert word == "wörld" or len(word) == 6
