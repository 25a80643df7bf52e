"""Whatever a model writes as a command, reading it does not end the process; in one of its own, for it could."""

import subprocess
import sys

READ_THEM = """
import random
from sessiond.permission.shell.analyse import analyse

tokens = ["<<EOF", "EOF", "\\n", "$(", ")", "`", "${", "}", "((", "))", "[[", "]]", "'", '"', "\\\\", "|", ";;", "case",
          "esac", "for", "do", "done", "f()", "{", "<(", "<<<", "x", "ls", "=", "a=b", "@P", "#", "~", "!", " ", "\\t"]
chosen = random.Random(int(input()))
for _ in range(4000):
    length = chosen.randrange(1, 40)
    letters = "".join(chr(chosen.randrange(1, 0x110000)) for _ in range(length))
    words = "".join(chosen.choice(tokens) for _ in range(length))
    analyse(letters)
    analyse(words)
    analyse("".join(map("".join, zip(words, letters))))
print("survived")
"""


def test_characters_beyond_ascii_never_reach_the_scanner_that_looks_them_up_in_a_short_table():
    for seed in range(3):
        reader = subprocess.run(
            [sys.executable, "-c", READ_THEM],
            input=f"{seed}\n",
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )
        assert (reader.returncode, reader.stdout) == (0, "survived\n"), (seed, reader.stderr[-2000:])
