"""Says of a path whether it leads through what each process sees of itself. Used by `shell_paths.py`.

`/proc/self/cwd`, `/dev/fd/3` and their like are other files for the daemon, which judges, than for the shell, which
opens them; so no answer about them holds.
"""

import os
import re
from pathlib import Path

OF_A_PROCESS = re.compile(r"/proc/(self|thread-self|\d+)")
MOST_LINKS = 40
"""As many as the system itself follows."""


def leads_through_a_process(path: Path) -> bool:
    """Whether a step on the way, links followed, is a process of /proc. Raises ValueError for what can be no path."""
    here, links = "/", 0
    ahead = str(path).split("/")[::-1]
    while ahead:
        here = os.path.normpath(f"{here}/{ahead.pop()}".replace("//", "/"))
        if OF_A_PROCESS.fullmatch(here):
            return True
        target = _link(here)
        if target is not None:
            links += 1
            if links > MOST_LINKS:
                return False
            here = "/" if target.startswith("/") else os.path.dirname(here)
            ahead += target.split("/")[::-1]
    return False


def _link(path: str) -> str | None:
    try:
        return os.readlink(path)
    except OSError:
        return None
