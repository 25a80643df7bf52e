"""A home on disk for a daemon under test: settings, a script, a project and data, kept over restarts."""

import json
import os
from pathlib import Path
from typing import Any

_KEPT = ("PATH", "LANG", "LC_ALL", "TMPDIR", "SYSTEMROOT", "LD_LIBRARY_PATH", "SSL_CERT_FILE")
"""Of the environment; nobody's keys and settings get into a test."""


class Home:
    def __init__(self, place: Path) -> None:
        self.place = place
        self.project = place / "project"
        self.data = place / "data"
        self.config_file = place / "config.toml"
        self.script_file = place / "steps.jsonl"
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
        self.config_file.write_text(f"model = {json.dumps(model)}\n{provider}{toml}")

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
                "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
            }
        )
