"""Contents of files as they were, kept by their hash beside the database: what a revert puts back.

Whatever has not been wanted for some days is removed, as the retention settings say. Blocks: call it in a thread.
"""

import hashlib
import os
import secrets
import time
import zlib
from contextlib import suppress
from pathlib import Path

SECONDS_A_DAY = 86_400


class Contents:
    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def keep(self, content: bytes) -> str:
        """Its name from now on. Raises OSError."""
        name = name_of(content)
        place = self._place(name)
        if place.exists():
            os.utime(place)
            return name
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        beside = place.parent / f".{secrets.token_hex(8)}.tmp"
        try:
            beside.write_bytes(zlib.compress(content, 1))
            beside.replace(place)
        finally:
            beside.unlink(missing_ok=True)
        return name

    def get(self, name: str) -> bytes | None:
        """None for what is not kept any more, or is damaged."""
        if not name.isalnum():  # a log may come from anywhere
            return None
        try:
            content = zlib.decompress(self._place(name).read_bytes())
        except (OSError, zlib.error):
            return None
        return content if name_of(content) == name else None

    def expire(self, days: float) -> None:
        """Removes what is older. Never raises."""
        for file in self._directory.glob("*/*"):
            with suppress(OSError):
                if file.stat().st_mtime < time.time() - days * SECONDS_A_DAY:
                    file.unlink()

    def _place(self, name: str) -> Path:
        return self._directory / name[:2] / name


def name_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
