"""The engine's own log."""

import subprocess
import sys
from pathlib import Path

BREAK = """
import logging, sys
from pathlib import Path
from sessiond.log import hide, keep_log
keep_log(Path(sys.argv[1]))
keep_log(Path(sys.argv[1]))
log = logging.getLogger("sessiond.test")
log.info("all is well")
try:
    raise ValueError("of something")
except ValueError:
    log.exception("it broke")
"""


def broken(directory: Path) -> str:
    done = subprocess.run([sys.executable, "-c", BREAK, str(directory)], capture_output=True, text=True, check=True)
    assert done.stdout == ""
    return done.stderr


def test_a_person_reads_one_line_and_the_file_has_the_traceback(tmp_path: Path) -> None:
    assert broken(tmp_path) == "sessiond: it broke\n"
    kept = (tmp_path / "log" / "engine.log").read_text()
    assert "INFO sessiond.test: all is well" in kept
    assert kept.count("Traceback") == 1


def test_a_disk_that_refuses_costs_the_log_only(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("a file where the folder should be")
    assert broken(tmp_path) == "sessiond: it broke\n"


LEAK = """
import logging, sys
from pathlib import Path
from sessiond.log import hide, keep_log
keep_log(Path(sys.argv[1]))
hide(["correct horse"])
log = logging.getLogger("sessiond.test")
try:
    raise ValueError("Authorization: Bearer abcdef0123456789")
except ValueError:
    log.exception("%s failed with correct horse", "sk-ant-api03-AbCdEfGh12345678")
"""


def test_no_secret_is_logged_not_even_in_a_traceback(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", LEAK, str(tmp_path)], capture_output=True, text=True, check=True)
    kept = (tmp_path / "log" / "engine.log").read_text()

    assert done.stderr == "sessiond: [redacted] failed with [redacted]\n"
    assert "ValueError: Authorization: Bearer [redacted]" in kept
    assert not [secret for secret in ("correct horse", "sk-ant", "abcdef0123456789") if secret in kept]
