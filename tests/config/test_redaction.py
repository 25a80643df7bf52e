"""Secrets are taken out of text; everything else stays as it is."""

import hashlib
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessiond.config.privacy.redaction import REDACTED, holds_secret, redacted

SECRETS = [
    "sk-ant-api03-AbCdEfGh12345678",
    "sk-proj-abcDEF0123456789abcdef",
    "sk_live_4eC39HqLyjWDarjtT1zdp7dc",
    "gsk_abcdefghij0123456789",
    "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
    "github_pat_11ABCDEFG0abcdefghijkl_0123456789",
    "glpat-abcDEF0123456789xyz",
    "xoxb-1234567890-abcdefghij",
    "AKIAIOSFODNN7EXAMPLE",
    "AIzaSyA1234567890abcdefghijk",
    "eyJhbGciOiJIUzI1NiJ9.e30.sig",
    "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAA\n-----END OPENSSH PRIVATE KEY-----",
    "hf_abcdefghijklmnopqrstuv0123456789",
    "npm_abcdefghijklmnopqrstuvwxyz0123456789",
]

PLAIN = [
    "The token limit of sk-learn is 8192 tokens; see key-value-store-documentation.",
    "trn_0123456789abcdef of ses_0123456789abcdef ended: endTurn, 1,234 tokens",
    hashlib.sha256(b"text").hexdigest(),
    f"commit {hashlib.sha1(b'text').hexdigest()}, id {uuid.UUID(int=0x0123456789ABCDEF0123456789ABCDEF)}",
    "git@github.com:a/b.git and ssh://git@github.com/a/b",
    "http://localhost:8080/v1?limit=10 at 12:30:45",
    "max_tokens=100 token: 8192 secret: none password is wrong",
    "npm-package-1.0.0-beta.20240101 risk-based-2024-approach task-1234567890-abcdef",
    "-----BEGIN CERTIFICATE-----",
]


@pytest.mark.parametrize("secret", SECRETS)
def test_what_looks_like_a_secret_goes_wherever_it_stands(secret: str) -> None:
    for text in ("{}", "the key {} is wrong", '{{"error": "{}"}}', "KEY={}\n", "({})"):
        shown = redacted(text.format(secret))
        assert secret not in shown
        assert shown == text.format(REDACTED)
    assert holds_secret(secret)


@pytest.mark.parametrize("text", PLAIN)
def test_ordinary_text_stays(text: str) -> None:
    assert redacted(text) == text
    assert not holds_secret(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Authorization: Bearer abcdefgh", "Authorization: Bearer [redacted]"),
        ("authorization: basic dXNlcjpwdw==", "authorization: basic [redacted]"),
        ("DB_PASSWORD=hunter22 x", "DB_PASSWORD=[redacted] x"),
        ('{"api_key": "abcdef"}', '{"api_key": "[redacted]"}'),
        ("https://h/v1?key=abcdef&q=1", "https://h/v1?key=[redacted]&q=1"),
        ("access_token=abcdef", "access_token=[redacted]"),
        ("postgres://user:pw@host/db", "postgres://[redacted]@host/db"),
        ("https://0123456789abcdef@host/", "https://[redacted]@host/"),
    ],
)
def test_what_is_named_as_a_secret_goes_and_its_name_stays(text: str, shown: str) -> None:
    assert redacted(text) == shown


def test_values_that_are_known_go_too_unless_they_are_too_short_to_mean_anything() -> None:
    assert redacted("it is correct horse, says a", ["correct horse", "a"]) == "it is [redacted], says a"


@given(st.text())
def test_it_is_said_once(text: str) -> None:
    assert redacted(redacted(text)) == redacted(text)


@pytest.mark.parametrize(
    "piece", ["sk-", "a.", "a://", "eyJ", "token=", "x:y@", "-----BEGIN PRIVATE KEY-----", "https://a:"]
)
def test_no_text_takes_long(piece: str) -> None:
    """A quadratic pattern would need minutes for this."""
    redacted(piece * (1_000_000 // len(piece)))
