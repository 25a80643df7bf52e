"""Finding the engine of a data directory: what a lock file says is believed only as far as somebody answers."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from sessiond.owner import finding
from sessiond.owner.finding import find
from sessiond.owner.listening import listen, withdraw
from sessiond.owner.lock import Held, OwnerLock, owner_of
from sessiond.owner.peer import is_ours, peer_user
from sessiond.owner.unavailable import EngineUnavailable
from support.pipe.place import Place

OWNER = {"pid": 1, "startedAt": 0, "version": "0.1.0", "host": "here"}
ROOT_ONLY = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
STRANGER = """
import os, socket, sys
listener = socket.socket(socket.AF_UNIX)
listener.bind(sys.argv[1])
os.chmod(sys.argv[1], 0o777)
os.setuid(65534)
listener.listen()
print("listens", flush=True)
sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def data(place: Place) -> Iterator[Path]:
    place.data.mkdir()
    yield place.data


def says(data: Path, **owner: object) -> None:
    (data / "engine.lock").write_text(json.dumps(OWNER | owner))


def test_whoever_listens_where_the_owner_says_is_found(place: Place) -> None:
    path = str(place.runtime / "s.sock")
    lock, listener = OwnerLock(str(place.data)), listen(path)
    lock.tell(path)
    with closing(listener):
        connection = find(str(place.data))
        assert connection is not None
        with connection:
            assert is_ours(connection)
            accepted, _ = listener.accept()
            with accepted:
                assert peer_user(accepted) == os.geteuid()
    lock.release()


@pytest.mark.parametrize(
    "content",
    [b"", b"\0\xff", b"[]", b"null", b'{"socket": "/s"}', b"[" * 4000, json.dumps(OWNER | {"version": 1}).encode()],
)
def test_a_lock_file_that_makes_no_sense_names_nobody(data: Path, content: bytes) -> None:
    (data / "engine.lock").write_bytes(content)
    assert (owner_of(str(data)), find(str(data))) == ({}, None)


@pytest.mark.parametrize("path", [None, 7, "", "/does/not/exist", "/dev/null", "/" + "x" * 300, "\0"])
def test_nobody_listens_at_what_is_no_socket(data: Path, path: object) -> None:
    says(data, socket=path)
    assert find(str(data)) is None


def test_a_socket_that_a_dead_engine_has_left_is_nobody_and_makes_way(place: Place) -> None:
    path = str(place.runtime / "s.sock")
    listen(path).close()
    says(place.data, socket=path)
    assert os.path.exists(path)
    assert find(str(place.data)) is None
    withdraw(listener := listen(path))
    withdraw(listener)
    assert not os.path.exists(path)


def test_there_is_nobody_without_a_directory_or_with_a_pipe_in_place_of_the_lock(data: Path, tmp_path: Path) -> None:
    os.mkfifo(data / "engine.lock")
    assert find(str(data)) is None
    assert find(str(tmp_path / "missing")) is None


def test_an_engine_that_takes_nobody_in_is_named_in_time(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "PATIENCE_SECONDS", 1)
    path = str(place.runtime / "s.sock")
    says(place.data, socket=path)
    with closing(socket.socket(socket.AF_UNIX)) as listener:
        listener.bind(path)
        listener.listen(0)
        with closing(socket.socket(socket.AF_UNIX)) as first:
            first.connect(path)
            with pytest.raises(EngineUnavailable, match=r"takes no clients\. Run `sessiond restart`"):
                find(str(place.data))


@ROOT_ONLY
def test_an_engine_of_another_user_is_refused_before_a_byte_is_sent(place: Place) -> None:
    place.runtime.chmod(0o777)
    path = str(place.runtime / "s.sock")
    says(place.data, socket=path)
    command = [sys.executable, "-c", STRANGER, path]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as stranger:
        assert stranger.stdout and stranger.stdout.readline() == b"listens\n"
        with pytest.raises(EngineUnavailable, match=r"belongs to another user\. Set SESSIOND_DATA_DIR"):
            find(str(place.data))
        stranger.kill()


@ROOT_ONLY
def test_a_directory_of_another_user_is_refused_with_what_to_do(place: Place) -> None:
    says(place.data, socket=None)
    (place.data / "engine.lock").chmod(0o600)
    place.home.chmod(0o755)
    script = "import os\nfrom sessiond.owner.connecting import connect\nos.setuid(65534)\nconnect()"
    ran = subprocess.run(
        [sys.executable, "-c", script], env=place.environment, capture_output=True, text=True, check=False
    )
    assert "EngineUnavailable" in ran.stderr and "Set SESSIOND_DATA_DIR to a directory of your own" in ran.stderr


def test_whoever_comes_second_is_told_who_has_the_directory(data: Path) -> None:
    lock = OwnerLock(str(data))
    with pytest.raises(Held, match="Another sessiond is just opening"):
        OwnerLock(str(data))
    lock.tell("/s")
    with pytest.raises(Held, match=f"in use by another engine: sessiond .*, process {os.getpid()} on ") as held:
        OwnerLock(str(data))
    assert {name: held.value.owner[name] for name in ("pid", "socket")} == {"pid": os.getpid(), "socket": "/s"}
    lock.release()
    lock.release()
    OwnerLock(str(data)).release()
