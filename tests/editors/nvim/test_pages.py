"""Pages about the engine and the session: usage, status, servers, trust, rules, keys, the log, the wire."""

import json
from typing import Any

from support.daemon import Home
from support.mcp.servers import odd_command, settings
from support.nvim import Editor


def prompt(editor: Editor, text: str = "Hello") -> None:
    editor.command("Sessiond")
    editor.sees("A new session")
    editor.type(f"i{text}<Esc><CR>")


def test_the_usage_of_a_session_is_shown_by_kind_and_by_model(editor: Editor, home: Home) -> None:
    home.play({"text": "Hi.", "usage": {"input": 1200, "output": 40}})
    prompt(editor)
    editor.sees("Hi.")

    editor.command("Sessiond usage")

    editor.sees("Tokens and costs", "Answers", "1.2k", "40", "Together", "script/any")
    editor.type("q")
    editor.sees_no("Together")


def test_the_status_says_which_engine_it_is_and_the_key_asks_anew(editor: Editor) -> None:
    editor.command("Sessiond status")
    editor.sees("The engine", "version", "storage", "sandbox", "clients")

    editor.type("R")
    editor.sees("version")


def test_mcp_servers_are_shown_with_the_reason_and_stopped_and_started(start: Any, home: Home) -> None:
    home.configure(settings({"good": odd_command(), "bad": ["/nowhere/server"]}))
    editor = start(size=(110, 30))
    editor.command("Sessiond mcp")
    editor.sees("good", "bad", "idle")

    editor.type("gg")
    editor.lua("require('sessiond.engine').request('mcp/list', { wait = 20 })")
    editor.command("Sessiond mcp")
    editor.sees("ready", "restarting", "/nowhere/server")
    editor.command("call search('good')")
    editor.type("d")
    editor.sees_no("ready")
    editor.type("c")
    editor.sees("ready")


def test_settings_of_a_project_are_trusted_as_they_were_shown(start: Any, home: Home) -> None:
    (home.project / ".sessiond").mkdir()
    file = home.project / "sessiond.toml"
    file.write_text('[mcp.tool]\ncommand = ["run-me"]\n')
    (home.project / ".mcp.json").write_text(json.dumps({"mcpServers": {"tool": {"command": "run-me"}}}))
    editor = start(size=(110, 30))
    editor.command("Sessiond start")
    editor.sees("wait for your trust: :Sessiond trust")

    editor.command("Sessiond trust")
    editor.sees("have no effect until you trust them", "run-me")
    editor.type("t")
    editor.sees("The project's settings are trusted.")
    editor.type("u")
    editor.sees("have no effect until you trust them")


def test_a_saved_rule_is_removed(start: Any, home: Home) -> None:
    home.play(
        {"toolCalls": [{"name": "bash", "arguments": {"command": "touch a", "description": "It"}}]}, {"text": "So."}
    )
    editor = start(options={"asking": {"settle_ms": 0}}, size=(110, 30))
    prompt(editor)
    editor.sees("Always allow")
    editor.type("2")
    editor.sees("So.")

    editor.command("Sessiond rules")
    editor.sees("allow bash", "touch")
    editor.type("dd")
    editor.sees("No rule is saved for this project.")


def test_a_key_is_entered_without_an_echo_and_not_in_the_messages_shown(start: Any, home: Home) -> None:
    home.configure('[provider.mine]\napi = "openai-chat"\nbase_url = "http://127.0.0.1:9/v1"\n')
    editor = start(size=(110, 30))
    editor.command("Sessiond wire")
    editor.sees("Nothing yet.")
    editor.command("Sessiond key openai")
    editor.sees("API key for openai")

    editor.type("sk-secret-1234")
    editor.sees("••••••••••••••")
    assert "secret" not in editor.grid.text
    editor.type("<CR>")

    editor.sees("the key for openai is kept in")
    assert "sk-secret" not in "".join(editor.buffer("sessiond-wire"))
    editor.sees("provider/setKey")
    assert "sk-secret" not in editor.log()


def test_the_log_grows_and_is_filtered(editor: Editor) -> None:
    editor.lua("require('sessiond.log').write('warn', 'about apples')")
    editor.lua("require('sessiond.log').write('info', 'about \\27[2J pears')")
    editor.command("Sessiond log")
    editor.sees("Log", "about apples", "about ?[2J pears")

    editor.lua("require('sessiond.log').write('error', 'about quinces')")
    editor.sees("about quinces")
    editor.type("w")
    editor.sees_no("pears")
    editor.sees("warnings and errors", "quinces")
    editor.type("fapples<CR>")
    editor.sees_no("quinces")
    editor.sees("about apples")


def test_the_statusline_says_what_goes_on_and_costs_nothing_between_events(start: Any, home: Home) -> None:
    home.play({"play": [{"text": "One."}, {"waitFor": "go-on"}, {"text": "Two."}]})
    editor = start(settings="vim.o.statusline = '[%{v:lua.require(\"sessiond\").statusline()}]' vim.o.laststatus = 3")
    editor.sees("[]")
    prompt(editor)
    editor.sees("One.", "[◐ 1]")
    assert editor.lua("return require('sessiond').status()")["running"] == 1

    (home.place / "go-on").touch()
    editor.sees("Two.", "[]")


def test_a_turn_that_ends_unseen_is_told_in_one_line(start: Any, home: Home) -> None:
    home.play({"play": [{"text": "One."}, {"waitFor": "go-on"}]})
    editor = start(size=(80, 24))
    prompt(editor, "A question that is so long that no line of the screen can hold all of it")
    editor.sees("One.")
    editor.command("Sessiond close")

    (home.place / "go-on").touch()

    editor.sees("sessiond: A question that is so long")
    assert editor.lua("return vim.api.nvim_get_mode().blocking") is False
