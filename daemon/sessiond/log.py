"""The engine's own log: one line on stderr for people, the whole story in a small file beside the data.

Set up by `create_engine`, or before it by `background.py`. Bounded: two files of 1 MB at most. Conversations and
secrets are not kept here.
"""

import logging
import sys
from collections.abc import Collection
from logging.handlers import RotatingFileHandler
from pathlib import Path

from sessiond.config.privacy.redaction import redacted

MOST_BYTES = 1_000_000
FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


_secrets: set[str] = set()


def hide(secrets: Collection[str]) -> None:
    """These values must not stand in the log, beside all that looks like a secret: those of a client's environment."""
    _secrets.update(secrets)


def keep_log(data_directory: Path, *, lines: bool = True) -> None:
    """Sends warnings to stderr without tracebacks, and everything to `log/engine.log`. Once a process.

    `lines=False`: nobody reads stderr.
    """
    root = logging.getLogger()
    if any(isinstance(handler, LogFile) for handler in root.handlers):
        return
    if lines:
        root.addHandler(_lines())
    root.addHandler(LogFile(data_directory / "log" / "engine.log", _secrets))
    logging.getLogger("sessiond").setLevel(logging.DEBUG)


def _lines() -> logging.Handler:
    lines = logging.StreamHandler(sys.stderr)
    lines.setLevel(logging.WARNING)
    lines.setFormatter(OneLine("sessiond: %(message)s", _secrets))
    return lines


class Redacting(logging.Formatter):
    """Tracebacks too: the text of an exception may hold a whole request."""

    def __init__(self, fmt: str, secrets: Collection[str]) -> None:
        super().__init__(fmt)
        self._secrets = secrets

    def format(self, record: logging.LogRecord) -> str:
        return redacted(super().format(record), self._secrets)


class OneLine(Redacting):
    """What happened, without where in the code."""

    def format(self, record: logging.LogRecord) -> str:
        plain = logging.makeLogRecord(record.__dict__ | {"exc_info": None, "exc_text": None, "stack_info": None})
        return super().format(plain).replace("\n", " ")


class LogFile(RotatingFileHandler):
    """Made with its first line; a disk that refuses costs the log only."""

    def __init__(self, file: Path, secrets: Collection[str] = ()) -> None:
        super().__init__(file, maxBytes=MOST_BYTES, backupCount=1, encoding="utf-8", errors="replace", delay=True)
        self._file = file
        self.setFormatter(Redacting(FORMAT, secrets))

    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError:
            return
        super().emit(record)

    def handleError(self, record: logging.LogRecord) -> None:
        """Says nothing: there is nowhere left to say it."""
