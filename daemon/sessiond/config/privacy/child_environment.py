"""What of the environment child processes may see: no keys, tokens or passwords, nothing of the engine's own.

Built once by `parts.py` for every tool that starts a process. Decision 0087 says what stays and why.
"""

import re
from collections.abc import Collection, Mapping

from sessiond.config.privacy.redaction import holds_secret

_OWN = "SESSIOND_"
_SECRET_NAME = re.compile(
    r"TOKEN|SECRET|PASSW|PASSPHRASE|CREDENTIAL|CREDS|COOKIE|WEBHOOK|CONNECTION_?STRING|PRIVATE"
    r"|KEY|AUTH(?!OR)|AUTHORIZ|(?<!COM)(?<!BY)PASS(?=_|\d|$)|(?:^|_)(?:PW|PAT|CERT|JWT|SIGNATURE|DSN)(?=_|\d|$)|[A-Z\d]_?PWD$",
)
_PLAIN_NAME = re.compile(
    r"(?:OLD)?PWD|\w*KEY(?:BOARD|MAP|TIMEOUT)\w*|XAUTHORITY|SSH_AUTH_SOCK|\w*_(?:CERT_FILE|CERT_DIR)|\w*ASKPASS\w*"
    r"|TOKENIZERS_\w+|\w*(?:MAX|NUM)_\w*TOKENS"
)
"""Names that look like the above and are none: paths, and ways to something that itself asks or signs."""
_PROXY = re.compile(r"(?:HTTPS?|FTP|ALL|NO)_PROXY")


def child_environment(
    environment: Mapping[str, str], *, keep: Collection[str] = (), secret: Collection[str] = ()
) -> dict[str, str]:
    """The variables that are no secret. `keep` names some that go through whatever they look like.

    `secret` names some that never do, such as the keys of configured providers.
    """
    seen: dict[str, str] = {}
    for name, value in environment.items():
        if name in secret or name.upper().startswith(_OWN):
            continue
        if name in keep:
            seen[name] = value
        elif not _is_secret(name, value):
            seen[name] = _without_password(value) if _PROXY.fullmatch(name.upper()) else value
    return seen


def secret_values(environment: Mapping[str, str], secret: Collection[str] = ()) -> frozenset[str]:
    """The values that no log and no error may show."""
    return frozenset(
        value
        for name, value in environment.items()
        if value and (name in secret or (_names_secret(name) and not _is_plain(value)))
    )


def _is_secret(name: str, value: str) -> bool:
    if _PROXY.fullmatch(name.upper()):
        return False
    return _names_secret(name) or holds_secret(value)


def _names_secret(name: str) -> bool:
    upper = name.upper()
    return _PLAIN_NAME.fullmatch(upper) is None and _SECRET_NAME.search(upper) is not None


def _is_plain(value: str) -> bool:
    """A path, a number or a word, as stands in the text of any log."""
    return value.startswith(("/", "~")) or value.isalpha() or value.isdigit()


def _without_password(address: str) -> str:
    """A proxy's address; it says itself when it wants a password."""
    scheme, between, rest = address.rpartition("://")
    return scheme + between + rest.rpartition("@")[2]
