"""Files that are large, endless or odd: `read` gives what text mode would, at a bounded cost, or refuses."""

import asyncio
import os
import socket
import tempfile
import threading
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sessiond.tools.failure import ToolFailed
from sessiond.tools.reading.page import MAX_LINE
from sessiond.tools.reading.read import Read
from sessiond.tools.reading.text_lines import PIECE, opened
from support.tools.scope import run_tool, tool_scope

ODD_BYTES = st.lists(st.sampled_from([b"\r", b"\n", b"\r\n", b"a", "ü".encode(), "😀".encode(), b"\xf0", b"\xff"]))


async def read(directory: Path, **arguments: object) -> str:
    return (await run_tool(Read(), tool_scope(directory), **arguments)).output


@settings(deadline=None)
@given(before=st.integers(0, 8), odd=ODD_BYTES.map(b"".join))
def test_lines_are_those_of_text_mode_also_where_two_pieces_meet(before: int, odd: bytes) -> None:
    content = b"x" * (PIECE - before - 1) + b"\n" + odd
    with tempfile.TemporaryDirectory() as directory:
        (Path(directory) / "a.txt").write_bytes(content)
        lines = (Path(directory) / "a.txt").read_text("utf-8", "replace").removesuffix("\n").split("\n")[1:]
        expected = "\n".join(f"{number:6}\t{line}" for number, line in enumerate(lines, 2))
        shown = asyncio.run(read(Path(directory), filePath="a.txt", offset=2))
    assert shown == (expected if lines else "(a.txt has no line 2; it has 1 line)")


async def test_a_line_of_many_megabytes_is_cut_in_little_memory(tmp_path: Path) -> None:
    size = 32 * 1024 * 1024
    with (tmp_path / "line").open("wb") as file:
        for _ in range(32):
            file.write(b"x" * (size // 32))
        file.write(b"\nlast")
    tracemalloc.start()
    try:
        whole = await read(tmp_path, filePath="line")
        last = await read(tmp_path, filePath="line", offset=2)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert whole == f"     1\t{'x' * MAX_LINE} (… {size - MAX_LINE} more characters)\n     2\tlast"
    assert last == "     2\tlast"
    assert most < 4 * 1024 * 1024


class OneThread(ThreadPoolExecutor):
    """Tells when its thread has begun something."""

    def __init__(self) -> None:
        super().__init__(1)
        self.begun = threading.Event()

    def submit(self, fn: Any, /, *args: Any, **kwargs: Any) -> Any:
        def work() -> Any:
            self.begun.set()
            return fn(*args, **kwargs)

        return super().submit(work)


async def test_cancelling_ends_the_reading_as_well(tmp_path: Path) -> None:
    with (tmp_path / "huge").open("wb") as file:
        file.write(b"text\n" * 1000)
        file.truncate(1 << 36)  # holes: no room on the disk, but a minute to read
    thread = OneThread()
    asyncio.get_running_loop().set_default_executor(thread)
    reading = asyncio.create_task(read(tmp_path, filePath="huge", offset=1_000_000))
    await asyncio.sleep(0)
    assert thread.begun.wait(10)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert thread.submit(lambda: "free").result(timeout=10) == "free"


async def test_what_has_no_end_or_no_text_is_refused_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # the name of a socket must be short
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "zero").symlink_to("/dev/zero")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket")
        for name, told in {
            "pipe": "pipe is a pipe. This tool reads text files and directories.",
            "socket": "socket is a socket. This tool reads text files and directories.",
            "zero": "/dev/zero is a device. This tool reads text files and directories.",
            "/dev/null": "/dev/null is a device. This tool reads text files and directories.",
        }.items():
            with pytest.raises(ToolFailed) as error:
                await asyncio.wait_for(read(tmp_path, filePath=name), 10)
            assert str(error.value) == told


def test_opening_what_became_a_pipe_in_between_waits_for_no_writer(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with ThreadPoolExecutor(1) as thread, pytest.raises(ToolFailed, match="pipe is a pipe"):
        thread.submit(opened, tmp_path / "pipe", "pipe").result(timeout=10)


@pytest.mark.parametrize("offset", [3, 10**9, 10**30])
async def test_an_offset_past_the_end_finds_no_line(tmp_path: Path, offset: int) -> None:
    (tmp_path / "a.txt").write_text("one\ntwo\n")
    assert await read(tmp_path, filePath="a.txt", offset=offset) == f"(a.txt has no line {offset}; it has 2 lines)"
