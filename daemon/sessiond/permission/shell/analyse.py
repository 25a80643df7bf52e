"""Finds what a shell command line would run, read and write, without running it. `judge.py` calls it.

Pure and never raising. Whatever cannot be known for sure becomes a doubt, and a doubt asks.
"""

from sessiond.permission.shell.line import ShellLine
from sessiond.permission.shell.parsing.characters import forbidden_character
from sessiond.permission.shell.parsing.walk import Walk
from sessiond.permission.shell.scope import Findings

LONGEST = 64 * 1024
"""Characters of a line that is looked at; here-documents that write files come close."""


def analyse(command: str) -> ShellLine:
    """What the line would do, in about 0.2 ms."""
    if len(command) > LONGEST:
        return ShellLine(doubts=(f"The command is longer than {LONGEST:,} characters.",))
    if character := forbidden_character(command):
        return ShellLine(doubts=(f"It contains the character {character}, which can hide what would be run.",))
    findings = Findings()
    Walk(findings).script(command)
    return findings.line()
