"""Places where no engine can be: the client is told why and what to do, as is a person, and it works when that is done.

Nothing is lost meanwhile: the same client goes on, with what was stored before.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

from support.command import Done, sessiond
from support.daemon import Client, Daemon, Follower, Home, RequestFailed
from support.daemon.engine_process import kill
from support.storage.stores import mounted

ROOT_ONLY = pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount, or become somebody else")
NOBODY = 65534
ON_NETWORK = """
from sessiond.owner import network
network.on_network.__defaults__ = ({mounts!r},)
"""
"""What a `sitecustomize` says, so that every interpreter sees another table of mounts."""


async def refusal(client: Client, kind: str) -> str:
    """Of a request; its words are also told for the client's log."""
    with pytest.raises(RequestFailed) as caught:
        await client.request("session/list")
    assert caught.value.kind == kind, caught.value
    told = {"type": 1, "message": caught.value.message}
    assert all((word["method"], word["params"]) == ("window/logMessage", told) for word in client.unread), client.unread
    client.unread.clear()
    return caught.value.message


async def works_in_the_end(client: Client) -> None:
    """A client may have to ask more than once: for a moment after a failure nothing is tried."""
    while True:
        try:
            assert (await client.chat(await client.create()))["stopReason"] == "endTurn"
        except RequestFailed as failure:
            assert failure.kind in ("storageFailed", "engineUnavailable"), failure
        else:
            client.unread.clear()
            return


async def status(home: Home) -> Done:
    done = await sessiond(home, "status")
    assert "Traceback" not in done.err
    return done


@contextmanager
def ended(home: Home) -> Iterator[None]:
    """The engine has let its files go, whatever has happened."""
    try:
        yield
    finally:
        if (pid := home.engine_pid) is not None:
            kill(pid)


def filled(disk: Path) -> Path:
    """What takes all the room there is."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(b"x" * 4096):
            pass
    return filler


def _run(command: list[str]) -> int:
    return subprocess.run(command, check=False, capture_output=True, timeout=10).returncode


@ROOT_ONLY
async def test_a_disk_that_is_full_when_the_engine_is_to_start(home: Home) -> None:
    disk = home.place / "disk"
    with closing(mounted(disk, "size=8m", _run)) as mount, ended(home):
        next(mount)
        home.data = disk / "data"
        async with Daemon(home) as daemon:
            session_id = await daemon.create(title="Before")
            await daemon.close()
        filler = filled(disk)
        async with Daemon(home) as daemon:
            message = await refusal(daemon, "storageFailed")
            assert f"The disk that holds {home.data} is full. Make room on it" in message
            assert f"{home.data} is full" in (await status(home)).out

            filler.unlink()
            await works_in_the_end(daemon)
            listed = (await daemon.request("session/list"))["sessions"]
            assert [row["title"] for row in listed if row["id"] == session_id] == ["Before"]
        await daemon.engine_ends()


async def test_a_path_too_long_for_a_socket(home: Home) -> None:
    assert home.runtime
    home.runtime, short = home.runtime / ("x" * 90), home.runtime
    async with Daemon(home) as daemon:
        message = await refusal(daemon, "engineUnavailable")
        assert message == (
            f"SESSIOND_RUNTIME_DIR ({home.runtime}) is too long for a socket's path. "
            "Set SESSIOND_RUNTIME_DIR to a short path that only you can enter."
        )
        assert (await status(home)).code == 1
    home.runtime = short


async def test_a_runtime_directory_that_is_missing_is_made(home: Home) -> None:
    assert home.runtime
    home.runtime, above = home.runtime / "run" / "mine", home.runtime
    async with Daemon(home) as daemon:
        await works_in_the_end(daemon)
        assert home.runtime.stat().st_mode & 0o777 == 0o700
    home.runtime = above


async def test_a_runtime_directory_that_vanishes_costs_no_client_its_engine(home: Home) -> None:
    """Cleaners of /tmp do that. Who comes then cannot meet the engine, and is told so."""
    assert home.runtime
    async with Daemon(home) as first:
        session_id = await first.create()
        for file in home.runtime.iterdir():
            file.unlink()
        home.runtime.rmdir()
        await first.chat(session_id)
        assert (await status(home)).code == 1
    home.runtime.mkdir(mode=0o700)
    async with Daemon(home) as daemon:
        assert [row["id"] for row in (await daemon.request("session/list"))["sessions"]] == [session_id]


@pytest.mark.parametrize("kind", ["open to others", pytest.param("of another user", marks=ROOT_ONLY)])
async def test_a_runtime_directory_that_is_not_ours_alone(home: Home, kind: str) -> None:
    assert home.runtime
    if kind == "open to others":
        home.runtime.chmod(0o755)
    else:
        os.chown(home.runtime, NOBODY, NOBODY)
    async with Daemon(home) as daemon:
        message = await refusal(daemon, "engineUnavailable")
        assert str(home.runtime) in message and "SESSIOND_RUNTIME_DIR" in message
        assert (await status(home)).code == 1

        os.chown(home.runtime, os.geteuid(), os.getegid())
        home.runtime.chmod(0o700)
        await works_in_the_end(daemon)


async def test_a_data_directory_on_a_network_file_system(home: Home) -> None:
    mounts = home.place / "mounts"
    mounts.write_text(f"server:/home {home.place} nfs4 rw 0 0\n")
    patch = home.place / "patch"
    patch.mkdir()
    (patch / "sitecustomize.py").write_text(ON_NETWORK.format(mounts=str(mounts)))
    async with Daemon(home, environment={"PYTHONPATH": str(patch)}) as daemon:
        message = await refusal(daemon, "storageFailed")
        assert f"{home.data} lies on the network file system {home.place} (nfs4)" in message
        assert "Set SESSIOND_DATA_DIR to a directory on a local disk." in message
        assert not home.data.exists() or os.listdir(home.data) == []

        mounts.write_text("")
        await works_in_the_end(daemon)


def nobody_may_run_it() -> bool:
    """Whether another user can enter all that leads to the interpreter and to this project."""
    places = (Path(sys.executable).resolve(), Path(sys.executable).absolute(), Path(__file__).resolve())
    return all(folder.stat().st_mode & 0o001 for place in places for folder in place.parents)


@contextmanager
def engine_of_nobody(home: Home) -> Iterator[None]:
    """Another user's engine serves the data directory, and everybody may enter all of it."""
    assert home.runtime
    home.idle = None  # no end of ours ends it
    for path in (home.place, *home.place.parents):
        if path.stat().st_uid == os.geteuid():
            path.chmod(path.stat().st_mode | 0o755)
    home.data.mkdir()
    for path in (home.data, home.runtime):
        os.chown(path, NOBODY, NOBODY)
    started = subprocess.run(
        [sys.executable, "-m", "sessiond", "engine"], env=home.environment(), user=NOBODY, group=NOBODY,
        extra_groups=[], capture_output=True, timeout=60, check=False, cwd="/",
    )  # fmt: skip
    assert b'{"ready": true}' in started.stdout, (started.stdout, started.stderr)
    yield


@ROOT_ONLY
@pytest.mark.skipif(not nobody_may_run_it(), reason="other users may not run this interpreter")
async def test_an_engine_of_another_user_is_not_spoken_to(home: Home) -> None:
    with engine_of_nobody(home):
        async with Follower(home) as daemon:
            message = await refusal(daemon, "engineUnavailable")
            assert "belongs to another user. Set SESSIOND_DATA_DIR to a directory of your own." in message
            done = await status(home)
            assert (done.code, message in done.err) == (1, True), done
