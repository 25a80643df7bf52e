"""The process that holds the model: llama.cpp's own server on loopback, run as `python -m sessiond.local.serve`.

Started by `server.py` only. It is a process of its own because loading holds the interpreter for
seconds and a crash in native code must not take the engine along.
"""

import argparse
import importlib
import os
import secrets
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

from sessiond.local.state import LocalServer, held_lock, write_state

CHECK_SECONDS = 5.0
BUSY_CPU_SECONDS = 0.05
"""Answering takes seconds of processor time, waiting takes none."""


def main() -> None:
    options = _options()
    if options.detach:
        _leave_the_parent()
    with held_lock(options.state):
        options.state.unlink(missing_ok=True)  # what a killed one has left
        key = secrets.token_urlsafe(32)
        out = _keep_stdout_for_the_ready_line()
        server = _load(options, key)
        end = _end_of_service(options.until_eof)
        base_url = f"{server.listening_address}/v1"
        write_state(options.state, LocalServer(base_url, key, options.alias, options.context, os.getpid()))
        out.write("ready\n")
        out.close()
        _wait(end, options.idle_minutes * 60)
        options.state.unlink(missing_ok=True)
        os._exit(0)  # native threads have nothing to save, and may take long to join


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--alias", required=True)
    parser.add_argument("--context", type=int, required=True)
    parser.add_argument("--template", type=Path)
    parser.add_argument("--state", type=Path, required=True)
    parser.add_argument("--idle-minutes", type=float, default=0.0)
    parser.add_argument("--until-eof", action="store_true")
    parser.add_argument("--detach", action="store_true")
    return parser.parse_args()


def _leave_the_parent() -> None:
    """Goes on as nobody's child in a session of its own, so that whoever started it need not wait for it."""
    if os.fork():
        os._exit(0)
    os.setsid()


def _keep_stdout_for_the_ready_line() -> Any:
    """Native code logs to the real stdout; that becomes stderr, and the ready line keeps the pipe."""
    kept = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    return kept


def _load(options: argparse.Namespace, key: str) -> Any:
    """Loads the weights and serves on a free port of 127.0.0.1."""
    xllamacpp: Any = importlib.import_module("xllamacpp")  # has no types
    params = xllamacpp.CommonParams()
    params.model.path = str(options.weights)
    params.model_alias = {options.alias}
    params.api_keys = [key]
    params.port = 0
    params.cors_origins = ""
    params.ui = False
    params.endpoint_slots = False
    params.n_ctx = options.context
    params.n_parallel = 2  # an answer and a title at once, out of one cache
    params.kv_unified = True
    params.cache_ram_mib = 256  # 8 GiB by default
    params.no_extra_bufts = True  # repacked weights cost 0.6 GB more and are hardly faster
    params.n_gpu_layers = 0
    params.verbosity = 2
    if options.template:
        params.chat_template = options.template.read_text()
    return xllamacpp.Server(params)


def _end_of_service(until_eof: bool) -> threading.Event:
    """Set by a signal, and by EOF on stdin where that is asked for."""
    end = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: end.set())
    if until_eof:
        threading.Thread(target=lambda: (sys.stdin.buffer.read(), end.set()), daemon=True).start()
    return end


def _wait(end: threading.Event, idle_seconds: float) -> None:
    """Until the end, or `idle_seconds` without work (0: for ever)."""
    last_work, used = time.monotonic(), time.process_time()
    while not end.wait(CHECK_SECONDS):
        if time.process_time() - used > BUSY_CPU_SECONDS:
            last_work = time.monotonic()
        used = time.process_time()
        if idle_seconds and time.monotonic() - last_work > idle_seconds:
            return


if __name__ == "__main__":
    main()
