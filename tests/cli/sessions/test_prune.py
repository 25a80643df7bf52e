"""`sessiond sessions prune`: says what goes and how large everything is."""

import pytest

from sessiond.cli.sessions.pruning import days_of
from sessiond.cli.sessions.sizes import in_words
from sessiond.config.errors import Failed
from support.command import sessiond
from support.daemon.home import Home


@pytest.fixture
def home(either_home: Home) -> Home:
    return either_home


async def test_young_sessions_stay_and_the_sizes_are_told(home: Home) -> None:
    await sessiond(home, "run", "Hello")
    looked = await sessiond(home, "sessions", "prune", "--older-than", "0", "--dry-run")
    pruned = await sessiond(home, "sessions", "prune", "--older-than", "0")
    assert "Would delete 0 sessions" in looked.out
    assert "--dry-run" in looked.out
    assert "Deleted 0 sessions" in pruned.out
    assert [line.split()[0] for line in pruned.out.splitlines()[2:]] == [
        "database",
        "outputs",
        "contents",
        "snapshots",
        "logs",
        "drafts",
        "total",
    ]
    assert "Hello" in (await sessiond(home, "sessions")).out


async def test_a_time_that_is_none_is_refused(home: Home) -> None:
    refused = await sessiond(home, "sessions", "prune", "--older-than", "soon")
    assert refused.code == 1
    assert "write days, or 2w, 6m, 1y" in refused.err


def test_times_and_sizes_are_read_and_written_as_people_do() -> None:
    assert [days_of(text) for text in ("30", "1.5d", "2w", "6M", "1y")] == [30, 1.5, 14, 180, 365]
    with pytest.raises(Failed):
        days_of("-1")
    assert [in_words(size) for size in (0, 999, 1000, 12_345_678, 5 * 10**12)] == [
        "0 B",
        "999 B",
        "1.0 kB",
        "12.3 MB",
        "5000.0 GB",
    ]
