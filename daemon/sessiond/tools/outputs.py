"""Keeps output that is too long for the model as files, which `read` can page and `grep` can search.

Files are named by the hash of their content and lie in one directory beside the database; the retention
settings say when they expire. Used by `engine/tool_calls.py` for every tool and by `bash` while it runs.
"""

from pathlib import Path

MAX_LINES = 2000
MAX_BYTES = 50_000


class Outputs:
    def __init__(self, directory: Path) -> None:
        self.directory = directory
