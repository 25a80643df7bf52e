"""Of what a server has written before its end, the line that says why."""

import pytest

from sessiond.mcp.connection.child.stderr import why_of

NPM = """\
npm error code E404
npm error 404 Not Found - GET https://registry.example.org/no-such-server
npm error 404
npm error 404  'no-such-server@*' could not be found or you do not have permission to access it.
npm error 404
npm error 404 Note that you can also install from a
npm error 404 tarball, folder, http url, or git url.
npm error A complete log of this run can be found in: /home/jo/.npm/_logs/debug-0.log
"""
NODE = """\
file:///home/jo/server.js:1
Error: TOKEN is not set
    at file:///home/jo/server.js:1:7

Node.js v20.20.2
"""
PYTHON = """\
Traceback (most recent call last):
  File "server.py", line 1, in <module>
ModuleNotFoundError: No module named 'mcp'
"""


@pytest.mark.parametrize(
    ("written", "why"),
    [
        (NPM, "npm error 404  'no-such-server@*' could not be found or you do not have permission to access it."),
        (NODE, "Error: TOKEN is not set"),
        (PYTHON, "ModuleNotFoundError: No module named 'mcp'"),
        ("one\ntwo\n\n", "two"),
        ("npm error\n", "npm error"),
        ("", ""),
    ],
)
def test_the_line_that_says_why_a_program_ended_is_found(written: str, why: str) -> None:
    assert why_of(written.splitlines()) == why
