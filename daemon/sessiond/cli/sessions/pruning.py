"""`sessiond sessions prune`: what is old goes, and how much room that gives."""

import re
import time

from msgspec.structs import asdict

from sessiond.cli.client.client import Client
from sessiond.cli.sessions.sizes import in_words
from sessiond.cli.table import table
from sessiond.cli.turn.terminal import harmless
from sessiond.config.errors import Failed
from sessiond_protocol.keeping.pruning import PruneParams, PruneResult
from sessiond_protocol.messages import Session

_UNITS = {"": 1.0, "d": 1.0, "w": 7.0, "m": 30.0, "y": 365.0}


async def prune(client: Client, older_than: str | None, *, archived: bool, dry_run: bool) -> None:
    days = None if older_than is None else days_of(older_than)
    params = PruneParams(days=days, archived=archived, dry_run=dry_run)
    _tell(await client.call("sessions/prune", params, PruneResult), "Would delete" if dry_run else "Deleted")
    if dry_run:
        print("Nothing was changed (--dry-run).")


def days_of(text: str) -> float:
    """`30`, `30d`, `2w`, `6m` or `1y`. Raises Failed."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([dwmy]?)", text.strip().lower())
    if found is None:
        raise Failed(f"--older-than {text!r} is no time; write days, or 2w, 6m, 1y.")
    return float(found[1]) * _UNITS[found[2]]


def _tell(pruned: PruneResult, done: str) -> None:
    if pruned.sessions:
        print(table([("SESSION", "CHANGED", "TITLE"), *map(_row, pruned.sessions)]))
    count, files = len(pruned.sessions), pruned.files
    print(f"{done} {count} session{_s(count)}, and {files} old file{_s(files)} of outputs, contents and logs.")
    before, after = asdict(pruned.before), asdict(pruned.after)
    rows = [(name, in_words(before[name]), in_words(after[name])) for name in before]
    total = ("total", in_words(sum(before.values())), in_words(sum(after.values())))
    print(table([("", "BEFORE", "AFTER"), *rows, total]))


def _row(session: Session) -> tuple[str, str, str]:
    changed = time.strftime("%Y-%m-%d", time.localtime(session.updated_at / 1000))
    return session.id, changed, harmless(session.title)


def _s(count: int) -> str:
    return "" if count == 1 else "s"
