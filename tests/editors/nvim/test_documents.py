"""The plugin's documents: the help has every name, its links lead somewhere, what is generated is up to date."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from support.nvim import Editor
from support.nvim.editor import PLUGIN

HELP = PLUGIN / "doc" / "sessiond.txt"

NAMES = """
local actions = require("sessiond.actions")
local defaults = require("sessiond.defaults")
local names = { commands = {}, plugs = {}, options = {}, keys = {}, api = {} }
for _, action in ipairs(actions) do
  local name = action.name:gsub("_", "-")
  table.insert(names.commands, "Sessiond " .. name)
  table.insert(names.plugs, "<Plug>(sessiond-" .. name .. ")")
end
local function walk(options)
  for name, value in pairs(options) do
    table.insert(names.options, name)
    if type(value) == "table" and not vim.islist(value) and name ~= "keys" then walk(value) end
  end
end
walk(defaults.options)
for name in pairs(defaults.rules) do table.insert(names.options, (name:match("[^.]+$"))) end
for place, group in pairs(defaults.options.keys) do
  table.insert(names.keys, "sessiond-keys-" .. place)
  for _, value in pairs(group) do
    for _, key in ipairs(type(value) == "table" and value or { value }) do table.insert(names.keys, key) end
  end
end
for name in pairs(require("sessiond")) do table.insert(names.api, 'require("sessiond").' .. name .. "(") end
names.highlights = vim.tbl_keys(require("sessiond.highlights").links)
return names
"""

EMITTED = re.compile(r"""emit\("(Sessiond\w+)"|pattern = "(Sessiond\w+)\"""")


def test_the_help_has_every_command_key_option_highlight_and_function(editor: Editor) -> None:
    text = HELP.read_text("utf-8")

    missing = {kind: sorted(name for name in names if name not in text) for kind, names in editor.lua(NAMES).items()}

    assert missing == {kind: [] for kind in missing}


def test_the_help_has_every_autocommand(editor: Editor) -> None:
    text = HELP.read_text("utf-8")
    sources = [path.read_text("utf-8") for path in (PLUGIN / "lua").rglob("*.lua")]
    emitted = {name for source in sources for pair in EMITTED.findall(source) for name in pair if name}
    states = {f"Sessiond{name}" for name in ("Starting", "Ready", "Restarting", "Failed", "Stopped")}
    types = re.search(r"@alias sessiond.DurableEvent (.+)", (PLUGIN / "lua/sessiond/protocol.lua").read_text("utf-8"))
    assert types
    events = {f"Sessiond{name}" for name in re.findall(r"sessiond\.(\w+)", types[1])}

    assert sorted(name for name in emitted | states | events if name not in text) == []


def test_the_helps_tags_are_unique_and_its_links_lead_to_them(editor: Editor, tmp_path: Path) -> None:
    (tmp_path / "sessiond.txt").write_text(HELP.read_text("utf-8"), "utf-8")
    editor.command(f"helptags {tmp_path}")
    tags = {line.split("\t")[0] for line in (tmp_path / "tags").read_text("utf-8").splitlines()}
    linked = set(re.findall(r"(?<!\S)\|([^|\s]+)\|", HELP.read_text("utf-8")))

    own = {link for link in linked if link.lower().startswith(("sessiond", ":sessiond"))}
    assert own - tags == set()
    assert {":Sessiond", "sessiond-keys", "<Plug>(sessiond-review)"} <= tags


def test_what_is_generated_is_as_it_would_be_generated_now(binary: Path) -> None:
    command = [str(binary), "--clean", "--headless", "-l", "scripts/generate.lua", "--check"]

    ran = subprocess.run(command, cwd=PLUGIN, capture_output=True, text=True, timeout=60, check=False)

    said = ran.stdout + ran.stderr
    assert ran.returncode == 0, f"run `nvim --clean -l scripts/generate.lua` in editors/nvim:\n{said}"


def test_the_readme_says_how_to_install_it_by_each_manager() -> None:
    text = (PLUGIN / "README.md").read_text("utf-8")

    assert [
        name for name in ("lazy.nvim", "mini.deps", "vim.pack.add", ":checkhealth sessiond") if name not in text
    ] == []


def test_the_health_check_says_how_all_of_it_is(editor: Editor) -> None:
    editor.command("checkhealth sessiond")

    report = "\n".join(editor.lua("return vim.api.nvim_buf_get_lines(0, 0, -1, false)"))
    assert "ERROR" not in report
    for words in (
        "it answers: version",
        "protocol 1",
        "storage in",
        "model: script/any",
        "they can all be used",
        "log: ",
    ):
        assert words in report


@pytest.mark.parametrize("options", [{"cmd": ["/nowhere/sessiond"]}])
def test_the_health_check_says_what_to_do_about_an_engine_that_is_not_there(
    start: Any, options: dict[str, Any]
) -> None:
    editor = start(options=options)

    editor.command("checkhealth sessiond")

    report = "\n".join(editor.lua("return vim.api.nvim_buf_get_lines(0, 0, -1, false)"))
    assert "/nowhere/sessiond" in report
    assert "Install sessiond so that it is on the PATH" in report
