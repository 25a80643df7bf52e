"""What the rules say of a permission and a pattern: allow, ask or deny. Pure.

Used by the engine before a tool runs. Asking the user is not done here; see `questions.py`.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Literal

import msgspec

Verdict = Literal["allow", "ask", "deny"]
STRICTNESS: dict[Verdict, int] = {"allow": 0, "ask": 1, "deny": 2}


class Rule(msgspec.Struct, frozen=True):
    """`*` in a pattern stands for any text, `/` included; `?` for one character."""

    permission: str
    pattern: str
    verdict: Verdict
    bare: bool = False
    """A word for a whole permission, such as `read = "allow"`: it says nothing of files that may hold secrets."""


DEFAULTS: tuple[Rule, ...] = (
    Rule("*", "*", "ask"),
    Rule("read", "*", "allow"),
    Rule("outside", "*", "ask"),
)
"""Safe until the user says otherwise. `outside` is asked for whatever leaves the project."""
SECRETS: tuple[Rule, ...] = (
    Rule("read", "*.env", "ask"),
    Rule("read", "*.env.*", "ask"),
    Rule("read", "*.env.example", "allow"),
)
"""Files that may hold secrets: they ask until a rule names a pattern, or denies."""


def rules_of(permission: Mapping[str, Verdict | Mapping[str, Verdict]]) -> list[Rule]:
    """The `[permission]` section of the settings as rules, in its order."""
    rules: list[Rule] = []
    for name, value in permission.items():
        if isinstance(value, str):
            rules.append(Rule(name, "*", value, bare=value != "deny"))
        else:
            rules.extend(Rule(name, pattern, answer) for pattern, answer in value.items())
    return rules


def verdict(rules: Iterable[Rule], permission: str, pattern: str, *, otherwise: Verdict = "ask") -> Verdict:
    """The last rule that matches wins."""
    answer = otherwise
    for rule in rules:
        if _matches(rule.permission, permission) and _matches(rule.pattern, pattern):
            answer = rule.verdict
    return answer


def strictest(verdicts: Iterable[Verdict]) -> Verdict:
    """The strictest of several; of none, `ask`."""
    answer: Verdict | None = max(verdicts, key=_strictness, default=None)
    return answer or "ask"


def _strictness(verdict: Verdict) -> int:
    return STRICTNESS[verdict]


class Rulebook:
    """The user's rules, the project's beside them, and what answers have saved for each directory."""

    def __init__(self, configured: Sequence[Rule], project: Sequence[Rule] = ()) -> None:
        """`project`: an untrusted project's own rules, which can only make the answer stricter."""
        bare = [rule for rule in configured if rule.bare]
        self._configured = (*DEFAULTS, *bare, *SECRETS, *(rule for rule in configured if not rule.bare))
        self._project = tuple(project)
        self._saved: dict[str, list[Rule]] = {}

    def remember(self, directory: str, rule: Rule) -> None:
        """A saved rule holds in its directory from now on."""
        rules = self._saved.setdefault(directory, [])
        if rule not in rules:
            rules.append(rule)

    def verdict(self, directory: str, permission: str, patterns: Iterable[str]) -> Verdict:
        """The strictest answer over all patterns. A saved rule never beats a configured `deny`."""
        return strictest(self._of_one(directory, permission, pattern) for pattern in patterns)

    def _of_one(self, directory: str, permission: str, pattern: str) -> Verdict:
        answer = verdict(self._configured, permission, pattern)
        if answer != "deny":
            answer = verdict(self._saved.get(directory, ()), permission, pattern, otherwise=answer)
        return strictest((answer, verdict(self._project, permission, pattern, otherwise="allow")))


@lru_cache(maxsize=1024)
def _expression(pattern: str) -> re.Pattern[str]:
    return re.compile(re.escape(pattern).replace(r"\*", ".*").replace(r"\?", "."), re.DOTALL)


def _matches(pattern: str, text: str) -> bool:
    return pattern == "*" or _expression(pattern).fullmatch(text) is not None
