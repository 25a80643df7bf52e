"""The commands of `sessiond`, a file each: `arguments(parser)` says what one takes, `main(options)` does it.

`main.py` imports only the command that was asked for. A command returns its exit code: 0 done,
1 failed, 2 wrong usage, 130 Ctrl-C; what it prints on stdout is its result and nothing else.
"""
