"""`sessiond permission`: what the rules decide, by themselves or as they are configured."""

import json
from typing import Any

from support.command import sessiond
from support.daemon.home import Home
from support.permission_cases import NOWHERE, shell_cases


async def checked(home: Home, *arguments: str) -> dict[str, Any]:
    done = await sessiond(home, "permission", "check", *arguments)
    assert (done.code, done.err) == (0, "")
    return json.loads(done.out)


async def test_a_command_is_shown_with_each_of_its_parts(home: Home) -> None:
    assert await checked(home, "ls; npm test") == {
        "decision": "ask",
        "rule": None,
        "reason": "`npm test` is not allowed by any rule.",
        "always": [{"permission": "bash", "pattern": "npm test *"}],
        "commands": [
            {"command": "ls", "decision": "allow", "rule": None, "reason": None, "always": []},
            {
                "command": "npm test",
                "decision": "ask",
                "rule": None,
                "reason": "`npm test` is not allowed by any rule.",
                "always": [{"permission": "bash", "pattern": "npm test *"}],
            },
        ],
    }


async def test_given_rules_stand_in_place_of_the_configured_and_the_last_match_wins(home: Home) -> None:
    home.configure('[permission]\nbash = { "npm *" = "deny" }\n')
    configured = await checked(home, "npm test")
    given = await checked(home, "--rule", "npm *=ask", "--rule", "npm test=allow", "npm test")
    assert [configured["decision"], configured["rule"]] == ["deny", "bash: npm * = deny"]
    assert [given["decision"], given["rule"]] == ["allow", "bash: npm test = allow"]
    assert (await checked(home, "--rule", "X=1 *=allow", "ls"))["decision"] == "ask"


async def test_a_path_can_be_asked_about(home: Home) -> None:
    decisions = [
        (await checked(home, "--permission", permission, "--path", path))["decision"]
        for permission, path in (("read", "a"), ("read", ".env"), ("edit", "a"), ("edit", ".git/config"))
    ]
    assert decisions == ["allow", "ask", "ask", "ask"]


async def test_a_bad_line_costs_itself_only(home: Home) -> None:
    lines = [b'{"command": "ls"}', b"nonsense", b'{"command": 1}', b"", b'{"command": "ls", "rules": [["*", "deny"]]}']
    done = await sessiond(home, "permission", "check", "--lines", stdin=b"\n".join(lines) + b"\n")
    results = [json.loads(line) for line in done.out.splitlines()]
    assert [result.get("decision", "error") for result in results] == ["allow", "error", "error", "error", "deny"]
    assert done.code == 1


async def test_a_line_about_a_directory_that_cannot_be_costs_itself_only(home: Home) -> None:
    (home.project / ".git").mkdir()
    (home.project / ".sessiond").mkdir()
    (home.project / ".sessiond" / "config.toml").write_text("nonsense")
    odd = ["/" + "a" * 5000, "/" + "a/" * 3000, "/a\0", "~nobody/x", "/\ufffd", str(home.project)]
    lines = [{"command": "ls", "directory": directory} for directory in odd] + [{"command": "ls", "directory": "/"}]
    done = await sessiond(
        home, "permission", "check", "--lines", stdin="".join(json.dumps(line) + "\n" for line in lines).encode()
    )
    results = [json.loads(line) for line in done.out.splitlines()]
    assert len(results) == len(lines)
    assert ["error" in result for result in results] == [True, True, True, False, False, True, False]
    assert all(len(result.get("error", "")) < 500 for result in results)
    assert results[-1]["decision"] == "allow"
    assert done.err == ""


async def test_what_is_no_text_is_judged_and_shown_with_characters_in_its_place(home: Home) -> None:
    command = await checked(home, "ls \udcff")
    path = await checked(home, "--permission", "edit", "--path", "a\udcff")
    assert (command["decision"], command["commands"][0]["command"]) == ("ask", "ls \ufffd")
    assert (path["decision"], path["path"]) == ("ask", "a\ufffd")


async def test_the_home_of_somebody_unknown_is_a_name_like_any_other(home: Home) -> None:
    assert (await checked(home, "--path", "~nobody-of-this-name/x"))["path"] == "~nobody-of-this-name/x"


async def test_a_rule_that_is_none_is_said_to_be_none(home: Home) -> None:
    for rule in ("ls", "ls=perhaps"):
        done = await sessiond(home, "permission", "check", "--rule", rule, "ls")
        assert (done.code, done.out) == (1, "")
        assert rule.split("=")[0] in done.err


async def test_the_cases_of_other_projects_come_out_the_same_as_inside(home: Home) -> None:
    cases = [case for case in shell_cases() if not case.symlinks and case.directory == NOWHERE]
    asked = [{"command": case.command, "rules": case.rules, "directory": case.directory} for case in cases]
    done = await sessiond(
        home, "permission", "check", "--lines", stdin="".join(json.dumps(line) + "\n" for line in asked).encode()
    )
    decisions = [json.loads(line)["decision"] for line in done.out.strip().split("\n")]
    pairs = list(zip(cases, decisions, strict=True))
    assert [case.id for case, got in pairs if case.expected in ("ask", "deny") and got == "allow"] == []
    allowed = [(case.id, got) for case, got in pairs if case.expected == "allow"]
    assert len([case for case, got in allowed if got != "allow"]) <= 0.1 * len(allowed)


async def test_saved_rules_are_listed_and_removed(home: Home) -> None:
    assert "No rules are saved" in (await sessiond(home, "permission", "rules")).out
    done = await sessiond(home, "permission", "remove", "rul_none")
    assert (done.code, "no saved rule rul_none" in done.err) == (1, True)
