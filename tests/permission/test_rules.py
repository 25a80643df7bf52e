"""What rules decide."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessiond.permission.rules import STRICTNESS, Rule, Rulebook, Ruling, Verdict, rules_of
from sessiond.permission.subjects import Command, Site, Text, matches


def verdict(book: Rulebook, permission: str, name: str, directory: str = "/p", *, secret: bool = False) -> Verdict:
    return book.ruling(directory, permission, Text((name,)), secret=secret).verdict


@pytest.mark.parametrize(
    ("permission", "expected"),
    [
        ("read", "allow"),
        ("outside", "ask"),
        ("edit", "ask"),
        ("bash", "ask"),
        ("webfetch", "ask"),
        ("repeat", "ask"),
        ("server_tool", "ask"),
        ("task", "allow"),
        ("todoWrite", "allow"),
        ("todoRead", "allow"),
        ("diagnostics", "allow"),
    ],
)
def test_without_configuration_reading_is_allowed_and_what_acts_asks(permission: str, expected: Verdict) -> None:
    assert Rulebook([]).ruling("/p", permission, Text(("a",))) == Ruling(expected, None)


def test_the_last_rule_that_matches_wins_and_is_told() -> None:
    rules = rules_of({"read": {"*": "deny", "docs/*": "allow", "docs/private/*": "ask"}})
    book = Rulebook(rules)
    rulings = [book.ruling("/p", "read", Text((path,))) for path in ("a", "docs/a", "docs/private/a")]
    assert [(ruling.verdict, str(ruling.rule)) for ruling in rulings] == [
        ("deny", "read: * = deny"),
        ("allow", "read: docs/* = allow"),
        ("ask", "read: docs/private/* = ask"),
    ]


def test_a_word_for_a_permission_counts_where_it_stands() -> None:
    first = Rulebook(rules_of({"bash": "allow", "*": "ask"}))
    last = Rulebook(rules_of({"*": "ask", "bash": "allow"}))
    assert [verdict(first, "bash", "ls"), verdict(last, "bash", "ls")] == ["ask", "allow"]


def test_a_saved_rule_holds_in_its_directory_until_forgotten_and_never_beats_a_deny() -> None:
    book = Rulebook(rules_of({"read": {"*": "ask", "secret": "deny"}}))
    book.saved.remember("/p", Rule("read", "*", "allow"))
    assert [verdict(book, "read", "a"), verdict(book, "read", "a", "/q")] == ["allow", "ask"]
    assert verdict(book, "read", "secret") == "deny"

    book.saved.remember("/p", Rule("read", "*", "deny"))
    assert book.saved.of("/p") == (Rule("read", "*", "deny"),)
    assert verdict(book, "read", "a") == "deny"

    book.saved.forget("/p", Rule("read", "*", "allow"))
    assert (book.saved.of("/p"), verdict(book, "read", "a")) == ((), "ask")


def test_a_project_can_only_make_the_answer_stricter_and_no_answer_saves_it() -> None:
    book = Rulebook([], project=rules_of({"read": {"*": "allow", "keys/*": "deny"}, "edit": "allow", "bash": "ask"}))
    verdicts = [verdict(book, "read", "a"), verdict(book, "read", "keys/a"), verdict(book, "edit", "a")]
    assert verdicts == ["allow", "deny", "ask"]
    assert [book.ruling("/p", name, Text(("a",))).savable for name in ("edit", "bash")] == [True, False]


def test_what_may_hold_secrets_asks_until_a_pattern_names_it() -> None:
    configured: list[dict[str, Verdict | dict[str, Verdict]]] = [
        {},
        {"read": "allow"},
        {"*": "allow"},
        {"read": "deny"},
        {"read": {"*": "allow"}},
        {"read": {"*.env": "allow"}},
        {"read": {"*.env": "allow", "*": "deny"}},
    ]
    verdicts = [verdict(Rulebook(rules_of(each)), "read", ".env", secret=True) for each in configured]
    assert verdicts == ["ask", "ask", "ask", "deny", "allow", "allow", "deny"]


def test_a_saved_rule_for_a_folder_leaves_its_secrets_asking() -> None:
    book = Rulebook([])
    book.saved.remember("/p", Rule("read", "config/*", "allow"))
    assert verdict(book, "read", "config/.env", secret=True) == "ask"
    book.saved.remember("/p", Rule("read", "config/.env", "allow"))
    assert verdict(book, "read", "config/.env", secret=True) == "allow"


def test_home_and_root_may_be_written_short_in_paths_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/me")
    short: dict[str, Verdict] = {"~/a/*": "allow", "$HOME": "ask", "./src": "deny", "/some/~/path": "allow"}
    patterns = [rule.pattern for rule in rules_of({"outside": short})]
    assert patterns == ["/home/me/a/*", "/home/me", "src", "/some/~/path"]
    assert [rule.pattern for rule in rules_of({"bash": {"~/bin/x *": "allow"}})] == ["~/bin/x *"]


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("a.*/[x]?", "a.b/c/[x]1", True),
        ("a.*/[x]?", "aXb/c/x1", False),
        ("ls *", "ls", True),
        ("ls *", "ls -l a", True),
        ("ls *", "lsof", False),
        ("ls*", "lsof", True),
        ("npm *", "NPM install", False),
        ("", "a", False),
        ("a\nb", "a\nb", True),
    ],
)
def test_wildcards_cross_slashes_and_mean_nothing_else(pattern: str, text: str, expected: bool) -> None:
    assert matches(pattern, text) == expected


def test_what_is_denied_or_asked_about_is_so_by_the_programs_path_too_and_what_is_allowed_is_not() -> None:
    rules = rules_of({"bash": {"*": "allow", "rm *": "deny", "mv *": "ask", "/opt/mv *": "allow"}})
    texts = ("rm x", "/bin/rm x", "./mv x", "/opt/mv x", "/bin/rmdir x")
    verdicts = [Rulebook(rules).ruling("/p", "bash", Command(text)).verdict for text in texts]
    assert verdicts == ["deny", "deny", "ask", "allow", "allow"]
    only = Rulebook(rules_of({"bash": {"make *": "allow"}}))
    assert only.ruling("/p", "bash", Command("./make x")).verdict == "ask"


@pytest.mark.parametrize(
    ("pattern", "url", "expected"),
    [
        ("docs.python.org", "https://docs.python.org/3/library", True),
        ("docs.python.org", "http://docs.python.org", True),
        ("docs.python.org", "https://DOCS.python.org./3", True),
        ("https://docs.python.org/*", "https://docs.python.org", True),
        ("https://docs.python.org/*", "http://docs.python.org/3", False),
        ("docs.python.org/3/*", "https://docs.python.org/3/x?q=1", True),
        ("docs.python.org/3/*", "https://docs.python.org/2/x", False),
        ("*.python.org", "https://docs.python.org/3", True),
        ("*.python.org", "https://evil.com/a.python.org", False),
        ("https://*.python.org/*", "https://evil.com/.python.org/", False),
        ("docs.python.org", "https://docs.python.org.evil.com/", False),
        ("docs.python.org", "https://docs.python.org@evil.com/", False),
        ("docs.python.org", "https://docs.python.org\\@evil.com/", False),
        ("docs.python.org", "https://docs.python.org:8443/", False),
        ("localhost:3000", "http://localhost:3000/a", True),
        ("*", "anything", True),
    ],
)
def test_a_site_is_allowed_by_its_host_and_never_by_what_only_looks_like_it(
    pattern: str, url: str, expected: bool
) -> None:
    assert Site(url).matches(pattern, allowing=True) == expected


def test_a_site_may_be_denied_by_anything_in_its_address() -> None:
    book = Rulebook(rules_of({"webfetch": {"*": "allow", "*token=*": "deny"}}))
    assert book.ruling("/p", "webfetch", Site("https://a.org/?token=1")).verdict == "deny"


WORDS = st.sampled_from(["*", "a", "a/*", "a/b", "*b", "bash", "read", "a *", "?"])
RULES = st.builds(Rule, WORDS, WORDS, st.sampled_from(["allow", "ask", "deny"]), st.booleans())


@given(st.tuples(st.lists(RULES), st.lists(RULES), st.lists(RULES)), RULES, WORDS, WORDS, st.booleans())
def test_one_more_deny_never_loosens_anything(
    rules: tuple[list[Rule], ...], rule: Rule, permission: str, name: str, secret: bool
) -> None:
    before = verdict(book(*rules), permission, name, secret=secret)
    for index in range(3):
        stricter = [list(each) for each in rules]
        stricter[index].append(Rule(rule.permission, rule.pattern, "deny"))
        assert STRICTNESS[verdict(book(*stricter), permission, name, secret=secret)] >= STRICTNESS[before]


@given(st.lists(RULES), st.lists(RULES), st.lists(RULES), WORDS, WORDS)
def test_nothing_saved_and_no_project_beats_a_configured_deny(
    configured: list[Rule], project: list[Rule], saved: list[Rule], permission: str, name: str
) -> None:
    if verdict(book(configured), permission, name) == "deny":
        assert verdict(book(configured, project, saved), permission, name) == "deny"


def book(configured: Sequence[Rule], project: Sequence[Rule] = (), saved: Sequence[Rule] = ()) -> Rulebook:
    made = Rulebook(configured, project)
    for rule in saved:
        made.saved.remember("/p", rule)
    return made
