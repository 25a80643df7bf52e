"""Runs a script that drives the workbench in a real browser; `workbench.mjs` is what such scripts use."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

from support.vscode.installation import chromium
from support.vscode.server import CodeServer

SECONDS = 115
SUPPORT = Path(__file__).parent


def drive(server: CodeServer, script: Path, name: str, pictures: Path, seconds: float = SECONDS, **given: Any) -> Any:
    """Calls the exported function of the script with an open workbench and what is given; what it returns, as JSON.

    Its windows remember nothing of earlier ones.
    """
    server.forget()
    browser = chromium()
    assert browser, "no chromium on this machine; SESSIOND_TEST_CHROMIUM may name one"
    pictures.mkdir(parents=True, exist_ok=True)
    task = {
        "url": server.workspace_url,
        "chromium": browser,
        "modules": str(server.installation.modules),
        "pictures": str(pictures),
        "home": str(server.home.place),
        "given": given,
    }
    done = subprocess.run(
        [str(server.installation.node), str(SUPPORT / "workbench.mjs"), str(script), name],
        env=os.environ | {"TASK": json.dumps(task)},
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )
    assert done.returncode == 0, f"{script.name} {name}\n{done.stdout[-6000:]}\n{done.stderr[-6000:]}"
    return json.loads(done.stdout.splitlines()[-1])
