"""The rules that answers to permission questions have saved. What they mean is the permission room's affair.

Called by the store: `save` and `remove` on the writer thread, `saved` on the reader's.
"""

import sqlite3

from sessiond.storage.base import SavedPermission


def saved(connection: sqlite3.Connection, directory: str) -> list[SavedPermission]:
    """A directory's rules, the one saved last at the end."""
    sql = "SELECT id, directory, permission, pattern, verdict FROM permissions WHERE directory = ? ORDER BY rowid"
    return [SavedPermission(*row) for row in connection.execute(sql, (directory,))]


def save(connection: sqlite3.Connection, rule: SavedPermission) -> None:
    """Adds a rule at the end; an older one on the same pattern goes."""
    sql = "INSERT OR REPLACE INTO permissions (id, directory, permission, pattern, verdict) VALUES (?, ?, ?, ?, ?)"
    connection.execute(sql, (rule.id, rule.directory, rule.permission, rule.pattern, rule.verdict))


def remove(connection: sqlite3.Connection, rule_id: str) -> None:
    connection.execute("DELETE FROM permissions WHERE id = ?", (rule_id,))
