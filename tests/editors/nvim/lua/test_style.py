"""The plugin's Lua: formatted by stylua, without a finding of luacheck, in short files that say what they are."""

import os
import shutil
import subprocess

import pytest

from support.nvim.editor import PLUGIN
from support.nvim.versions import stylua
from support.tree import ROOT, assert_none, read, tracked_files

LUA_FILES = [name for name in tracked_files() if name.startswith("editors/nvim/") and name.endswith(".lua")]
GENERATED = "editors/nvim/lua/sessiond/protocol.lua"


@pytest.mark.skipif(not shutil.which("luacheck") and not os.environ.get("CI"), reason="luacheck is not installed")
def test_luacheck_finds_nothing() -> None:
    ran = subprocess.run(["luacheck", "--quiet", "."], cwd=PLUGIN, capture_output=True, text=True, check=False)

    assert ran.returncode == 0, ran.stdout


@pytest.mark.skipif(not shutil.which("npm") and not os.environ.get("CI"), reason="npm is not installed")
def test_stylua_changes_nothing() -> None:
    names = [str(ROOT / name) for name in LUA_FILES if name != GENERATED]
    ran = subprocess.run([stylua(), "--check", *names], cwd=PLUGIN, capture_output=True, text=True, check=False)

    assert ran.returncode == 0, ran.stdout


def test_every_file_says_first_what_it_is_and_stays_short() -> None:
    own = [name for name in LUA_FILES if name != GENERATED]

    assert_none((name for name in own if not read(name).startswith("--")), "without a comment at the top")
    assert_none((name for name in own if read(name).count("\n") > 300), "longer than 300 lines")
