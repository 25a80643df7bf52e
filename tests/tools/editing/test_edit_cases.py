"""The edit cases of other projects, on real files. Where products disagree, `DECIDED` is ours (decision 0080)."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from support.tools.edit_cases import Outcome, edit_cases, play

MATCHED_AT_LEAST = 20
"""Of the lenient ones; the others are refused, and the model is shown what stands there."""
DECIDED: dict[str, Outcome] = {
    "ccn-handles-boundary-conditions": "matched",
    "ccn-overwrites-entire-file-content": "refused",
    "ccn-empty-file-first-addition": "matched",
    "kimi-test-replace-outside-work-directory": "matched",
    "kimi-test-replace-outside-work-directory-with-prefix": "matched",
    "kimi-test-replace-mixed-multiple-edits": "refused",
    "opencode-replace-13-ambiguous-older-upstream-first-match": "refused",
    "opencode-replace-16-edge": "matched",
    "opencode-edit-preserves-bom-when-oldstring-is-empty-on-existing-files": "refused",
    "openhands-test-create-existing-file-error": "wrong",
    "openhands-test-str-replace-with-empty-old-str": "matched",
    "vibe-test-empty-old-string-raises": "matched",
    "vibe-test-edit-rewrites-with-detected-encoding": "matched",
}
"""`wrong` by another's rule: its `create` refuses what exists, our `write` replaces a file that has been read."""


@pytest.mark.parametrize("case", edit_cases("core", "core-eol"), ids=lambda case: case["id"])
async def test_an_edit_on_which_all_products_agree_does_what_they_do(case: dict[str, Any], tmp_path: Path) -> None:
    assert await play(case, tmp_path.resolve()) == "matched"


async def test_an_edit_that_is_not_exact_does_what_was_meant_or_changes_nothing(tmp_path: Path) -> None:
    counted: Counter[Outcome] = Counter()
    wrong: list[str] = []
    for number, case in enumerate(edit_cases("lenient")):
        outcome = await play(case, tmp_path.resolve() / str(number))
        counted[outcome] += 1
        wrong += [case["id"]] if outcome == "wrong" else []

    assert wrong == []
    assert counted["matched"] >= MATCHED_AT_LEAST


async def test_what_products_decide_differently_stays_as_decided(tmp_path: Path) -> None:
    cases = edit_cases("divergent")
    outcomes = [await play(case, tmp_path.resolve() / str(number)) for number, case in enumerate(cases)]

    assert dict(zip((case["id"] for case in cases), outcomes, strict=True)) == DECIDED
