"""The system's keyring (extra `keyring`), where there is one that works. Used for keys and for logins.

It cannot be listed: whoever keeps something here notes elsewhere that it does.
"""

from typing import Any

from sessiond.config.errors import ConfigError

SERVICE = "sessiond"


def into_keyring(name: str, secret: str) -> bool:
    """Keeps a secret; False where no keyring does, and then it has to be kept elsewhere."""
    keyring = _keyring()
    if keyring is None:
        return False
    try:
        keyring.set_password(SERVICE, name, secret)
        return keyring.get_password(SERVICE, name) == secret  # some keyrings forget without a word
    except keyring.errors.KeyringError:  # locked, or refused by the user: the file is there
        return False


def from_keyring(name: str, what: str) -> str | None:
    """`what` it is, in the message of the ConfigError for a keyring that stays locked."""
    keyring = _keyring()
    if keyring is None:
        return None
    try:
        return keyring.get_password(SERVICE, name)
    except keyring.errors.KeyringError as error:
        raise ConfigError(f"The keyring did not give {what}: {error}. Unlock it.") from error


def out_of_keyring(name: str) -> None:
    keyring = _keyring()
    if keyring is None:
        return
    try:
        keyring.delete_password(SERVICE, name)
    except keyring.errors.KeyringError:  # gone already
        return


def _keyring() -> Any:
    """The `keyring` module where it is installed and has somewhere to keep things, else None."""
    try:
        import keyring  # noqa: PLC0415  # an optional extra, and slow to import
        import keyring.backends.fail  # noqa: PLC0415  # same
    except ImportError:
        return None
    return None if isinstance(keyring.get_keyring(), keyring.backends.fail.Keyring) else keyring
