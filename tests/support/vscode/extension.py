"""The packaged extension: built from editors/vscode with its locked packages, once for a state of its sources."""

import hashlib
import os
import shutil
from pathlib import Path

from support.tree import ROOT, tracked_files
from support.vscode.installation import Installation, locked

PLACE = ROOT / "editors/vscode"


def packaged(installation: Installation) -> Path:
    """The .vsix. It is built in place: `node_modules` and `dist` there are ignored by git."""
    with locked(installation.place.with_name("extension.lock")):
        wanted = digest()
        package, built = PLACE / "dist/sessiond.vsix", PLACE / "dist/sources"
        if not package.exists() or not built.exists() or built.read_text() != wanted:
            modules_up_to_date(installation)
            shutil.rmtree(PLACE / "dist", ignore_errors=True)
            installation.npm("run", "--silent", "package", cwd=PLACE)
            built.write_text(wanted)
    return package


def modules_up_to_date(installation: Installation) -> None:
    """Installs what the lock file names, unless that is what is there."""
    lock, done = PLACE / "package-lock.json", PLACE / "node_modules/.complete"
    if not done.exists() or done.read_text() != lock.read_text():
        installation.npm("ci", "--ignore-scripts", "--loglevel=error", cwd=PLACE)
        done.write_text(lock.read_text())


def digest() -> str:
    sources = [name for name in tracked_files() if name.startswith("editors/vscode/") and "/test/" not in name]
    contents = (f"{name}\0".encode() + (ROOT / name).read_bytes() for name in sources)
    return hashlib.sha256(os.fsencode("\0").join(contents)).hexdigest()
