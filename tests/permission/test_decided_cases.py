"""The scores over the cases of other projects: nothing unsafe is allowed, and little is asked in vain."""

import os
from pathlib import Path
from typing import Any, cast

import pytest

from sessiond.permission.judge import Judge
from sessiond.permission.rules import Rule, Rulebook, Verdict
from sessiond.permission.subjects import Text, matches
from support.permission_cases import NOWHERE, Case, rows, shell_cases

ASKED_IN_VAIN = {"perm_codex_execpolicy-006", "perm_cline-035"}
"""`git --config color.status=always status`: settings of git can run programs, and nobody lists those that cannot.
`echo $(cat $(head -1 files.txt))`: what a command says is no name that anybody allowed to be read.
"""


def judge(case: Case, *more: Rule, root: str = NOWHERE) -> Judge:
    rules = [Rule("bash", pattern, cast(Verdict, verdict)) for pattern, verdict in case.rules]
    return Judge(Rulebook([*rules, *more]), root, own=())


def verdicts(case: Case, *more: Rule) -> Verdict:
    return judge(case, *more).command(case.command, case.directory).verdict


CASES = [case for case in shell_cases() if not case.symlinks]


def test_nothing_that_must_ask_is_allowed() -> None:
    assert [case.id for case in CASES if case.expected in ("ask", "deny") and verdicts(case) == "allow"] == []


def test_what_may_run_is_hardly_ever_asked_about() -> None:
    asked = {case.id for case in CASES if case.expected == "allow" and verdicts(case) != "allow"}
    assert asked == ASKED_IN_VAIN
    assert len(asked) <= 0.1 * len([case for case in CASES if case.expected == "allow"])


def test_a_write_that_leaves_the_project_asks_whatever_is_allowed() -> None:
    """With everything allowed in the project, what still must ask, but for caution about several writes at once."""
    everything = (Rule("bash", "*", "allow"), Rule("edit", "*", "allow"))
    several_writes = {f"perm_vscode_file_writes-{number}" for number in ("030", "035", "036")}
    cases = [case for case in CASES if "file_writes" in case.id]
    allowed = {case.id for case in cases if case.expected == "ask" and verdicts(case, *everything) == "allow"}
    assert allowed == several_writes
    asked = [case for case in cases if case.expected != "ask" and verdicts(case, *everything) != "allow"]
    assert {case.command for case in asked} == {  # zsh, whose shell it may be, would expand these
        "echo hello > ^foo/../package.json",
        "echo hello > =node",
        "echo hello > README.md#",
    }


@pytest.mark.parametrize("case", [case for case in shell_cases() if case.symlinks], ids=lambda case: case.id)
def test_links_are_followed(case: Case, tmp_path: Path) -> None:
    root = tmp_path / "project"
    root.mkdir()
    for link, target in case.symlinks.items():
        place = Path(target.replace(NOWHERE, str(root)).replace("/outside", str(tmp_path / "outside")))
        place.parent.mkdir(exist_ok=True)
        (root / os.path.relpath(link, NOWHERE)).symlink_to(place)
    everything = (Rule("bash", "*", "allow"), Rule("edit", "*", "allow"))

    got = judge(case, *everything, root=str(root)).command(case.command, str(root)).verdict

    assert got == ("ask" if case.expected == "ask" else "allow")


def path_rows() -> list[dict[str, Any]]:
    return [row for row in rows() if row["kind"] == "path_access"]


@pytest.mark.parametrize("row", path_rows(), ids=lambda row: row["id"])
def test_protected_paths_ask_though_edits_are_allowed(
    row: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    root = tmp_path / "w"
    (root / "real").mkdir(parents=True)
    (root / "link_file").symlink_to(tmp_path / "outside" / "f")
    (root / "link_in").symlink_to(root / "real")
    path = Path(row["path"].replace("/w/", f"{root}/")).expanduser()

    permission = "read" if row["op"] == "read" else "edit"
    edits_allowed = Judge(Rulebook([Rule("edit", "*", "allow", bare=True)]), str(root), own=())
    assert edits_allowed.path(permission, root / path).verdict == row["expect"]["decision"]


TOOLS = {"read": "read", "grep": "read", "write": "edit", "edit": "edit"}


@pytest.mark.parametrize("row", [row for row in rows() if row.get("tool") in TOOLS], ids=lambda row: row["id"])
def test_tools_on_paths_decide_as_others_do(row: dict[str, Any], tmp_path: Path) -> None:
    root = tmp_path / "w"
    root.mkdir()
    denied = [Rule("read", pattern, "deny") for pattern in row["context"].get("denylist", ())]
    if row["context"].get("config") == "external_directory=deny":
        denied.append(Rule("outside", "*", "deny"))
        (root / "outbox").symlink_to("../OUTSIDE")
    judged = Judge(Rulebook(denied), str(root), own=()).path(TOOLS[row["tool"]], root / row["args"]["path"])
    assert judged.verdict == row["expect"]["decision"]


@pytest.mark.parametrize("row", [row for row in rows() if row.get("tool") == "webfetch"], ids=lambda row: row["id"])
def test_pages_are_asked_for_by_site(row: dict[str, Any]) -> None:
    judged = Judge(Rulebook([]), NOWHERE, own=()).text("webfetch", row["args"]["url"])
    [offered] = judged.always
    assert judged.verdict == "ask"
    assert [offered.pattern.split("/")[2]] == row["expect"]["suggest"]


@pytest.mark.parametrize("row", [row for row in rows() if row["kind"] == "ruleset_eval"], ids=lambda row: row["id"])
def test_rules_decide_as_they_do_in_opencode(row: dict[str, Any]) -> None:
    rules = [Rule(rule["permission"], rule["pattern"], rule["action"]) for rule in row["rules"]]
    ruling = Rulebook(rules).ruling("/p", row["permission"], Text((row["value"],)))
    assert ruling.verdict == row["expect"]["decision"]


@pytest.mark.parametrize("row", [row for row in rows() if row["kind"] == "wildcard"], ids=lambda row: row["id"])
def test_wildcards_match_as_they_do_in_opencode(row: dict[str, Any]) -> None:
    assert matches(row["pattern"], row["value"]) == row["expect"]["match"]


@pytest.mark.parametrize(
    "row", [row for row in rows() if row["kind"] == "wildcard_structured"], ids=lambda row: row["id"]
)
def test_rules_on_words_never_allow_more_than_they_do_in_opencode(row: dict[str, Any]) -> None:
    rules = [Rule("bash", pattern, verdict) for pattern, verdict in row["rules_map"].items()]
    got = Judge(Rulebook([Rule("bash", "*", "ask"), *rules]), NOWHERE, own=()).command(" ".join(row["argv"]), NOWHERE)
    assert got.verdict == (row["expect"]["decision"] or "ask")
