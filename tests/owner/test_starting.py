"""Engines started in the background, real ones: one however many want it, and free of whoever started it."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from sessiond.owner import starting
from sessiond.owner.connecting import connect
from sessiond.owner.listening import listen
from sessiond.owner.lock import OwnerLock, owner_of
from sessiond.owner.places import STARTING, meeting_place
from sessiond.owner.unavailable import EngineUnavailable
from support.pipe.place import SECONDS, Place
from support.storage.stores import mounted

CONNECT = """
import socket, struct, sys
from sessiond.owner.connecting import connect
print("ready", flush=True)
sys.stdin.readline()
with connect() as engine:
    print(struct.unpack("iII", engine.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[0])
"""
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


def refused(place: Place, command: list[str] | None = None, data: Path | None = None) -> EngineUnavailable:
    environment = place.environment | ({"SESSIOND_DATA_DIR": str(data)} if data else {})
    with pytest.raises(EngineUnavailable) as refusal:
        connect(environment, command)
    return refusal.value


def _run(command: list[str]) -> int:
    return subprocess.run(command, check=False, capture_output=True, timeout=10).returncode


def python(code: str) -> list[str]:
    return [sys.executable, "-P", "-c", code]


@LINUX
def test_of_fifty_that_start_one_at_once_there_is_one_and_nothing_is_left_of_the_race(place: Place) -> None:
    command = [sys.executable, "-c", CONNECT]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    starters = [subprocess.Popen(command, env=place.environment, **pipes) for _ in range(50)]
    for starter in starters:
        assert starter.stdout and starter.stdout.readline() == "ready\n"
    for starter in starters:
        assert starter.stdin
        starter.stdin.write("go\n")
        starter.stdin.flush()
    engines = {starter.communicate(timeout=60)[0].strip() for starter in starters}
    assert place.engine is not None
    assert engines == {str(place.engine.pid)}
    assert [starter.returncode for starter in starters] == [0] * 50
    assert [file.suffix for file in place.runtime.iterdir()] == [".sock"]


def test_an_engine_killed_with_all_its_files_left_makes_way_for_the_next(place: Place) -> None:
    pids: list[int] = []
    for _ in range(3):
        connect(place.environment).close()
        pids.append(place.kill_engine())
        assert owner_of(str(place.data))["pid"] == pids[-1]
        assert [file.suffix for file in place.runtime.iterdir()] == [".sock"]
    assert len(set(pids)) == 3


@LINUX
def test_an_engine_belongs_to_nobody_and_has_nothing_of_its_starter(place: Place, tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.set_inheritable(writing, True)
    (tmp_path / "sessiond").mkdir()
    (tmp_path / "sessiond" / "__init__.py").write_text("raise SystemExit('this is a project, not sessiond')")
    script = "from sessiond.owner.connecting import connect\nconnect().close()"
    with subprocess.Popen(python(script), env=place.environment, cwd=tmp_path, close_fds=False) as starter:
        assert starter.wait(SECONDS) == 0
    os.close(writing)
    assert os.read(reading, 1) == b"", "somebody still holds the pipe that the starter had"
    os.close(reading)
    engine = place.engine
    assert engine is not None
    assert os.getsid(engine.pid) not in (os.getsid(0), engine.pid)
    assert engine.cwd() == "/"
    opened = [os.readlink(f"/proc/{engine.pid}/fd/{number}") for number in range(3)]
    assert opened == ["/dev/null", "/dev/null", str(place.data / "log" / "engine.stderr")]


@LINUX
def test_what_its_programs_make_has_the_mode_that_the_user_wants(place: Place) -> None:
    script = "from sessiond.owner.connecting import connect\nconnect().close()"
    subprocess.run(python(script), env=place.environment, check=True, timeout=SECONDS, umask=0o027)
    assert place.engine is not None
    assert "Umask:\t0027" in Path(f"/proc/{place.engine.pid}/status").read_text()


@LINUX
def test_signals_that_the_starter_ignores_are_not_ignored_by_it(place: Place) -> None:
    script = (
        "import signal\nfrom sessiond.owner.connecting import connect\n"
        "for ignored in (signal.SIGCHLD, signal.SIGHUP): signal.signal(ignored, signal.SIG_IGN)\n"
        "connect().close()"
    )
    subprocess.run(python(script), env=place.environment, check=True, timeout=SECONDS)
    assert place.engine is not None
    status = Path(f"/proc/{place.engine.pid}/status").read_text()
    ignored = int(status.partition("SigIgn:")[2].split()[0], 16)
    assert not ignored & (1 << signal.SIGCHLD - 1 | 1 << signal.SIGHUP - 1)


def test_a_failure_that_a_killed_starter_has_left_behind_stops_nobody(place: Place) -> None:
    place.data.mkdir()
    turn = Path(meeting_place(place.environment, str(place.data)) + STARTING)
    turn.write_text(json.dumps(["engineUnavailable", "of long ago, and longer than what there is to say today"]))
    assert refused(place, python("")).message.endswith("it said nothing")
    turn.write_text(json.dumps(["engineUnavailable", "of long ago"]))
    connect(place.environment).close()


def test_an_engine_whose_runtime_directory_is_removed_is_found_again(place: Place) -> None:
    connect(place.environment).close()
    first = place.engine
    shutil.rmtree(place.runtime)  # as a logout does while a turn goes on
    connect(place.environment).close()
    assert first is not None and place.engine == first
    assert [file.suffix for file in place.runtime.iterdir()] == [".sock"]


def test_nobody_has_a_zombie_of_it(place: Place) -> None:
    connect(place.environment).close()
    assert [child for child in psutil.Process().children() if child.status() == psutil.STATUS_ZOMBIE] == []
    engine = place.engine
    assert engine is not None and engine.ppid() != os.getpid()


def test_a_signal_to_the_starters_process_group_does_not_reach_it(place: Place) -> None:
    script = "import os\nfrom sessiond.owner.connecting import connect\nconnect().close()\nos.killpg(0, 2)"
    with subprocess.Popen(
        python(script), env=place.environment, start_new_session=True, stderr=subprocess.DEVNULL
    ) as it:
        assert it.wait(SECONDS) == -signal.SIGINT
    first = place.engine
    with connect(place.environment):
        assert place.engine == first


def test_an_engine_that_dies_as_it_starts_says_why_in_its_last_line(place: Place) -> None:
    refusal = refused(place, python("import nothing_of_that_name"))
    assert refusal.kind == "engineUnavailable"
    assert refusal.message == (
        "The engine ended as it started: ModuleNotFoundError: No module named 'nothing_of_that_name'"
    )
    assert "it said nothing" in refused(place, python("")).message
    assert list(place.runtime.iterdir()) == []


def test_a_program_that_is_not_there_is_named(place: Place) -> None:
    assert refused(place, ["/does/not/exist"]).message.startswith("/does/not/exist cannot be started: No such file")


def test_one_that_never_listens_is_given_up_in_time_and_its_first_process_does_not_stay(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(starting, "READY_SECONDS", 0.2)
    refusal = refused(place, python("import time; time.sleep(3600)"))
    assert refusal.message.startswith("The engine was not ready within 0.2 s.")
    assert psutil.Process().children() == []


def test_of_many_that_wait_for_one_that_fails_none_tries_it_again(place: Place) -> None:
    counted = place.home / "tries"
    code = f"import time; open({str(counted)!r}, 'a').write('x'); time.sleep(1); raise SystemExit('No.')"
    with ThreadPoolExecutor(8) as threads:
        messages = {refusal.message for refusal in threads.map(lambda _: refused(place, python(code)), range(8))}
    assert messages == {"The engine ended as it started: No."}
    assert len(counted.read_text()) < 8


def test_a_directory_that_one_process_has_for_itself_is_refused_with_its_owner(place: Place) -> None:
    place.data.mkdir()
    lock = OwnerLock(str(place.data))
    lock.tell(socket=None)
    refusal = refused(place)
    assert refusal.kind == "storageFailed"
    assert f"is in use by another engine: sessiond 0.1.0, process {os.getpid()}" in refusal.message
    lock.release()
    connect(place.environment).close()


def test_an_engine_started_while_the_last_one_is_leaving_waits_for_it(place: Place) -> None:
    place.data.mkdir()
    leaving, path = OwnerLock(str(place.data)), str(place.runtime / "left.sock")
    listen(path).close()
    leaving.tell(socket=path)
    released = threading.Timer(1.0, leaving.release)
    released.start()
    with connect(place.environment):
        assert not released.is_alive()
        assert place.engine is not None


def test_an_engine_whose_socket_is_gone_is_named_with_the_way_to_end_it(place: Place) -> None:
    """One that hangs, or it would have listened again."""
    connect(place.environment).close()
    engine = place.engine
    assert engine is not None
    engine.suspend()
    shutil.rmtree(place.runtime)
    message = refused(place).message
    assert f"It cannot be reached at {place.runtime}" in message
    assert f"end it by `kill {engine.pid}`" in message
    place.kill_engine()
    connect(place.environment).close()


def test_a_file_in_place_of_the_data_directory_is_named(place: Place) -> None:
    place.data.write_text("mine")
    refusal = refused(place)
    assert refusal.kind == "storageFailed"
    assert refusal.message.startswith(f"A file stands in the way of the data directory {place.data}.")
    assert place.data.read_text() == "mine"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small disk")
def test_a_full_disk_is_named_and_can_be_mended(place: Place) -> None:
    disk = place.home / "disk"
    for _ in mounted(disk, "size=1m", _run):
        with (disk / "filler").open("wb", buffering=0) as filler, suppress(OSError):
            while filler.write(b"x" * 4096):
                pass
        refusal = refused(place, data=disk / "data")
        assert refusal.kind == "storageFailed"
        assert f"The disk that holds {disk}/data is full. Make room on it" in refusal.message
        (disk / "filler").unlink()
        place.data = disk / "data"
        connect(place.environment | {"SESSIOND_DATA_DIR": str(place.data)}).close()
        place.kill_engine()


def test_a_data_directory_on_the_network_is_refused(place: Place) -> None:
    mounts = place.home / "mounts"
    mounts.write_text(f"server:/home {place.home} nfs4 rw 0 0\n")
    patched = f"from sessiond.owner import network\nnetwork.on_network.__defaults__ = ({str(mounts)!r},)\n"
    refusal = refused(place, python(patched + "from sessiond.background import main\nraise SystemExit(main())"))
    assert refusal.kind == "storageFailed"
    assert f"lies on the network file system {place.home} (nfs4)" in refusal.message
    assert not (place.data / "engine.lock").exists()


def test_a_runtime_directory_that_is_no_good_is_refused(place: Place) -> None:
    place.runtime.chmod(0o755)
    refusal = refused(place)
    assert refusal.kind == "engineUnavailable"
    assert f"chmod 700 {place.runtime}" in refusal.message


def test_what_fails_once_is_tried_anew_when_it_is_mended(place: Place) -> None:
    place.data.write_text("in the way")
    refused(place)
    place.data.unlink()
    connect(place.environment).close()
    assert json.loads((place.data / "engine.lock").read_text())["socket"].startswith(str(place.runtime))
