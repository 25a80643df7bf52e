"""What no file of the repository may say: where it was made, by what, or what is left to do."""

import re

import pytest

from support.tree import ROOT, assert_none, tracked_files

EXCEPT = ("tests/house/test_texts.py", "tests/cases/", "LICENSE")

FORBIDDEN = {
    "the host of a package registry": r"pypi\.org|pythonhosted|npmjs|registry\.npm|deb\.debian|debian\.org",
    "a path of the machine it was made on": r"(?<![\w./-])/(?:work|root)/",
    "who or what wrote it": r"(?i)co-authored-by|\bai-(?:generated|written|assisted)|generated with \[?claude|"
    r"\b(?:written|made|generated) by (?:an? )?(?:ai|llm|agent|claude)\b|\bas an ai\b|\bsubagent",
    "a mark of unfinished work": r"\b(?:TODO|FIXME|XXX|HACK)\b",
}


def texts() -> dict[str, str]:
    """Every tracked file that is text, without those that must show such words."""
    found: dict[str, str] = {}
    for name in tracked_files():
        content = (ROOT / name).read_bytes()
        if not name.startswith(EXCEPT) and b"\0" not in content:
            found[name] = content.decode("utf-8", errors="replace")
    return found


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_file_names(what: str) -> None:
    pattern = re.compile(FORBIDDEN[what])

    found = [
        f"{name}:{number}: {line.strip()[:100]}"
        for name, text in texts().items()
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]

    assert_none(found, what)


def test_text_files_end_with_one_newline() -> None:
    ends = {name: text[-2:] for name, text in texts().items() if text}

    wrong = [name for name, end in ends.items() if not end.endswith("\n") or end == "\n\n"]
    assert_none(wrong, "without one newline at the end")
