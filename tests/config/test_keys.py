"""API keys are kept where only their owner reads them, and come from the environment first."""

from collections.abc import Iterator

import keyring
import keyring.backends.fail
import keyring.backends.null
import keyring.errors
import pytest

from sessiond.config.errors import ConfigError
from sessiond.config.secrets import StoredKey, key_file, key_for, list_keys, remove_key, store_key
from support.keyrings import Memory


@pytest.fixture
def environment(tmp_path) -> Iterator[dict[str, str]]:
    """A machine without a keyring, as servers are."""
    before = keyring.get_keyring()
    keyring.set_keyring(keyring.backends.fail.Keyring())
    yield {"SESSIOND_CONFIG": str(tmp_path / "new" / "config.toml")}
    keyring.set_keyring(before)


def test_without_a_keyring_keys_are_in_a_file_that_only_the_user_reads(environment) -> None:
    assert store_key("openai", " sk-1\n", environment) == "file"
    assert store_key("anthropic", "sk-2", environment) == "file"

    assert key_for("openai", None, environment) == "sk-1"
    assert list_keys(environment) == [StoredKey("anthropic", "file"), StoredKey("openai", "file")]
    assert key_file(environment).stat().st_mode & 0o777 == 0o600
    assert [file.name for file in key_file(environment).parent.iterdir()] == ["auth.json"]


def test_the_environment_counts_before_a_kept_key(environment) -> None:
    store_key("openai", "kept", environment)

    assert key_for("openai", "OPENAI_API_KEY", environment | {"OPENAI_API_KEY": "given"}) == "given"
    assert key_for("openai", "OPENAI_API_KEY", environment | {"OPENAI_API_KEY": " "}) == "kept"
    assert key_for("other", "OTHER_KEY", environment) is None


def test_a_removed_key_is_gone(environment) -> None:
    store_key("openai", "sk-1", environment)

    assert remove_key("openai", environment)
    assert not remove_key("openai", environment)
    assert key_for("openai", None, environment) is None


def test_a_file_that_others_can_read_is_refused(environment) -> None:
    store_key("openai", "sk-1", environment)
    key_file(environment).chmod(0o644)

    with pytest.raises(ConfigError, match=r"others on this machine can read your keys\. Run: chmod 600"):
        key_for("openai", None, environment)


@pytest.mark.parametrize("content", ["", "[]", '{"keys": 1}', "\x00", "nul"])
def test_a_damaged_file_is_named(environment, content: str) -> None:
    store_key("openai", "sk-1", environment)
    key_file(environment).write_text(content)

    with pytest.raises(ConfigError, match=r"auth\.json: damaged"):
        list_keys(environment)


def test_an_empty_key_is_refused(environment) -> None:
    with pytest.raises(ConfigError, match="nothing was stored"):
        store_key("openai", " \n", environment)


def test_a_keyring_holds_the_key_and_the_file_only_its_name(environment) -> None:
    memory = Memory()
    keyring.set_keyring(memory)

    assert store_key("openai", "sk-secret", environment) == "keyring"

    assert key_for("openai", None, environment) == "sk-secret"
    assert list_keys(environment) == [StoredKey("openai", "keyring")]
    assert "sk-secret" not in key_file(environment).read_text()
    assert remove_key("openai", environment)
    assert memory.kept == {}


def test_a_locked_keyring_leaves_the_key_to_the_file(environment) -> None:
    class Locked(Memory):
        def set_password(self, service: str, username: str, password: str) -> None:
            raise keyring.errors.KeyringLocked("locked")

    keyring.set_keyring(Locked())

    assert store_key("openai", "sk-1", environment) == "file"


def test_a_keyring_that_forgets_leaves_the_key_to_the_file(environment) -> None:
    keyring.set_keyring(keyring.backends.null.Keyring())

    assert store_key("openai", "sk-1", environment) == "file"
    assert key_for("openai", None, environment) == "sk-1"
