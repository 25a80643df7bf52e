"""The plugin as its README has people install it: from a checkout, without any manager but Neovim's own."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from support.daemon import Home
from support.nvim import Editor
from support.nvim.editor import PLUGIN

Start = Callable[..., Editor]
PACK_ADD = "vim.pack.add({{ {{ src = {source}, name = 'sessiond.nvim' }} }}, {{ confirm = false }})"


def site(place: Path) -> str:
    return f"vim.opt.packpath:prepend({json.dumps(str(place))})\n"


def answers(editor: Editor) -> None:
    editor.command("Sessiond")
    editor.type("iAre you there?<Esc><CR>")
    editor.sees("Are you there?", "Hello.")


def test_a_link_to_a_checkout_among_the_packages_is_all_it_takes(start: Start, tmp_path: Path) -> None:
    packages = tmp_path / "site" / "pack" / "sessiond" / "start"
    packages.mkdir(parents=True)
    (packages / "sessiond.nvim").symlink_to(PLUGIN)

    editor = start(plugin=None, settings=site(tmp_path / "site"))

    answers(editor)


def test_a_package_has_its_help_once_neovim_has_indexed_it(start: Start, tmp_path: Path) -> None:
    copy = tmp_path / "site" / "pack" / "sessiond" / "start" / "sessiond.nvim"
    shutil.copytree(PLUGIN, copy)
    editor = start(plugin=None, settings=site(tmp_path / "site"))

    editor.command("helptags ALL")
    editor.command("help :Sessiond-chat")

    editor.sees("Open the chat, or close it")


def test_the_package_manager_of_neovim_installs_it_from_a_repository(
    start: Start, binary: Path, home: Home, tmp_path: Path
) -> None:
    source = tmp_path / "sessiond.nvim"
    shutil.copytree(PLUGIN, source)
    git = ["git", "-C", str(source), "-c", "user.name=A", "-c", "user.email=a@example.org"]
    for step in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-q", "-m", "All of it"]):
        subprocess.run([*git, *step], check=True)
    data = "vim.opt.packpath:prepend(vim.fn.stdpath('data') .. '/site')\n"
    editor = start(plugin=None, settings=data)
    if editor.lua("return vim.pack == nil"):
        return  # it came with 0.12; the README says so

    editor.lua(PACK_ADD.format(source=json.dumps(f"file://{source}")))

    answers(editor)
