"""A home on disk for a daemon under test: settings, a script, a project and data, kept over restarts.

`a_home` is where the engine of all runs in the background; a plain `Home` starts none that would outlive its test.
"""

import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, get_args

from support.daemon.engine_process import engine_of, kill

Mode = Literal["shared", "standalone"]
"""A pipe to the engine in the background, as people have it, or all in one process."""
MODES: tuple[Mode, ...] = get_args(Mode)

_KEPT = ("PATH", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT", "LD_LIBRARY_PATH", "SSL_CERT_FILE")
"""Of the environment; nobody's keys and settings get into a test."""


class Home:
    def __init__(self, place: Path, mode: Mode = "standalone", runtime: Path | None = None) -> None:
        """`runtime` is for the engine's socket, in the mode that has one."""
        self.place = place
        self.mode: Mode = mode
        self.runtime = runtime
        self.project = place / "project"
        self.data = place / "data"
        self.config_file = place / "config.toml"
        self.script_file = place / "steps.jsonl"
        self.idle: float | None = 0 if mode == "shared" else None
        """`engine.idle` of the settings from the next `configure` on."""
        self.daemons = 0
        """How many `Daemon`s run here now."""
        self.project.mkdir(parents=True, exist_ok=True)
        self.play({"text": "Hello."})
        self.configure()

    def play(self, *steps: dict[str, Any]) -> None:
        """What the scripted model answers from now on; see docs/scripted-provider.md."""
        whole = self.script_file.with_suffix(".new")
        whole.write_text("".join(json.dumps(step) + "\n" for step in steps))
        whole.replace(self.script_file)

    def configure(self, toml: str = "", model: str = "script/any") -> None:
        """The user's settings: the scripted provider, and what is given here."""
        script = json.dumps(str(self.script_file))
        provider = f'[provider.script]\napi = "scripted"\nscript = {script}\n'
        engine = "" if self.idle is None else f"[engine]\nidle = {self.idle}\n"
        self.config_file.write_text(f"model = {json.dumps(model)}\n{engine}{provider}{toml}")

    def environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
        places = {
            name: str(self.place / name.lower()) for name in ("XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME")
        }
        return (
            kept
            | places
            | {
                "HOME": str(self.place),
                "SESSIOND_CONFIG": str(self.config_file),
                "SESSIOND_DATA_DIR": str(self.data),
                "SESSIOND_RUNTIME_DIR": str(self.runtime or self.place),
                "SESSIOND_STANDALONE": "1" if self.mode == "standalone" else "",
                "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
            }
        )

    @property
    def engine_pid(self) -> int | None:
        """Of the engine in the background, if it lives."""
        return engine_of(self.data)


@contextmanager
def a_home(place: Path, mode: Mode = "shared") -> Iterator[Home]:
    """No engine outlives the block, and none may have ended with a traceback. The path of the socket is short."""
    runtime = Path(tempfile.mkdtemp(prefix="sd-", dir="/tmp"))
    home = Home(place, mode, runtime)
    try:
        yield home
    finally:
        if (pid := home.engine_pid) is not None:
            kill(pid)
        shutil.rmtree(runtime)
    errors = home.data / "log" / "engine.stderr"
    assert not errors.is_file() or "Traceback" not in (said := errors.read_text(errors="replace")), said
