"""Standard input and output may be files, terminals or nothing, and a stray print never reaches the protocol."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path

from sessiond.server.capabilities import encoded_result

PROGRAM = """
import asyncio, sys
from sessiond.server.first_answer import greet, own_stdio
first = greet(*own_stdio())
from sessiond.server.serve import serve_stdio
from sessiond_protocol.serving.lifecycle import SandboxStatus

SANDBOX = SandboxStatus(state="none", reason="this is a test")

class Engine:
    def guest(self, brought): return self
    def leave(self): pass
    async def configured(self): pass
    async def warm(self): pass
    async def close(self): print("a stray print")
    def facts(self): return {"sessions": 0, "turns": 0, "data_directory": "", "storage": "closed"}
    async def sandbox(self): return SANDBOX

sys.exit(asyncio.run(serve_stdio(Engine, first)))
"""
INITIALIZE = b'{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}\n'
STATUS = b'{"jsonrpc":"2.0","id":2,"method":"server/status"}\n'


def run(stdin: object, stdout: object) -> "subprocess.CompletedProcess[bytes]":
    return subprocess.run(
        [sys.executable, "-c", PROGRAM], stdin=stdin, stdout=stdout, stderr=subprocess.PIPE, timeout=30, check=False
    )


def assert_both_answered(output: bytes) -> None:
    answers = [json.loads(line) for line in output.splitlines()]
    assert [answer["id"] for answer in answers] == [1, 2]
    assert answers[0]["result"] == json.loads(encoded_result())


def test_files_do_for_input_and_output(tmp_path: Path):
    (tmp_path / "in").write_bytes(INITIALIZE + STATUS)
    with (tmp_path / "in").open("rb") as source, (tmp_path / "out").open("wb") as output:
        done = run(source, output)

    assert (done.returncode, done.stderr) == (0, b"a stray print\n")
    assert_both_answered((tmp_path / "out").read_bytes())


def test_an_input_that_is_empty_ends_it_quietly():
    done = run(subprocess.DEVNULL, subprocess.PIPE)

    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"a stray print\n")


def test_a_terminal_does_for_input():
    ours, theirs = pty.openpty()
    with subprocess.Popen([sys.executable, "-c", PROGRAM], stdin=theirs, stdout=subprocess.PIPE) as process:
        os.close(theirs)
        os.write(ours, INITIALIZE + STATUS + b"\x04")
        assert process.stdout is not None
        assert_both_answered(process.stdout.read())
    os.close(ours)
    assert process.returncode == 0
