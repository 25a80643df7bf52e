"""`sessiond completion`: a script that a shell sources, made from the commands themselves by shtab."""

import argparse

import shtab

from sessiond.cli.main import build_parser

EPILOG = """\
bash: source <(sessiond completion bash)                     in ~/.bashrc
zsh:  sessiond completion zsh > "${fpath[1]}/_sessiond"
fish: sessiond completion fish > ~/.config/fish/completions/sessiond.fish
"""


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("shell", choices=["bash", "zsh", "fish"])
    parser.epilog = EPILOG


def main(options: argparse.Namespace) -> int:
    print(shtab.complete(build_parser(), shell=options.shell))
    return 0
