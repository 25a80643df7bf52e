"""What holds for all tests: a run in the background of a shell ignores Ctrl-C, and children would inherit that."""

import signal

signal.signal(signal.SIGINT, signal.default_int_handler)
