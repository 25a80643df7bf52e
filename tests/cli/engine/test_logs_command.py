"""`sessiond logs`: the last lines, and those that come, over the change of files."""

from pathlib import Path

import pytest

from support.command import sessiond, start_command
from support.daemon.home import Home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


@pytest.fixture
def log(home: Home) -> Path:
    folder = home.data / "log"
    folder.mkdir(parents=True)
    return folder / "engine.log"


async def test_without_a_log_it_says_so(home: Home):
    done = await sessiond(home, "logs")

    assert done == (1, "", f"sessiond: No engine has written a log yet: there is no {home.data}/log/engine.log.\n")


async def test_the_last_lines_are_shown_of_both_files_and_nothing_moves_the_terminal(home: Home, log: Path):
    log.with_name("engine.log.1").write_text("one\ntwo\n")
    log.write_text("three\nfour \x1b[2J\n")

    assert (await sessiond(home, "logs", "--lines", "3")).out == "two\nthree\nfour �[2J\n"
    assert (await sessiond(home, "logs", "-n", "1")).out == "four �[2J\n"
    assert (await sessiond(home, "logs", "-n", "0")).code == 2


async def test_lines_that_come_are_shown_when_the_log_is_begun_anew_as_well(home: Home, log: Path):
    command = await start_command(home, "logs", "--follow", "--lines", "1")
    with log.open("a") as file:
        file.write("one\n")
    assert await command.line() == "one\n"
    with log.open("a") as file:
        file.write("two\n")
    log.rename(log.with_name("engine.log.1"))
    log.write_text("three\n")

    assert [await command.line(), await command.line()] == ["two\n", "three\n"]
    command.interrupt()
    assert (await command.done()).code == 130
