"""The log of one server: bounded, private, harmless to look at, without secrets, and no trouble to anyone."""

import re
import stat
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from sessiond.config.privacy.redaction import redacted
from sessiond.mcp.logs import LONGEST_LINE, LONGEST_TEXT, MOST_BYTES, ServerLog

STAMP = re.compile(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} ", re.MULTILINE)


def log_in(directory: Path, name: str = "git", owner: str = "/project", **known: Callable[[str], str]) -> ServerLog:
    return ServerLog(directory, name, owner, known.get("redact", redacted))


def lines_of(log: ServerLog, most: int = 1000) -> list[str]:
    """Without their times, which all of them have."""
    lines = log.tail(most).splitlines()
    assert all(STAMP.match(line) for line in lines)
    return [STAMP.sub("", line) for line in lines]


def test_lines_are_kept_with_the_time_they_came(tmp_path: Path) -> None:
    log = log_in(tmp_path)

    log.write("Listening")
    log.write("one\ntwo\r\nthree\n")

    assert lines_of(log) == ["Listening", "one", "two", "three"]
    assert lines_of(log, 2) == ["two", "three"]
    assert lines_of(log, 0) == []


def test_a_log_that_nothing_was_written_to_is_empty_and_makes_no_file(tmp_path: Path) -> None:
    log = log_in(tmp_path / "mcp")

    assert (log.tail(10), list(tmp_path.iterdir())) == ("", [])


def test_only_the_user_can_read_it(tmp_path: Path) -> None:
    log = log_in(tmp_path / "mcp")

    log.write("x")

    assert [stat.S_IMODE(path.stat().st_mode) for path in (log.path.parent, log.path)] == [0o700, 0o600]


def test_control_characters_colours_and_turned_text_do_no_harm(tmp_path: Path) -> None:
    log = log_in(tmp_path)

    log.write("\x1b[31mred\x1b[0m \x1b]0;title\x07bell\x07 \x1b[2J\x9b2J \u202egpj.exe \ud800\ta\rb")

    assert lines_of(log) == ["red bell\ufffd \ufffd2J \ufffdgpj.exe \ufffd\ta", "b"]


def test_secrets_are_not_in_it(tmp_path: Path) -> None:
    known = partial(redacted, values=["the-secret-value"])
    log = log_in(tmp_path, redact=known)

    log.write("Authorization: Bearer abcdefghijkl and the-secret-value")
    for line in ("-----BEGIN PRIVATE KEY-----", "MIIEvQIBADANBg", "-----END PRIVATE KEY-----"):
        log.write(line)

    assert b"abcdefghijkl" not in log.path.read_bytes() and b"the-secret-value" not in log.path.read_bytes()
    assert "abcdefghijkl" not in log.tail(10)


def test_long_lines_are_cut_and_endless_texts_too(tmp_path: Path) -> None:
    log = log_in(tmp_path)

    log.write("x" * (LONGEST_LINE + 1234))
    log.write("y\n" * LONGEST_TEXT)

    long, *many = lines_of(log, 1_000_000)
    assert long == "x" * LONGEST_LINE + "… (1,234 characters more)"
    assert 1000 < len(many) <= LONGEST_TEXT / 2


def test_there_is_never_more_than_a_mebibyte_of_it_and_the_newest_is_kept(tmp_path: Path) -> None:
    log = log_in(tmp_path)

    for number in range(3000):
        log.write(f"{number} " + "x" * 500)
        assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 2 * MOST_BYTES

    assert len(list(tmp_path.iterdir())) == 2
    assert [line.split()[0] for line in lines_of(log, 1001)] == [str(number) for number in range(1999, 3000)]


def test_servers_of_the_same_name_in_two_projects_have_two_logs(tmp_path: Path) -> None:
    names = [
        ("git", "/a"),
        ("git", "/b"),
        ("a/b", "/a"),
        ("a_b", "/a"),
        ("../../x", "/a"),
        ("", "/a"),
        ("é" * 999, "/"),
    ]
    logs = [log_in(tmp_path, name, owner) for name, owner in names]

    for log, (name, owner) in zip(logs, names, strict=True):
        log.write(f"{name} of {owner}"[:100])

    assert [lines_of(log) for log in logs] == [[f"{name} of {owner}"[:100]] for name, owner in names]
    assert {log.path.parent for log in logs} == {tmp_path}
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{1,60}\.log", path.name) for path in tmp_path.iterdir())


def test_two_engines_may_write_at_the_same_time(tmp_path: Path) -> None:
    logs = [log_in(tmp_path), log_in(tmp_path)]

    for number in range(2000):
        logs[number % 2].write(f"{number} " + "x" * 500)

    assert [line.split()[0] for line in lines_of(logs[0], 500)] == [str(number) for number in range(1500, 2000)]


@pytest.mark.parametrize("obstacle", ["a file", "a directory", "a link"])
def test_a_disk_that_refuses_is_nobodys_error(tmp_path: Path, obstacle: str) -> None:
    directory, victim = tmp_path / "mcp", tmp_path / "victim"
    log = log_in(directory)
    if obstacle == "a file":
        directory.write_text("")
    elif obstacle == "a directory":
        log.path.mkdir(parents=True)
    else:
        directory.mkdir()
        log.path.symlink_to(victim)

    log.write("x")

    assert (log.tail(10), victim.exists()) == ("", False)
