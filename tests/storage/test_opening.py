"""Data directories that cannot be used: each refused with what is wrong and what to do, and left as it was."""

import os
import signal
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest

from sessiond import __version__
from sessiond.storage.base import StorageFailed
from sessiond.storage.directory.filesystem import refuse_network
from sessiond.storage.schema import MIGRATIONS, migrate
from sessiond.storage.sqlite import open_store
from support.storage.stores import by_hand, bytes_of, database, keep, refusal_of, said, session

OWNER = """
import asyncio, subprocess, sys
from pathlib import Path
from sessiond.storage.sqlite import open_store

async def main():
    await open_store(Path(sys.argv[1]))
    child = subprocess.Popen(["sleep", "60"])
    print(child.pid, flush=True)
    sys.stdin.read()

asyncio.run(main())
"""


async def refused(directory: Path) -> str:
    with pytest.raises(StorageFailed) as error:
        await open_store(directory)
    return refusal_of(error)


async def a_used_directory(directory: Path) -> dict[str, bytes]:
    """Has a conversation, and is closed again."""
    store = await open_store(directory)
    await keep(store, session(), *[said(f"answer {number} " * 50) for number in range(50)])
    await store.close()
    return bytes_of(directory)


async def test_a_new_directory_is_the_users_own(tmp_path: Path) -> None:
    directory = tmp_path / "deep" / "data"
    store = await open_store(directory)
    await keep(store, session())
    store.draft("ses_1", "prt_1").append("text")
    await store.drafts("ses_1")
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    for entry in directory.iterdir():
        assert stat.S_IMODE(entry.stat().st_mode) == (0o700 if entry.is_dir() else 0o600), entry
    await store.close()


async def test_a_name_with_odd_characters_is_a_place_like_any_other(tmp_path: Path) -> None:
    directory = tmp_path / "dätä ?mode=memory#%20'\"\\"
    await a_used_directory(directory)
    assert sorted(file.name for file in directory.iterdir()) == ["engine.lock", "sessions.db"]


async def test_a_file_in_the_way_is_named(tmp_path: Path) -> None:
    place = tmp_path / "data"
    place.write_text("mine")
    assert (await refused(place)).startswith(f"A file stands in the way of the data directory {place}.")
    assert (await refused(place / "below")).startswith(f"A file stands in the way of the data directory {place}/below.")
    assert place.read_text() == "mine"


async def test_a_read_only_directory_is_refused(small_disk: Path, remount_read_only: Callable[[Path], int]) -> None:
    before = await a_used_directory(small_disk)
    assert remount_read_only(small_disk) == 0
    for place in (small_disk, small_disk / "new"):
        message = await refused(place)
        assert message.startswith(f"{place} is read-only")
        assert "SESSIOND_DATA_DIR" in message
    assert bytes_of(small_disk) == before


@pytest.mark.skipif(os.geteuid() == 0, reason="permissions do not bind root")
async def test_a_directory_of_somebody_else_is_refused(tmp_path: Path) -> None:
    place = tmp_path / "data"
    place.mkdir(mode=0o500)
    assert (await refused(place)).startswith(f"This user may not write to {place}.")


async def test_a_full_disk_is_refused(small_disk: Path) -> None:
    with (small_disk / "filler").open("wb", buffering=0) as filler, suppress(OSError):
        while filler.write(b"x" * 4096):
            pass
    place = small_disk / "data"
    assert "disk that holds" in await refused(place)
    (small_disk / "filler").unlink()
    await a_used_directory(place)


@pytest.mark.parametrize(
    "damage", [(0, b"\0" * 16), (0, os.urandom(1024)), (0, b"SQLite format 3\0" + b"\xff" * 84), (100, b"\xff" * 900)]
)
async def test_a_damaged_database_is_named_and_left_as_it_is(directory: Path, damage: tuple[int, bytes]) -> None:
    await a_used_directory(directory)
    with database(directory).open("r+b") as file:
        file.seek(damage[0])
        file.write(damage[1])
    before = bytes_of(directory)
    message = await refused(directory)
    assert f"The database in {directory} is damaged" in message
    assert "move sessions.db" in message
    assert bytes_of(directory) == before


async def test_a_database_of_a_newer_sessiond_is_left_as_it_is(directory: Path) -> None:
    await a_used_directory(directory)
    by_hand(directory, f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    before = bytes_of(directory)
    message = await refused(directory)
    assert "written by a newer sessiond" in message
    assert "Install the newer one" in message
    assert bytes_of(directory) == before


async def test_a_database_of_another_program_is_left_as_it_is(directory: Path) -> None:
    directory.mkdir()
    by_hand(directory, "CREATE TABLE theirs (x)")
    before = bytes_of(directory)
    assert "not a database of sessiond" in await refused(directory)
    assert bytes_of(directory) == before


async def test_what_was_refused_once_can_be_opened_when_it_is_mended(directory: Path) -> None:
    directory.mkdir()
    database(directory).write_bytes(b"not a database, but long enough to be looked at" * 100)
    await refused(directory)
    database(directory).rename(directory / "sessions.db.damaged")
    await a_used_directory(directory)


def test_migrations_go_forward_one_version_at_a_time() -> None:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        first = ["CREATE TABLE a (x)", "INSERT INTO a VALUES (1)"]
        migrate(connection, [first])
        migrate(connection, [first, ["ALTER TABLE a ADD y"], ["UPDATE a SET y = x + 1"]])
        migrate(connection, [first, ["ALTER TABLE a ADD y"], ["UPDATE a SET y = x + 1"]])
        assert connection.execute("SELECT * FROM a").fetchall() == [(1, 2)]
        assert connection.execute("PRAGMA user_version").fetchone() == (3,)


def test_a_migration_that_fails_leaves_the_version_before_it() -> None:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        migrate(connection, [["CREATE TABLE a (x)"]])
        with pytest.raises(sqlite3.OperationalError):
            migrate(connection, [["CREATE TABLE a (x)"], ["INSERT INTO a VALUES (1)", "no sql"]])
        assert connection.execute("SELECT * FROM a").fetchall() == []
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)


async def test_a_second_engine_is_told_whose_directory_it_is(directory: Path) -> None:
    store = await open_store(directory)
    with pytest.raises(StorageFailed) as error:
        await open_store(directory)
    owner = error.value.owner
    assert owner is not None
    assert {name: owner[name] for name in ("pid", "version")} == {"pid": os.getpid(), "version": __version__}
    assert owner.keys() == {"pid", "version", "host", "startedAt"}
    message = refusal_of(error)
    assert f"in use by another engine: sessiond {__version__}, process {os.getpid()}" in message
    assert "SESSIOND_DATA_DIR" in message
    assert error.value.data == {"kind": "storageFailed", "owner": owner}
    await keep(store, session())
    await store.close()
    await (await open_store(directory)).close()


async def test_a_lock_whose_owner_is_not_written_down_yet_still_refuses(directory: Path) -> None:
    store = await open_store(directory)
    (directory / "engine.lock").write_text("")
    assert "Another sessiond is just opening" in await refused(directory)
    await store.close()


async def test_a_killed_owner_gives_the_directory_free_though_its_child_lives(directory: Path) -> None:
    command = [sys.executable, "-c", OWNER, str(directory)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout
        child = int(owner.stdout.readline())
        try:
            assert f"process {owner.pid}" in await refused(directory)
            owner.kill()
            owner.wait(timeout=10)
            os.kill(child, 0)
            await (await open_store(directory)).close()
        finally:
            os.kill(child, signal.SIGKILL)


MOUNTS = """\
/dev/vda / ext4 rw 0 0
server:/home /home nfs4 rw 0 0
/dev/vdb /home/me/local ext4 rw 0 0
//nas/share /mnt/a\\040share cifs rw 0 0
me@host: /mnt/ssh fuse.sshfs rw 0 0
server:/old /srv nfs rw 0 0
/dev/vdc /srv ext4 rw 0 0
"""


@pytest.mark.parametrize(
    ("place", "mount"),
    [
        ("/home/me/data", "/home (nfs4)"),
        ("/home", "/home (nfs4)"),
        ("/mnt/a share/x", "/mnt/a share (cifs)"),
        ("/mnt/ssh/x/y", "/mnt/ssh (fuse.sshfs)"),
    ],
)
def test_network_file_systems_are_refused_by_name(tmp_path: Path, place: str, mount: str) -> None:
    (tmp_path / "mounts").write_text(MOUNTS)
    with pytest.raises(StorageFailed) as error:
        refuse_network(Path(place), tmp_path / "mounts")
    assert f"{place} lies on the network file system {mount}" in refusal_of(error)
    assert "Set SESSIOND_DATA_DIR" in error.value.message


@pytest.mark.parametrize("place", ["/", "/data", "/homework", "/home/me/local/x", "/mnt", "/srv/x"])
def test_local_file_systems_are_not_refused(tmp_path: Path, place: str) -> None:
    (tmp_path / "mounts").write_text(MOUNTS)
    refuse_network(Path(place), tmp_path / "mounts")
    refuse_network(Path(place), tmp_path / "no such list")
