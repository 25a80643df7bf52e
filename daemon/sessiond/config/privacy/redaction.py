"""Takes keys, tokens and passwords out of text that people read or that is kept: the log, errors of providers.

Knows them by what they look like and by the values in the environment. `child_environment.py` asks here
whether a value is a secret. Ordinary text, hashes and ids stay as they are.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

REDACTED = "[redacted]"
SHORTEST_VALUE = 8
"""Characters; a shorter value of a secret variable stands in too many ordinary words to be taken out of a text."""

_KEYS = (
    # Prefixes of vendors, then something long that has a digit in it, or a vendor's own asterisks.
    r"(?:sk|pk|rk|gsk|xai|csk|nvapi|pplx|hf|r8|fw|tgp|glpat|ntn|lin_api|dop_v1|dckr_pat|whsec|key|hvs|vercel|sntrys)"
    r"[-_.](?=[\w.*-]{0,200}[\d*])[\w.*-]{16,}",
    r"(?:gh[oprsu]|github_pat)_[\w*]{10,}",
    r"(?:npm_\w{36}|pypi-AgE[\w-]{20,}|SG\.[\w-]{16,}\.[\w-]{16,}|ATATT3[\w=-]{20,}|AIza[\w-]{16,})",
    r"xox[abeprs]-(?=[\w-]{0,200}\d)[\w-]{10,}|xapp-[\w-]{20,}",
    r"(?:AKIA|ASIA)[A-Z\d]{16}(?!\w)",  # AWS
    r"eyJ[\w-]{10,}(?:\.[\w-]+)*",  # a JSON web token
    r"(?<!-)-----BEGIN (?:[A-Z]+ )*PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END [A-Z ]+-----|\Z)",
)
_ADDRESS = (
    r"(?P<scheme>[A-Za-z][A-Za-z\d+.-]{0,20}://)"
    r"(?:[^\s/?#@:'\"]{0,300}:[^\s/?#@'\"]{1,2000}|(?<=https://)[^\s/?#@:'\"]{8,2000})(?=@)"
)
"""A password, or a token alone, before the host."""
_NAMED = (
    r"(?P<kept>(?i:bearer |authorization: basic |x-api-key: |api-key: "
    r"|(?:(?:api|access|account|secret|private)[_-]?key|password|passwd|secret|(?:[a-z]{1,20}[_-])?token)"
    r"(?:=|[\"']:\s?[\"'])|(?<=[?&])key=))"
    r"[^\s\"'&,;}]{4,}"
)
"""Known by the word before, which stays."""
_ASSIGNED = (
    r"(?i:(?:password|passwd|passphrase|secret|token|(?:api|access|account|auth|private|secret)[_-]?key)"
    r"(?:\s?=\s?[\"']?|[\"']\s?:\s?[\"'])|(?<![a-z\d])(?:pwd|pass|pw|sig)=[\"']?(?![/~]))"
    r"[^\s\"'&;,$%{<(]"
)
"""In connection strings, query strings, options and JSON. What refers to a variable instead is none."""
_START = r"(?<![A-Za-z\d])"


@lru_cache(maxsize=1)
def _in_text() -> re.Pattern[str]:
    return re.compile(f"{_START}(?:{'|'.join(_KEYS)}|{_ADDRESS}|{_NAMED})")


@lru_cache(maxsize=1)
def _as_value() -> re.Pattern[str]:
    return re.compile(f"{_START}(?:{'|'.join(_KEYS)}|{_ADDRESS})|{_ASSIGNED}")


def redacted(text: str, values: Iterable[str] = ()) -> str:
    """The text with `[redacted]` for every secret in it. `values`: secrets that are known exactly."""
    for value in values:
        if len(value) >= SHORTEST_VALUE:
            text = text.replace(value, REDACTED)
    return _in_text().sub(_replacement, text)


def holds_secret(value: str) -> bool:
    """Whether there is something in the value that looks like a key, a token or a password."""
    return _as_value().search(value) is not None


def _replacement(found: re.Match[str]) -> str:
    return (found["scheme"] or found["kept"] or "") + REDACTED
