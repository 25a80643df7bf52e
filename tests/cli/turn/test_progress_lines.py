"""How far a call is, as a person at the terminal hears of it."""

from sessiond.cli.turn.progress import Progress
from sessiond_protocol.events import ToolProgress


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def progress(text: str | None = None, done: float | None = None, total: float | None = None) -> ToolProgress:
    return ToolProgress(message_id="msg_1", part_id="prt_1", text=text, done=done, total=total)


def test_a_call_that_takes_long_says_how_far_it_is_every_few_seconds():
    clock = Clock()
    lines = Progress(clock)
    lines.begin("prt_1", "bash")
    said: list[str] = []
    for second in range(10):
        clock.now = 100.0 + second
        if line := lines.line(progress(f"first\nfile {second}", second, 10)):
            said.append(line)

    assert said == ["… bash: file 3 (3 of 10)", "… bash: file 6 (6 of 10)", "… bash: file 9 (9 of 10)"]


def test_nothing_is_said_of_a_quick_call_of_one_that_is_over_or_without_words():
    clock = Clock()
    lines = Progress(clock)
    lines.begin("prt_1", "bash")
    quick = lines.line(progress("x"))
    clock.now += 60
    silent = lines.line(progress("  "))
    lines.end("prt_1")

    assert (quick, silent, lines.line(progress("x"))) == (None, None, None)


def test_a_measure_without_a_total_is_shown_as_it_is():
    clock = Clock()
    lines = Progress(clock)
    lines.begin("prt_1", "files_copy")
    clock.now += 5

    assert lines.line(progress(done=1.5)) == "… files_copy: (1.5)"
