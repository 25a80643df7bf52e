"""The answer to one request for leave, and how several become one. `judge.py` gives them, the engine acts on them."""

from collections.abc import Sequence

import msgspec

from sessiond.permission.paths import printable
from sessiond.permission.rules import Ruling, Verdict, strictest
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


def together(judgements: Sequence[Judgement]) -> Judgement:
    """One judgement of several things that belong to one call: the strictest; what asks is what is shown.

    An always-answer is on offer only if it would answer all of it.
    """
    verdict = strictest(judgement.verdict for judgement in judgements)
    speaking = [judgement for judgement in judgements if judgement.verdict == verdict]
    offers = [judgement.always for judgement in speaking]
    reasons = dict.fromkeys(judgement.reason for judgement in speaking if judgement.reason)
    return Judgement(
        verdict=verdict,
        permission=speaking[0].permission,
        patterns=tuple(dict.fromkeys(pattern for judgement in speaking for pattern in judgement.patterns)),
        rule=next((judgement.rule for judgement in speaking if judgement.rule), None),
        reason=" ".join(reasons) or None,
        always=tuple(dict.fromkeys(rule for offered in offers for rule in offered)) if all(offers) else (),
    )


def of_text(
    permission: str, text: str, ruling: Ruling, offers: Sequence[OfferedRule], *, called: str | None = None
) -> Judgement:
    """Of what is no path: a command, a URL, arguments. `called`: what people call it, if not by its text."""
    shown = printable(text)
    return Judgement(
        verdict=ruling.verdict,
        permission=permission,
        patterns=(shown,),
        rule=str(ruling.rule) if ruling.rule else None,
        reason=_why(called or shown, ruling),
        always=tuple(offers) if ruling.verdict == "ask" and ruling.savable else (),
    )


def doubtful(permission: str, text: str, reason: str) -> Judgement:
    """Of what asks each time, whatever the rules allow."""
    return Judgement(verdict="ask", permission=permission, patterns=(printable(text),), reason=printable(reason))


def _why(shown: str, ruling: Ruling) -> str | None:
    if ruling.verdict == "allow":
        return None
    if ruling.rule is None:
        return f"`{shown}` is not allowed by any rule."
    return f"The rule `{ruling.rule}` {'denies' if ruling.verdict == 'deny' else 'asks about'} `{shown}`."
