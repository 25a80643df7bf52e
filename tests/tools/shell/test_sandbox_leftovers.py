"""What stands for `/tmp` in a sandbox is gone with its engine: at its end, or after a kill with the next one."""

import gc
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from sessiond.tools.shell.sandbox.temporary import PREFIX, Temporary, remove_forsaken

ENGINE = """
from sessiond.tools.shell.sandbox.temporary import Temporary
temporary = Temporary()
(temporary.tmp / "left").mkdir()
(temporary.tmp / "out").symlink_to("/")
print(temporary.tmp.parent, flush=True)
input()
"""


@pytest.fixture
def temporary_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place of our own for them."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def engine(place: Path) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", ENGINE]
    return subprocess.Popen(
        command, env={"TMPDIR": str(place)}, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def test_a_killed_engines_is_removed_and_a_living_ones_is_not(temporary_files: Path) -> None:
    with engine(temporary_files) as killed, engine(temporary_files) as living:
        assert killed.stdout and living.stdout
        forsaken, kept = Path(killed.stdout.readline().strip()), Path(living.stdout.readline().strip())
        killed.send_signal(signal.SIGKILL)
        killed.wait()

        remove_forsaken()

        assert (forsaken.exists(), kept.exists()) == (False, True)
        living.communicate("\n")
        assert not kept.exists()
    assert list(temporary_files.iterdir()) == []


def test_what_is_of_others_or_only_named_alike_stays(temporary_files: Path) -> None:
    elsewhere = temporary_files / "elsewhere"
    for name in ("elsewhere", f"{PREFIX}0"):
        (temporary_files / name).mkdir()
    (elsewhere / "owner").touch()
    (temporary_files / f"{PREFIX}link").symlink_to(elsewhere)
    (temporary_files / f"{PREFIX}file").touch()

    remove_forsaken()

    assert len(list(temporary_files.iterdir())) == 4
    assert (elsewhere / "owner").exists()


def test_it_is_removed_when_its_sandbox_is_gone(temporary_files: Path) -> None:
    temporary = Temporary()
    assert temporary.empty.exists()

    del temporary
    gc.collect()

    assert list(temporary_files.iterdir()) == []
