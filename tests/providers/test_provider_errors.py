"""What a provider says when a call fails is understood, whatever wraps it, and is fit to be shown."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessiond.providers.errors import classify, from_exception

CASES = Path(__file__).parent.parent / "cases"
ROWS = [json.loads(line) for line in (CASES / "provider_errors.jsonl").read_text("utf-8").splitlines()]
KINDS = {
    "context_overflow": "contextOverflow",
    "rate_limit": "rateLimited",
    "overloaded": "overloaded",
    "quota": "quotaExceeded",
    "invalid": "invalidRequest",
    "transient": "providerUnavailable",
    "auth": "authRequired",
}
RETRYABLE = {"rateLimited", "overloaded", "providerUnavailable"}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['id']}_{row['provider']}_{row['meaning']}")
def test_an_error_of_a_real_provider_means_what_it_means(row: dict[str, Any]):
    in_stream = row.get("in_stream", False)
    error = classify(row["provider"], row["status"], row["body"], row.get("headers"), in_stream=in_stream)
    assert (error.kind, error.retryable) == (KINDS[row["meaning"]], row["retry"] == "backoff")
    if "retry_after_s" in row:
        assert error.retry_after == pytest.approx(row["retry_after_s"])


@pytest.mark.parametrize(
    ("kind", "status", "text"),
    [
        ("contextOverflow", 400, "The prompt (40000 tokens) is longer than the model's context of 32768 tokens"),
        ("contextOverflow", 400, "max_tokens must be at least 1, got -20."),
        ("contextOverflow", 500, "context size has been exceeded"),
        ("contextOverflow", 400, "输入长度超过模型最大上下文限制"),
        ("contextOverflow", 413, "<html><title>413 Request Entity Too Large</title></html>"),
        ("invalidRequest", 400, "max_tokens is too large: this model supports at most 16384 completion tokens"),
        ("invalidRequest", 400, "Invalid 'tools': array too long, maximum length 128"),
        ("invalidRequest", 400, "messages.0.content.1: image exceeds 5 MB maximum"),
        ("invalidRequest", 500, "Failed to parse tool call arguments as JSON"),
        ("rateLimited", 429, "Too many tokens processed, please slow the rate"),
        ("rateLimited", 429, ""),
        ("quotaExceeded", 429, "Please retry after 86400 seconds."),
        ("quotaExceeded", 403, "Your team has used all available credits or reached its monthly spending limit."),
        ("quotaExceeded", 429, "余额不足"),
        ("overloaded", 503, "The server is busy"),
        ("providerUnavailable", 502, "<html><h1>502 Bad Gateway</h1></html>"),
        ("providerUnavailable", 503, "Loading model"),
        ("authRequired", 400, "API key not valid. Please pass a valid API key."),
        ("authRequired", 401, ""),
    ],
)
@pytest.mark.parametrize("wrapped", [False, True])
def test_a_text_means_the_same_bare_and_wrapped(kind: str, status: int, text: str, wrapped: bool):
    body = json.dumps({"error": {"message": text}}) if wrapped and text and not text.startswith("<") else text
    error = classify("example", status, body)
    assert (error.kind, error.retryable) == (kind, kind in RETRYABLE)


@given(st.binary(max_size=300), st.sampled_from([None, 200, 400, 401, 413, 429, 500, 529]))
def test_any_body_gives_an_error_fit_to_be_shown(body: bytes, status: int | None):
    error = classify("example", status, body, in_stream=status is None)
    assert error.kind in KINDS.values()
    assert error.message.encode() and (error.detail or "").encode() is not None


def test_a_nest_of_wrappers_without_end_is_cut():
    nested = '{"error":' * 5000 + "1" + "}" * 5000
    assert classify("example", 500, nested).kind == "providerUnavailable"


def test_the_detail_is_short_and_without_keys():
    body = json.dumps({"error": {"message": "bad key sk-proj-abcdefghij0123456789 " + "é" * 5000}})
    error = classify("example", 401, body)
    assert error.detail is not None
    assert len(error.detail.encode()) <= 2048
    assert "abcdefghij0123456789" not in error.detail + error.message


def test_a_web_page_is_never_kept():
    error = classify("example", 502, "<!DOCTYPE html><html><body>long page</body></html>")
    assert (error.detail, "html" in error.message) == (None, False)


def test_no_secret_is_told():
    error = classify("example", 401, "Incorrect API key sk-ant-api03-AbCdEfGh12345678 provided")

    assert "sk-ant" not in f"{error.message} {error.detail}"


def test_an_unknown_exception_is_a_defect_of_ours():
    error = from_exception("example", KeyError("x"))
    assert (error.kind, error.retryable) == ("internal", False)


def test_a_provider_error_is_handed_on_as_it_is():
    error = classify("example", 500, "")
    assert from_exception("example", error) is error
