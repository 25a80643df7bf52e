"""`sessiond logs`: what the engine has written down, whether it runs or not. Secrets never got there."""

import argparse
import os
import sys
import time
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from sessiond.cli.counts import count
from sessiond.cli.turn.terminal import harmless
from sessiond.config.errors import Failed
from sessiond.config.paths import data_directory

FEWEST, USUAL, MOST = 1, 50, 100_000
LOOK_SECONDS = 0.5
"""A line is shown so much later than it was written, at most."""
LONGEST_LINE = 100_000

EPILOG = """\
examples:
  sessiond logs --lines 200
  sessiond logs --follow
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EPILOG
    parser.add_argument(
        "-n", "--lines", type=count(FEWEST, MOST), default=USUAL, help=f"how many of the last lines ({USUAL})"
    )
    parser.add_argument("-f", "--follow", action="store_true", help="and those that come, until Ctrl-C")


def main(options: argparse.Namespace) -> int:
    file = data_directory() / "log" / "engine.log"
    if not options.follow and not file.exists():
        raise Failed(f"No engine has written a log yet: there is no {file}.")
    log, last = _opened(file, options.lines)
    for line in (*last, *_said_aside(file.with_name("engine.stderr"))):
        _show(line)
    if options.follow:
        for line in _coming(file, log):
            _show(line)
    return 0


def _opened(file: Path, lines: int) -> tuple[TextIO | None, deque[str]]:
    """The log, read up to its end, and the last lines of it and of the one before."""
    last: deque[str] = deque(maxlen=lines)
    with suppress(FileNotFoundError), _open(file.with_name(f"{file.name}.1")) as before:
        last.extend(before)
    try:
        log = _open(file)
    except FileNotFoundError:
        return None, last
    last.extend(log)
    return log, last


def _said_aside(file: Path) -> list[str]:
    """What the interpreter itself has said of the last engine: hardly ever anything."""
    with suppress(FileNotFoundError), _open(file) as said:
        return said.read(LONGEST_LINE).splitlines()
    return []


def _coming(file: Path, log: TextIO | None) -> Iterator[str]:
    """Lines as they are written, for ever, over the change of files as well."""
    while True:
        another = log is None or _is_another(file, log)
        if log is not None:
            yield from _rest(log)
        if another and file.exists():
            log = _open(file)
            continue
        sys.stdout.flush()
        time.sleep(LOOK_SECONDS)


def _rest(log: TextIO) -> Iterator[str]:
    """Up to its end, as it is now."""
    while line := log.readline(LONGEST_LINE):
        yield line


def _is_another(file: Path, log: TextIO) -> bool:
    """Whether the log has been begun anew."""
    try:
        return not os.path.samestat(file.stat(), os.fstat(log.fileno()))
    except FileNotFoundError:
        return True


def _open(file: Path) -> TextIO:
    return file.open(encoding="utf-8", errors="replace")


def _show(line: str) -> None:
    print(harmless(line.rstrip("\n")))
