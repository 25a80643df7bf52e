"""The rules that answers to permission questions have saved. What they mean is the permission room's affair.

Called by the store: `save` and `remove` on the writer thread, `saved` on the reader's.
"""

import sqlite3

from sessiond.storage.base import SavedPermission

COLUMNS = "id, directory, permission, pattern, verdict"


def saved(connection: sqlite3.Connection, directory: str | None) -> list[SavedPermission]:
    """A directory's rules, or all; the one saved last at the end."""
    sql = f"SELECT {COLUMNS} FROM permissions WHERE directory = coalesce(?, directory) ORDER BY rowid"
    return [SavedPermission(*row) for row in connection.execute(sql, (directory,))]


def save(connection: sqlite3.Connection, rule: SavedPermission) -> None:
    """Adds a rule at the end; an older one on the same pattern goes."""
    sql = f"INSERT OR REPLACE INTO permissions ({COLUMNS}) VALUES (?, ?, ?, ?, ?)"
    connection.execute(sql, (rule.id, rule.directory, rule.permission, rule.pattern, rule.verdict))


def remove(connection: sqlite3.Connection, rule_id: str) -> SavedPermission | None:
    """Gives what was removed; None when no rule has this id."""
    row = connection.execute(f"SELECT {COLUMNS} FROM permissions WHERE id = ?", (rule_id,)).fetchone()
    connection.execute("DELETE FROM permissions WHERE id = ?", (rule_id,))
    return SavedPermission(*row) if row else None
