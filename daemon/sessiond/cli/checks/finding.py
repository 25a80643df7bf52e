"""What a check of `sessiond doctor` has found, and what to do about it."""

from typing import Literal, NamedTuple, TypeAlias

Verdict: TypeAlias = Literal["ok", "warn", "fail"]


class Finding(NamedTuple):
    verdict: Verdict
    what: str
    remedy: str = ""
