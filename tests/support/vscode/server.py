"""A real VS Code, served to a browser: with the packaged extension, the real daemon and a home on disk.

`with CodeServer(installation, package, home) as server:` starts it; leaving the block ends all its processes.
"""

import json
import os
import queue
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections import deque
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any

from support.daemon import Home
from support.vscode.installation import Installation

SECONDS = 60
SETTINGS: dict[str, Any] = {
    "workbench.startupEditor": "none",
    "workbench.tips.enabled": False,
    "workbench.colorTheme": "Default Dark Modern",
    "workbench.secondarySideBar.defaultVisibility": "hidden",
    "security.workspace.trust.enabled": False,
    "telemetry.telemetryLevel": "off",
    "chat.disableAIFeatures": True,
    "extensions.autoUpdate": False,
    "extensions.autoCheckUpdates": False,
    "extensions.ignoreRecommendations": True,
    "git.openRepositoryInParentFolders": "never",
}
MACHINE = {"sessiond.path": str(Path(sys.executable).with_name("sessiond"))}
"""A browser's window is a remote one: what is of the machine's scope is read there, not from the user's settings."""
OPTIONS = (
    *("--auth", "none"),
    *("--bind-addr", "127.0.0.1:0"),
    *("--reconnection-grace-time", "5"),
    "--disable-telemetry",
    "--disable-update-check",
    "--disable-getting-started-override",
)


class CodeServer:
    """`settings` are the user's, beside those that make the workbench quiet; `package` None: nothing is installed.

    `trusting` False: the workbench asks its user for trust. `opens` is the folder or `.code-workspace` of its windows.
    """

    def __init__(
        self,
        installation: Installation,
        package: Path | None,
        home: Home,
        *,
        trusting: bool = True,
        opens: Path | None = None,
        **settings: Any,
    ) -> None:
        self.installation = installation
        self.home = home
        self._trusting = trusting
        self._opens = opens or home.project
        self.url = ""
        self.output: deque[str] = deque(maxlen=400)
        self._package = package
        self._user_data = home.place / "vscode"
        self._process: subprocess.Popen[str] | None = None
        self.configure(**settings)

    def configure(self, **settings: Any) -> None:
        """Settings for workbenches that are opened from now on; dots in names are written `__`."""
        given = {name.replace("__", "."): value for name, value in settings.items()}
        for name, values in (("User", SETTINGS), ("Machine", MACHINE)):
            file = self._user_data / name / "settings.json"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps(values | given))

    def forget(self) -> None:
        """What windows have remembered: the next one begins as the first did."""
        shutil.rmtree(self._user_data / "User/globalStorage/sessiond.sessiond", ignore_errors=True)

    def __enter__(self) -> "CodeServer":
        if self._package:
            subprocess.run(
                [*self._command(), "--install-extension", str(self._package)],
                env=self._environment(),
                check=True,
                capture_output=True,
                timeout=SECONDS,
            )
        self._process = subprocess.Popen(
            [*self._command(), *OPTIONS, *(["--disable-workspace-trust"] if self._trusting else []), str(self._opens)],
            env=self._environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self.url = self._address()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process and self._process.stdout
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGTERM)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(10)
        self._process.stdout.close()

    @property
    def workspace_url(self) -> str:
        what = "workspace" if self._opens.suffix == ".code-workspace" else "folder"
        return f"{self.url}/?{what}={self._opens}"

    def _address(self) -> str:
        """Where it listens, as it says itself."""
        lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, args=(lines,), daemon=True).start()
        while True:
            try:
                line = lines.get(timeout=SECONDS)
            except queue.Empty:
                raise AssertionError("code-server does not start:\n" + "".join(self.output)) from None
            if found := re.search(r"listening on (http://127\.0\.0\.1:\d+)", line):
                return found[1]

    def _read(self, lines: "queue.Queue[str]") -> None:
        assert self._process and self._process.stdout
        with suppress(ValueError):  # closed while it is read
            for line in self._process.stdout:
                self.output.append(line)
                lines.put(line)

    def _command(self) -> list[str]:
        entry = self.installation.code_server / "out/node/entry.js"
        places = ["--user-data-dir", str(self._user_data), "--extensions-dir", str(self._user_data / "extensions")]
        return [str(self.installation.node), str(entry), *places]

    def _environment(self) -> dict[str, str]:
        return self.home.environment() | {"PATH": f"{self.installation.node.parent}{os.pathsep}{os.environ['PATH']}"}
