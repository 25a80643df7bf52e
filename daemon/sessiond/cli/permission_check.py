"""What the rules decide for one command or path, as `sessiond permission check` prints it."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, get_args

import msgspec

from sessiond.config.project import project_root
from sessiond.permission.judge import Judge
from sessiond.permission.judgement import Judgement, together
from sessiond.permission.rules import Rule, Rulebook, Verdict, rules_of
from sessiond.tools.paths import is_too_long, quoted

JUDGES_KEPT = 256


class CheckFailed(Exception):
    """What was asked makes no sense; the text says why."""


class Line(msgspec.Struct):
    """One line of `--lines`."""

    command: str
    rules: list[tuple[str, str]] | None = None
    directory: str | None = None


class Checker:
    """Keeps its judges, so that many lines on the same rules cost little."""

    def __init__(self) -> None:
        self._judges: dict[tuple[str, tuple[Rule, ...] | None], Judge] = {}
        self._roots: dict[str, str] = {}
        self._lines = msgspec.json.Decoder(Line)

    def line(self, line: bytes, rules: Sequence[Sequence[str]] | None, directory: str) -> dict[str, Any]:
        """`rules` and `directory` where the line has none. Raises CheckFailed."""
        try:
            asked = self._lines.decode(line)
        except (msgspec.DecodeError, RecursionError) as error:
            raise CheckFailed(f"Not {{command, rules?, directory?}} as JSON: {error}") from None
        return self.command(asked.command, rules if asked.rules is None else asked.rules, asked.directory or directory)

    def command(self, command: str, rules: Sequence[Sequence[str]] | None, directory: str) -> dict[str, Any]:
        """`{decision, rule, reason, always, commands}` for a shell command. Raises CheckFailed."""
        where = _absolute(directory)
        parts = self._judge(rules, where).commands(command, where)
        whole = together([judgement for _, judgements in parts for judgement in judgements])
        return shown(whole) | {
            "commands": [{"command": text} | shown(together(judgements)) for text, judgements in parts]
        }

    def path(self, permission: str, path: str, rules: Sequence[Sequence[str]] | None, directory: str) -> dict[str, Any]:
        """`{decision, rule, reason, always, path}` for reading or changing a path. Raises CheckFailed."""
        where = _absolute(directory)
        place = Path(where, os.path.expanduser(path))
        judgement = self._judge(rules, where).path(permission, place)
        return shown(judgement) | {"path": judgement.patterns[0]}

    def _judge(self, given: Sequence[Sequence[str]] | None, directory: str) -> Judge:
        rules = None if given is None else tuple(_rule(*rule) for rule in given)
        if (root := self._roots.get(directory)) is None:
            root = self._roots[directory] = project_root(directory)
        judge = self._judges.get((root, rules))
        if judge is None:
            judge = Judge(_configured(root) if rules is None else _explicit(rules), root)
            if len(self._judges) >= JUDGES_KEPT:
                self._judges.clear()
            self._judges[root, rules] = judge
        return judge


def shown(judgement: Judgement) -> dict[str, Any]:
    return {
        "decision": judgement.verdict,
        "rule": judgement.rule,
        "reason": judgement.reason,
        "always": [{"permission": rule.permission, "pattern": rule.pattern} for rule in judgement.always],
    }


def _explicit(rules: tuple[Rule, ...]) -> Rulebook:
    """Given rules stand in place of the shipped list as well, unless there are none."""
    return Rulebook((Rule("bash", "*", "ask"), *rules) if rules else ())


def _configured(root: str) -> Rulebook:
    from sessiond.config.load import load_settings  # noqa: PLC0415 - pydantic costs 0.15 s; explicit rules need none

    loaded = load_settings(Path(root))
    return Rulebook(rules_of(loaded.settings.rules), rules_of(loaded.project_permission))


def _rule(pattern: str, decision: str) -> Rule:
    for verdict in get_args(Verdict):
        if verdict == decision:
            return Rule("bash", pattern, verdict)
    raise CheckFailed(f"The rule {quoted(pattern)} decides {quoted(decision)}; it must be allow, ask or deny.")


def _absolute(directory: str) -> str:
    """It need not exist: what is to be judged may be somewhere else."""
    if "\0" in directory:
        raise CheckFailed("The directory's name has a NUL in it.")
    if is_too_long(directory):
        raise CheckFailed(f"The directory {quoted(directory)} has a longer name than any can have.")
    return os.path.abspath(os.path.expanduser(directory))
