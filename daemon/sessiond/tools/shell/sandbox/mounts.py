"""What a command in the sandbox can write, what it can only read and what it does not see. Decision 0086.

Looks at the file system, because only what exists can be mounted over: bubblewrap would leave empty files in
the place of others. What cannot be looked at, a command cannot see either. `sandbox.py` uses it.
"""

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from sessiond.tools.shell.sandbox.git import git_places

SECRET_DIRECTORIES = (
    ".ssh", ".gnupg", ".aws", ".azure", ".kube", ".docker", ".password-store", ".1password", ".terraform.d",
    ".config/gcloud", ".config/gh", ".config/glab-cli", ".config/op", ".config/doctl",
    ".config/google-chrome", ".config/chromium", ".config/BraveSoftware", ".config/Code/User/globalStorage",
    ".mozilla", ".thunderbird", ".local/share/keyrings", ".local/share/kwalletd", ".local/share/pass",
    ".claude", ".codex", ".gemini", ".minikube", ".oci", ".vault.d",
)  # fmt: skip
SECRET_FILES = (
    ".netrc", ".git-credentials", ".config/git/credentials", ".npmrc", ".yarnrc.yml", ".pypirc", ".pgpass", ".my.cnf",
    ".cargo/credentials", ".cargo/credentials.toml", ".gem/credentials", ".m2/settings.xml", ".vault-token", ".s3cfg",
    ".config/pip/pip.conf", ".config/hub", ".config/rclone/rclone.conf",
    ".bash_history", ".zsh_history", ".python_history", ".psql_history", ".mysql_history", ".node_repl_history",
)  # fmt: skip
SYSTEM_SECRETS = ("/etc/shadow", "/etc/gshadow")
PROTECTED = (
    ".sessiond", ".mcp.json", ".vscode", ".idea", ".bashrc", ".bash_profile", ".bash_login", ".bash_logout", ".profile",
    ".zshrc", ".zshenv", ".zprofile", ".zlogin", ".zlogout", ".gitconfig", ".config/git", ".config/fish", ".local/bin",
    ".config/autostart", ".config/systemd",
)  # fmt: skip
"""In a workspace: what is run, or decides what may be run, outside of the sandbox."""


class Mounts(NamedTuple):
    writable: tuple[Path, ...]
    """A part that stands here by itself cannot be renamed or put aside."""
    read_only: tuple[Path, ...]
    """Inside of what is writable."""
    hidden_directories: tuple[Path, ...]
    hidden_files: tuple[Path, ...]
    shown: tuple[Path, ...]
    """Read-only, inside of what is hidden."""
    absent: tuple[Path, ...]
    """What must not be there after the command."""


class Own(NamedTuple):
    """Where sessiond keeps its own things."""

    hidden: tuple[Path, ...] = ()
    """Settings, keys, conversations."""
    shown: tuple[Path, ...] = ()
    """Kept outputs, which commands may read."""


def mounts(root: Path, environment: Mapping[str, str], writable: Sequence[str], own: Own) -> Mounts:
    """For commands in the project `root`, which is resolved."""
    home = Path(environment.get("HOME") or Path.home())
    git = git_places(root)
    more = tuple(path for name in writable if os.path.isdir(path := _expanded(name, home)))
    hidden = [*(home / name for name in SECRET_DIRECTORIES), *own.hidden]
    return Mounts(
        writable=(root, *more, *git.writable),
        read_only=(*(path for name in PROTECTED if _is_there(path := root / name)), *git.read_only),
        hidden_directories=_outermost(
            path.resolve() for path in hidden if os.path.isdir(path) and not _holds(path, root)
        ),
        hidden_files=tuple(
            path.resolve()
            for path in (*(home / name for name in SECRET_FILES), *map(Path, SYSTEM_SECRETS))
            if os.path.isfile(path)
        ),
        shown=tuple(path.resolve() for path in own.shown if os.path.isdir(path)),
        absent=git.absent,
    )


def _outermost(directories: Iterable[Path]) -> tuple[Path, ...]:
    """Without those inside another one: what is hidden cannot be hidden again."""
    found = list(dict.fromkeys(directories))
    return tuple(path for path in found if not any(other in path.parents for other in found))


def _holds(path: Path, root: Path) -> bool:
    """The project itself is never hidden."""
    return root.is_relative_to(path.resolve())


def _is_there(path: Path) -> bool:
    return os.path.exists(path) and not os.path.islink(path)


def _expanded(name: str, home: Path) -> Path:
    return (home / name.removeprefix("~/") if name.startswith("~/") else Path(name)).resolve()
