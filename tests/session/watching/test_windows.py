"""A session that changes fast is told of now and then, and in the end as it is."""

import time

from sessiond.session.watching.watchers import WINDOW_SECONDS, Watchers
from sessiond.storage.base import Row
from support.watching.picker import Picker

CHANGES = 500


def changed(watchers: Watchers, title: str, session_id: str = "s") -> None:
    watchers.changed(Row(session_id, "/p", b'{"title":"%b"}' % title.encode()))


def deleted(watchers: Watchers, session_id: str = "s") -> None:
    watchers.changed(Row(session_id, "/p", None))


def watched() -> tuple[Watchers, Picker]:
    watchers, picker = Watchers(), Picker()
    watchers.watch(picker, None)
    return watchers, picker


async def hears(picker: Picker, title: str) -> None:
    await picker.until(lambda: picker.titles()[-1] == title)


async def test_the_first_change_is_told_at_once_and_of_those_behind_it_the_last() -> None:
    watchers, picker = watched()
    for n in range(CHANGES):
        changed(watchers, str(n))
    assert picker.titles() == ["0"]
    await picker.until(lambda: len(picker.told) > 1)
    assert picker.titles() == ["0", str(CHANGES - 1)]


async def test_it_is_told_of_about_ten_times_a_second() -> None:
    watchers, picker = watched()
    begun = time.monotonic()
    for window in range(4):
        for n in range(CHANGES):
            changed(watchers, f"{window} {n}")
        await hears(picker, f"{window} {CHANGES - 1}")
    assert len(picker.told) <= (time.monotonic() - begun) / WINDOW_SECONDS + 2


async def test_one_that_is_busy_holds_up_no_other() -> None:
    watchers, picker = watched()
    changed(watchers, "busy")
    changed(watchers, "busy still")
    changed(watchers, "quiet", "other")
    assert picker.titles() == ["busy", "quiet"]


async def test_a_deletion_waits_for_nothing_and_is_the_last_word() -> None:
    watchers, picker = watched()
    changed(watchers, "first")
    changed(watchers, "second")
    deleted(watchers)
    changed(watchers, "other", "other")
    changed(watchers, "other, later", "other")
    await hears(picker, "other, later")
    assert picker.titles() == ["first", None, "other", "other, later"]


async def test_one_that_comes_back_after_its_deletion_is_told_of_after_it() -> None:
    watchers, picker = watched()
    deleted(watchers)
    changed(watchers, "again")
    await picker.until(lambda: picker.titles() == [None, "again"])


async def test_who_has_no_room_hears_no_more_and_who_comes_later_hears_nothing_old() -> None:
    watchers, picker = watched()
    picker.takes = False
    changed(watchers, "too much")
    changed(watchers, "more")
    later = Picker()
    watchers.watch(later, None)
    changed(watchers, "new")
    changed(watchers, "newest")
    await later.until(lambda: later.titles() == ["new", "newest"])
    assert picker.titles() == ["too much"]
