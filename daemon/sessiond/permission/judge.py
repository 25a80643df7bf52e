"""What the rules say of one thing that a call would do: a path, a shell command, anything else.

The engine asks here before a tool runs; `sessiond permission check` shows the same. Pure but for
looking at the file system to follow links. Asking the user is `questions.py`'s affair.
"""

from collections.abc import Sequence
from pathlib import Path

import msgspec

from sessiond.permission.rules import Rulebook, Verdict, strictest
from sessiond_protocol.messages import OfferedRule


class Judgement(msgspec.Struct, frozen=True, kw_only=True):
    """The answer to one request for leave."""

    verdict: Verdict
    permission: str
    patterns: tuple[str, ...]
    """What would be touched, as people read it and as rules match it."""
    rule: str | None = None
    """The rule that decided, such as `bash: git status* = allow`; None: no rule spoke of it."""
    reason: str | None = None
    """Why it is not simply allowed, in a sentence for a person."""
    always: tuple[OfferedRule, ...] = ()
    """What an always-answer would save; empty: not on offer."""


class Judge:
    """Judges by one rulebook for one project."""

    def __init__(self, rulebook: Rulebook, root: str, *, outputs: Path | None = None) -> None:
        """`outputs`: where tools' full outputs are kept; reading there needs no leave."""
        self._rulebook = rulebook
        self._root = root
        self._outputs = outputs

    def path(self, permission: str, path: Path) -> Judgement:
        """Of reading or changing a resolved path (`read`, `edit`)."""
        home = Path(self._root).resolve()
        inside = path.is_relative_to(home)
        name = path.relative_to(home).as_posix() if inside else path.as_posix()
        name = name.encode(errors="replace").decode()
        verdict = self._rulebook.verdict(self._root, permission, [name])
        if inside:
            offers = (OfferedRule(permission, name),)
        else:
            verdict = strictest((verdict, self._rulebook.verdict(self._root, "outside", [name])))
            folder = name.rpartition("/")[0] + "/*"
            offers = (OfferedRule("outside", folder), OfferedRule(permission, folder))
        return Judgement(verdict=verdict, permission=permission, patterns=(name,), always=offers)

    def command(self, command: str, cwd: str) -> Judgement:
        """Of all that a shell command would run, read and write: the strictest answer counts."""
        raise NotImplementedError

    def text(self, permission: str, text: str) -> Judgement:
        """Of anything else, such as a URL."""
        verdict = self._rulebook.verdict(self._root, permission, [text])
        offered = (OfferedRule(permission, text),)
        return Judgement(verdict=verdict, permission=permission, patterns=(text,), always=offered)


def together(judgements: Sequence[Judgement]) -> Judgement:
    """One judgement of several things that belong to one call: the strictest; what asks is what is shown."""
    verdict = strictest(judgement.verdict for judgement in judgements)
    speaking = [judgement for judgement in judgements if judgement.verdict == verdict]
    offers = [judgement.always for judgement in speaking]
    return Judgement(
        verdict=verdict,
        permission=speaking[0].permission,
        patterns=tuple(dict.fromkeys(pattern for judgement in speaking for pattern in judgement.patterns)),
        rule=speaking[0].rule,
        reason=next((judgement.reason for judgement in speaking if judgement.reason), None),
        always=tuple(dict.fromkeys(rule for offered in offers for rule in offered)) if all(offers) else (),
    )
