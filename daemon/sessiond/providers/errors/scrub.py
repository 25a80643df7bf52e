"""Takes keys out of a provider's words before anybody reads or stores them."""

import re

_SECRETS = re.compile(
    r"""
    \b(?:sk|pk|rk|gsk|xai|csk|nvapi|pplx|hf|gh[opsu]|github_pat|r8|fw|tgp|key|AKIA|ASIA|AIza)[-_]?(?=[\w*-]*[\d*])[\w*-]{10,}
    | \beyJ[\w-]{10,}(?:\.[\w-]+)*                                     # a JSON web token
    | (?<=bearer\ )[^\s"',}]{6,}
    | (?:(?<=api_key=)|(?<=api-key:\ )|(?<=[?&]key=)|(?<=token=)|(?<=secret=)|(?<=password=))[^\s"'&,}]{4,}
    """,
    re.IGNORECASE | re.VERBOSE,
)


def scrub(text: str) -> str:
    """The text with `[key removed]` for everything that looks like a key or token."""
    return _SECRETS.sub("[key removed]", text)
