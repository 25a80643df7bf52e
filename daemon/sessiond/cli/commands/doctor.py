"""`sessiond doctor`: looks at everything a turn needs and says what to do about what is wrong.

The checks stand in `checks/`; this shows them. Exit code 1 if something needed failed.
"""

import argparse
import asyncio
import os
import sys

from sessiond.cli.checks.engine import engine_findings
from sessiond.cli.checks.finding import Finding
from sessiond.cli.checks.installation import machine_findings, settings_findings

SIGNS = {"ok": ("32", "ok"), "warn": ("33", "warn"), "fail": ("31", "fail")}


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = (
        "Changes nothing and asks no model; starts the engine and this directory's MCP servers where they do not run. "
        "Exit code 1 if something needed failed."
    )


def main(options: argparse.Namespace) -> int:
    directory = os.getcwd()
    findings = [*settings_findings(directory), *asyncio.run(engine_findings(directory)), *machine_findings()]
    for finding in findings:
        print(_line(finding))
    return 1 if any(finding.verdict == "fail" for finding in findings) else 0


def _line(finding: Finding) -> str:
    colour, sign = SIGNS[finding.verdict]
    sign = sign.ljust(4)
    if sys.stdout.isatty() and not os.environ.get("NO_COLOR"):
        sign = f"\x1b[{colour}m{sign}\x1b[0m"
    line = f"{sign}  {finding.what}"
    return f"{line}\n      {finding.remedy}" if finding.remedy else line
