"""Which sessions say some words: an index of the words of titles, prompts and answers.

Called by the log and the session rows while they are written, and when sessions are listed. It keeps no
text; to take words out, the same text has to be given again.
"""

import sqlite3
from collections.abc import Generator
from contextlib import contextmanager

from sessiond.storage.failures import is_damage
from sessiond_protocol.events import DurableEvent, MessageAdded, PartEnded
from sessiond_protocol.messages import TextPart

MOST_WORDS = 16
"""Words of a query that count; SQLite bounds how deep a condition may be."""

TOKENIZER = (
    "CREATE VIRTUAL TABLE temp.query USING fts5 (text, content='', tokenize='unicode61 remove_diacritics 2')",
    "CREATE VIRTUAL TABLE temp.query_words USING fts5vocab (temp, query, instance)",
)
"""On the reading connection: cuts a query into words exactly as the index cuts texts."""

HAS_WORD = "key IN (SELECT place >> 32 FROM search JOIN texts ON number = search.rowid WHERE search MATCH ?)"


def text_of(event: DurableEvent) -> str:
    """What a person may look for in an event: a prompt, an answer, or nothing."""
    match event:
        case MessageAdded(message=message):
            return "\n".join(part.text for part in message.parts if isinstance(part, TextPart))
        case PartEnded(part=TextPart(text=text)):
            return text
        case _:
            return ""


def add(connection: sqlite3.Connection, place: int, text: str) -> None:
    if text:
        with _contained(connection):
            number = connection.execute("INSERT INTO texts (place) VALUES (?)", (place,)).lastrowid
            connection.execute("INSERT INTO search (rowid, text) VALUES (?, ?)", (number, text))


def remove(connection: sqlite3.Connection, place: int, text: str) -> None:
    """`text` is what was added at this place."""
    if text:
        with _contained(connection):
            forget = "INSERT INTO search (search, rowid, text) SELECT 'delete', number, ? FROM texts WHERE place = ?"
            connection.execute(forget, (text, place))
            connection.execute("DELETE FROM texts WHERE place = ?", (place,))


@contextmanager
def _contained(connection: sqlite3.Connection) -> Generator[None, None, None]:
    """A damaged index costs what can be found, never what is said: it fails here or not at all.

    FTS5 writes to its tables when the next savepoint begins, otherwise at the commit, which is everybody's.
    """
    connection.execute("SAVEPOINT indexing")
    try:
        yield
        connection.execute("SAVEPOINT indexed")
    except sqlite3.DatabaseError as error:
        if not is_damage(error, of_index=True):
            raise
        connection.execute("ROLLBACK TO indexing")
    connection.execute("RELEASE indexing")


def conditions(connection: sqlite3.Connection, query: str) -> tuple[list[str], list[str]]:
    """SQL conditions on `sessions` with their parameters: each word is there, the last may go on.

    Takes anything a person may type; a query without a word asks for nothing in particular.
    """
    words = _words(connection, query)
    if not words:
        return [], []
    matches = [f'"{word}"' for word in words[:-1]] + [f'"{words[-1]}" *']
    return [HAS_WORD] * len(matches), matches


def _words(connection: sqlite3.Connection, query: str) -> list[str]:
    connection.execute("INSERT INTO temp.query (query) VALUES ('delete-all')")
    harmless = query.encode(errors="replace").decode()
    connection.execute("INSERT INTO temp.query (rowid, text) VALUES (1, ?)", (harmless,))
    found = connection.execute("SELECT term FROM temp.query_words ORDER BY offset LIMIT ?", (MOST_WORDS,))
    return [word for (word,) in found]
