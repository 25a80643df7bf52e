"""`sessiond trust`: shows what of a project's own settings waits for trust, and trusts it as it stands."""

import argparse
import itertools
import os
import sys
from pathlib import Path

from sessiond.config.errors import Failed
from sessiond.config.project import project_root
from sessiond.config.trust.trusted import change_trust, project_status
from sessiond.tools.paths import quoted
from sessiond_protocol.projects import ProjectStatus

EPILOG = """\
examples:
  sessiond trust             what waits in this project, and whether you trust it
  sessiond trust --yes DIR   trust it without being asked
  sessiond trust --revoke    trust it no longer

Trust holds for the settings exactly as they are shown. When they change, they wait again.
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EPILOG
    parser.add_argument("directory", nargs="?", default=".", help="a directory of the project (default: here)")
    answer = parser.add_mutually_exclusive_group()
    answer.add_argument("--yes", action="store_true", help="do not ask")
    answer.add_argument("--revoke", action="store_true", help="take the trust back")


def main(options: argparse.Namespace) -> int:
    directory = os.path.realpath(options.directory)
    if not os.path.isdir(directory):
        raise Failed(f"There is no directory {quoted(options.directory)}.")
    project = Path(project_root(directory))
    status = change_trust(project, trusted=False) if options.revoke else project_status(project)
    _show(status)
    if options.revoke or status.trust in ("trusted", "notNeeded"):
        return 0
    if not options.yes and not _agreed():
        print("Nothing was trusted.")
        return 1
    change_trust(project, trusted=True, content=status.content)
    print("Trusted.")
    return 0


def _show(status: ProjectStatus) -> None:
    match status.trust:
        case "notNeeded":
            print(f"{status.root}: nothing waits for trust.")
        case "trusted":
            print(f"{status.root}: trusted.")
        case "changed":
            print(f"{status.root}: its settings have changed since they were trusted. Now waiting:")
        case "untrusted":
            print(f"{status.root}: not trusted. Waiting:")
    for file, waiting in itertools.groupby(status.waiting, key=lambda each: each.file):
        print(f"{os.path.relpath(file, status.root)}:")
        for each in waiting:
            print(f"  {each.key} = {each.value}")


def _agreed() -> bool:
    if not sys.stdin.isatty():
        raise Failed("Nobody is there to answer. `sessiond trust --yes` trusts it without being asked.")
    print("These can run programs and send your conversations elsewhere. Trust them? [y/N] ", end="", flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")
