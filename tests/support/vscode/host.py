"""Runs mocha files inside the real extension host of a workbench, where they have the API that the extension has."""

import json
import os
import subprocess
from pathlib import Path

from support.vscode.browser import SUPPORT
from support.vscode.extension import PLACE
from support.vscode.installation import chromium
from support.vscode.server import CodeServer

SECONDS = 90


def run_in_host(server: CodeServer, *files: Path) -> dict[str, str]:
    """What became of each test, by its title: `passed`, or the error. The extension is the one built in its sources."""
    browser = chromium()
    assert browser, "no chromium on this machine; SESSIOND_TEST_CHROMIUM may name one"
    modules = str(server.installation.modules)
    outcomes = server.home.place / "host-outcomes.json"
    outcomes.unlink(missing_ok=True)
    given = {"modules": modules, "files": [str(file) for file in files]}
    server.home.place.joinpath("host.json").write_text(json.dumps(given))
    task = {
        "url": server.url,
        "chromium": browser,
        "modules": modules,
        "extension": str(PLACE),
        "runner": str(SUPPORT / "runner.cjs"),
        "folder": str(server.home.project),
        "seconds": SECONDS,
    }
    done = subprocess.run(
        [str(server.installation.node), str(SUPPORT / "host.mjs")],
        env=os.environ | {"TASK": json.dumps(task)},
        capture_output=True,
        text=True,
        timeout=SECONDS + 20,
        check=False,
    )
    assert outcomes.exists(), (
        f"nothing was run:\n{done.stdout[-4000:]}\n{done.stderr[-4000:]}\n{''.join(server.output)}"
    )
    return json.loads(outcomes.read_text())
