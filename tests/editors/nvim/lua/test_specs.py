"""The plugin's Lua specs, run by busted in both Neovims; and what of the plugin is a copy of something generated."""

import os
import subprocess
from pathlib import Path

import pytest

from support.nvim.editor import PLUGIN
from support.tree import ROOT

BUSTED = Path("/usr/share/lua/5.1/busted/runner.lua")
needs_busted = pytest.mark.skipif(
    not BUSTED.exists() and not os.environ.get("CI"), reason="busted is not installed (Debian's lua-busted)"
)


@needs_busted
@pytest.mark.parametrize("spec", sorted(path.name for path in (PLUGIN / "spec").glob("*_spec.lua")))
def test_a_spec_holds(spec: str, binary: Path, tmp_path: Path) -> None:
    places = {name: str(tmp_path / name.lower()) for name in ("XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME")}
    command = [str(binary), "--clean", "--headless", "-l", "spec/run.lua", f"spec/{spec}"]

    ran = subprocess.run(
        command, cwd=PLUGIN, env=os.environ | places, capture_output=True, text=True, timeout=100, check=False
    )

    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_the_protocols_types_are_those_that_are_generated() -> None:
    generated = ROOT / "protocol/sessiond_protocol/schema/sessiond.lua"

    assert (PLUGIN / "lua/sessiond/protocol.lua").read_text("utf-8") == generated.read_text("utf-8")
