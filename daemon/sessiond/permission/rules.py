"""What the rules say of a permission and a subject: allow, ask or deny. Pure.

Used by `judge.py`. Asking the user is not done here; see `questions.py`.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Literal

import msgspec

from sessiond.permission.subjects import Subject, matches

Verdict = Literal["allow", "ask", "deny"]
STRICTNESS: dict[Verdict, int] = {"allow": 0, "ask": 1, "deny": 2}
PATHS = frozenset({"read", "edit", "outside"})
"""Permissions whose patterns are paths."""


class Rule(msgspec.Struct, frozen=True):
    """`*` in a pattern stands for any text, `/` included; `?` for one character."""

    permission: str
    pattern: str
    verdict: Verdict
    bare: bool = False
    """A word for a whole permission, such as `read = "allow"`: it says nothing of files that may hold secrets."""

    def __str__(self) -> str:
        return f"{self.permission}: {self.pattern} = {self.verdict}"

    def speaks_of(self, permission: str, subject: Subject) -> bool:
        allowing = self.verdict == "allow"
        return matches(self.permission, permission) and subject.matches(self.pattern, allowing=allowing)


DEFAULTS: tuple[Rule, ...] = (
    Rule("*", "*", "ask"),
    Rule("read", "*", "allow"),
    Rule("todoWrite", "*", "allow"),
    Rule("todoRead", "*", "allow"),
    Rule("diagnostics", "*", "allow"),
    Rule("task", "*", "allow"),
)
"""Safe until the user says otherwise. A task may do nothing that its parent may not, so it needs no leave itself."""


class Ruling(msgspec.Struct, frozen=True):
    """What the rules say of one thing."""

    verdict: Verdict
    rule: Rule | None
    """The rule that decided; None: no rule of anybody's, the defaults."""
    savable: bool = True
    """Whether a saved rule could make it an `allow`."""


def rules_of(permission: Mapping[str, Verdict | Mapping[str, Verdict]]) -> list[Rule]:
    """The `[permission]` section of the settings as rules, in its order."""
    rules: list[Rule] = []
    for name, value in permission.items():
        if isinstance(value, str):
            rules.append(Rule(name, "*", value, bare=value != "deny"))
        else:
            rules.extend(Rule(name, _pattern(name, pattern), answer) for pattern, answer in value.items())
    return rules


def _pattern(permission: str, written: str) -> str:
    """In a path the home directory may be written `~` or `$HOME`, and the project's root `./`."""
    if permission not in PATHS and permission != "*":
        return written
    for home in ("~", "$HOME"):
        if written == home or written.startswith(home + "/"):
            return Path.home().as_posix() + written.removeprefix(home)
    return written.removeprefix("./") or written


def strictest(verdicts: Iterable[Verdict]) -> Verdict:
    """The strictest of several; of none, `ask`."""
    answer: Verdict | None = max(verdicts, key=_strictness, default=None)
    return answer or "ask"


def _strictness(verdict: Verdict) -> int:
    return STRICTNESS[verdict]


class SavedRules:
    """What answers have saved, for each directory. Kept in memory beside the store, in the order of saving."""

    def __init__(self) -> None:
        self._rules: dict[str, list[Rule]] = {}

    def remember(self, directory: str, rule: Rule) -> None:
        """A saved rule holds in its directory from now on, in place of one for the same pattern."""
        self.forget(directory, rule)
        self._rules.setdefault(directory, []).append(rule)

    def forget(self, directory: str, rule: Rule) -> None:
        """A saved rule holds no longer, whatever it answered. What is not saved stays so."""
        self._rules[directory] = [saved for saved in self.of(directory) if not _same_place(saved, rule)]

    def of(self, directory: str) -> tuple[Rule, ...]:
        """The last that matches wins."""
        return tuple(self._rules.get(directory, ()))


class Rulebook:
    """The user's rules, the project's beside them, and what answers have saved."""

    def __init__(
        self, configured: Sequence[Rule], project: Sequence[Rule] = (), saved: SavedRules | None = None
    ) -> None:
        """`project`: an untrusted project's own rules, which can only make the answer stricter."""
        self._configured = tuple(configured)
        self._project = tuple(project)
        self.saved = saved or SavedRules()

    def names_some(self, directory: str, permission: str) -> bool:
        """Whether rules ask about or deny some of what a permission is for, and not the rest."""
        rules = (*self._configured, *self._project, *self.saved.of(directory))
        strict = (rule for rule in rules if rule.verdict != "allow" and rule.pattern != "*")
        return any(matches(rule.permission, permission) for rule in strict)

    def ruling(
        self, directory: str, permission: str, subject: Subject, *, secret: bool = False, harmless: bool = False
    ) -> Ruling:
        """The last rule that matches wins. A saved rule never beats a configured `deny`.

        `secret`: only rules that name a pattern can allow it, and saved ones only if they name just it.
        `harmless`: allowed where no rule speaks of it.
        """
        usable = [rule for rule in self._configured if not (secret and rule.bare)]
        rule = last_of(usable, permission, subject)
        if rule is None or rule.verdict != "deny":
            saved = [rule for rule in self.saved.of(directory) if not secret or _is_exact(rule)]
            rule = last_of(saved, permission, subject) or rule
        verdict = rule.verdict if rule else _default(permission, subject, secret=secret, harmless=harmless)
        other = last_of(self._project, permission, subject)
        if other and STRICTNESS[other.verdict] > STRICTNESS[verdict]:
            return Ruling(other.verdict, other, savable=False)
        return Ruling(verdict, rule, savable=other is None or other.verdict == "allow")


def _default(permission: str, subject: Subject, *, secret: bool, harmless: bool) -> Verdict:
    default = last_of(DEFAULTS, permission, subject)
    if harmless:
        return "allow"
    return "ask" if secret or default is None else default.verdict


def last_of(rules: Sequence[Rule], permission: str, subject: Subject) -> Rule | None:
    """The last rule that speaks of it."""
    return next((rule for rule in reversed(rules) if rule.speaks_of(permission, subject)), None)


def _same_place(one: Rule, other: Rule) -> bool:
    return (one.permission, one.pattern) == (other.permission, other.pattern)


def _is_exact(rule: Rule) -> bool:
    return rule.verdict != "allow" or not {"*", "?"} & set(rule.pattern)
