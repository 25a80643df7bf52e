"""Long answers in a real workbench: all of it is drawn, and neither the chat nor the workbench stands still."""

from pathlib import Path

import pytest

from support.daemon import Home
from support.vscode.browser import drive
from support.vscode.long_answers import LAST, answer
from support.vscode.server import CodeServer

pytestmark = pytest.mark.slow
SCRIPT = Path(__file__).with_name("speed.mjs")


@pytest.mark.parametrize("size", [60_000, 1_000_000])
def test_a_long_answer_does_not_stop_the_workbench(server: CodeServer, home: Home, pictures: Path, size: int) -> None:
    home.play(answer(size))

    seen = drive(server, SCRIPT, "streams", pictures, last=LAST)

    assert seen["drawn"] > size * 0.7, "what is drawn has no marks"
    assert seen["atEnd"], "the reader stays at the end"
    assert max(seen["page"]["gaps"]["worst"], seen["workbench"]["gaps"]["worst"]) < 5_000, (
        "bounded, on a machine with much else to do; editors/vscode/bench measures"
    )


def test_a_table_grows_row_by_row_and_a_long_one_goes_on_with_its_head(
    server: CodeServer, home: Home, pictures: Path
) -> None:
    head, row = "| name | is |\n|---|---|\n", f"| a | {'word ' * 8}|\n"
    home.play({"text": f"Before.\n\n{head}", "play": [{"text": row * 8, "repeat": 50}, {"text": f"\n{LAST}"}]})

    seen = drive(server, SCRIPT, "tables", pictures, last=LAST)

    assert seen["heads"] == [["name", "is"]] * 2
    assert (seen["rows"], seen["behind"]) == (400, [LAST])
