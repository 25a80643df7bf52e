"""What rules decide."""

import pytest

from sessiond.permission.rules import Rule, Rulebook, Verdict, rules_of


@pytest.mark.parametrize(
    ("permission", "pattern", "verdict"),
    [
        ("read", "src/app.py", "allow"),
        ("read", ".env", "ask"),
        ("read", "config/prod.env.local", "ask"),
        ("read", "prod.env.example", "allow"),
        ("outside", "/etc/passwd", "ask"),
        ("edit", "src/app.py", "ask"),
    ],
)
def test_without_configuration_reading_is_allowed_and_the_rest_asks(
    permission: str, pattern: str, verdict: Verdict
) -> None:
    assert Rulebook([]).verdict("/p", permission, [pattern]) == verdict


def test_the_last_rule_that_matches_wins() -> None:
    rules = rules_of({"read": {"*": "deny", "docs/*": "allow", "docs/private/*": "ask"}})
    book = Rulebook(rules)
    verdicts = [book.verdict("/p", "read", [path]) for path in ("a", "docs/a", "docs/private/a")]
    assert verdicts == ["deny", "allow", "ask"]


def test_of_several_patterns_the_strictest_counts() -> None:
    book = Rulebook(rules_of({"read": {"secret": "deny"}}))
    assert book.verdict("/p", "read", ["a", ".env"]) == "ask"
    assert book.verdict("/p", "read", ["a", ".env", "secret"]) == "deny"


def test_a_saved_rule_holds_in_its_directory_and_never_beats_a_deny() -> None:
    book = Rulebook(rules_of({"read": {"*": "ask", "secret": "deny"}}))
    book.remember("/p", Rule("read", "*", "allow"))
    verdicts = [book.verdict("/p", "read", ["a"]), book.verdict("/q", "read", ["a"])]
    assert verdicts == ["allow", "ask"]
    assert book.verdict("/p", "read", ["secret"]) == "deny"


def test_a_project_can_only_make_the_answer_stricter() -> None:
    book = Rulebook([], project=rules_of({"read": {"*": "allow", "keys/*": "deny"}, "edit": "allow"}))
    verdicts = [
        book.verdict("/p", "read", ["a"]),
        book.verdict("/p", "read", ["keys/a"]),
        book.verdict("/p", "edit", ["a"]),
    ]
    assert verdicts == ["allow", "deny", "ask"]


def test_wildcards_cross_slashes_and_mean_nothing_else() -> None:
    book = Rulebook([Rule("read", "a.*/[x]?", "deny")])
    assert book.verdict("/p", "read", ["a.b/c/[x]1"]) == "deny"
    assert book.verdict("/p", "read", ["aXb/c/x1"]) == "allow"


def test_a_word_for_all_reading_still_asks_for_secrets_until_they_are_named() -> None:
    verdicts = [
        Rulebook(rules_of({"read": "allow"})).verdict("/p", "read", [".env"]),
        Rulebook(rules_of({"*": "allow"})).verdict("/p", "read", [".env"]),
        Rulebook(rules_of({"read": "deny"})).verdict("/p", "read", [".env"]),
        Rulebook(rules_of({"read": {"*": "allow"}})).verdict("/p", "read", [".env"]),
        Rulebook(rules_of({"read": {"*.env": "allow"}})).verdict("/p", "read", [".env"]),
    ]
    assert verdicts == ["ask", "ask", "deny", "allow", "allow"]
