"""`sessiond sessions prune`: what is old goes, and how much room that gives."""

import re
import time
from typing import Any

from sessiond.app import create_engine
from sessiond.cli.sessions.sizes import in_words
from sessiond.cli.table import table
from sessiond.cli.turn.terminal import harmless
from sessiond.config.errors import Failed
from sessiond.session.retention.pruning import Pruned
from sessiond_protocol.errors import RpcError
from sessiond_protocol.messages import Session

ARCHIVED_DAYS = 30.0
"""For `--archived` where neither the command line nor the settings say."""
_UNITS = {"": 1.0, "d": 1.0, "w": 7.0, "m": 30.0, "y": 365.0}


async def prune(older_than: str | None, *, archived: bool, dry_run: bool) -> None:
    """By an engine inside this process: the database is written anew, which nobody else may use meanwhile."""
    days = None if older_than is None else days_of(older_than)
    engine = create_engine()
    try:
        pruning = await engine.pruning()
        if days is None and archived:
            days = ARCHIVED_DAYS if pruning.archived_days is None else pruning.archived_days
        if dry_run:
            _tell(await pruning.look(days, archived=archived), "Would delete")
            print("Nothing was changed (--dry-run).")
        else:
            _tell(await pruning.prune(days, archived=archived), "Deleted")
    except RpcError as error:
        raise _explained(error) from None
    finally:
        await engine.close()


def _explained(error: RpcError) -> Exception:
    owner: Any = error.data.get("owner")
    if owner is None:
        return error
    return Failed(
        f"The engine runs (process {owner.get('pid', 'unknown')}), and pruning wants the conversations for itself. "
        "`sessiond stop` ends it once no turn runs; then prune again."
    )


def days_of(text: str) -> float:
    """`30`, `30d`, `2w`, `6m` or `1y`. Raises Failed."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([dwmy]?)", text.strip().lower())
    if found is None:
        raise Failed(f"--older-than {text!r} is no time; write days, or 2w, 6m, 1y.")
    return float(found[1]) * _UNITS[found[2]]


def _tell(pruned: Pruned, done: str) -> None:
    if pruned.sessions:
        print(table([("SESSION", "CHANGED", "TITLE"), *map(_row, pruned.sessions)]))
    count, files = len(pruned.sessions), pruned.files
    print(f"{done} {count} session{_s(count)}, and {files} old file{_s(files)} of outputs, contents and logs.")
    rows = [
        (name, in_words(before), in_words(after))
        for name, before, after in zip(pruned.before._fields, pruned.before, pruned.after, strict=True)
    ]
    total = ("total", in_words(pruned.before.total), in_words(pruned.after.total))
    print(table([("", "BEFORE", "AFTER"), *rows, total]))


def _row(session: Session) -> tuple[str, str, str]:
    changed = time.strftime("%Y-%m-%d", time.localtime(session.updated_at / 1000))
    return session.id, changed, harmless(session.title)


def _s(count: int) -> str:
    return "" if count == 1 else "s"
