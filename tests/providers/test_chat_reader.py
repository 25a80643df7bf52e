"""Every odd chat stream is read right, however the network cuts it, and no call of a broken one is given out."""

import pytest

from sessiond.providers.base import ModelEvent
from sessiond.providers.openai_chat.reader import ChatReader
from support.sse_cases import SseCase, cut, is_right, load_sse_cases, reading_of

CASES = load_sse_cases()


def read(reads: list[bytes]) -> tuple[list[ModelEvent], ChatReader]:
    reader = ChatReader("example")
    events = [event for chunk in reads for event in reader.feed(chunk)]
    return events + reader.finish(), reader


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
@pytest.mark.parametrize("cutting", ["given", "whole", "every byte"])
def test_an_odd_stream_is_read_as_the_case_says(case: SseCase, cutting: str):
    if cutting == "every byte" and len(case.body) > 50_000:
        pytest.skip("a huge line byte by byte says nothing new")
    splits = {"given": case.splits, "whole": [], "every byte": list(range(1, len(case.body)))}[cutting]
    events, reader = read(cut(case.body, splits))
    reading = reading_of(events, reader.failure)
    assert is_right(reading, case), reading
