"""One Neovim with the plugin in it, its screen attached: keys are typed, the screen is waited for.

`with Editor(neovim("0.11"), home) as editor:` starts it; leaving the block ends it and asserts that it said no error.
"""

import json
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

import pynvim

from support.daemon import Home
from support.nvim.grid import Grid
from support.tree import ROOT

T = TypeVar("T")
SECONDS = 20.0
_NEVER = threading.Event()
PLUGIN = ROOT / "editors" / "nvim"
ENGINE = [sys.executable, "-m", "sessiond"]


class Editor:
    """`options` are the plugin's; `name` keeps the state of several editors of one home apart."""

    def __init__(
        self,
        binary: Path,
        home: Home,
        *,
        size: tuple[int, int] = (100, 30),
        options: Mapping[str, Any] | None = None,
        name: str = "editor",
        settings: str = "",
    ) -> None:
        self.home = home
        self.grid = Grid(*size)
        self._binary = binary
        self._place = home.place / name
        self._options = {"cmd": ENGINE, **(options or {})}
        self._settings = settings
        self.nvim: Any = None

    def __enter__(self) -> "Editor":
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        if error is not None:
            error.add_note(f"the screen:\n{self.grid.text}\nthe log:\n{self.log()[-4000:]}")
            self.kill()
        else:
            self.quit()

    def start(self) -> None:
        self._place.mkdir(parents=True, exist_ok=True)
        init = self._place / "init.lua"
        init.write_text(self._init())
        assignments = [f"{name}={value}" for name, value in self._environment().items()]
        flags = ["--embed", "--clean", "-n", "-i", "NONE", "--cmd", f"luafile {init}"]
        self.nvim = pynvim.attach("child", argv=["env", "-i", *assignments, str(self._binary), *flags])
        self.nvim.ui_attach(self.grid.width, self.grid.height, rgb=True, ext_linegrid=True)
        self.pump()

    def _init(self) -> str:
        options = json.dumps(json.dumps(self._options))
        return (
            f"vim.opt.runtimepath:prepend({json.dumps(str(PLUGIN))})\n"
            f"vim.g.sessiond = vim.json.decode({options})\n"
            f"vim.cmd.cd({json.dumps(str(self.home.project))})\n{self._settings}\n"
        )

    def _environment(self) -> dict[str, str]:
        own = {name: str(self._place / name.lower()) for name in ("XDG_DATA_HOME", "XDG_STATE_HOME")}
        return self.home.environment() | own | {"TERM": "xterm-256color", "COLORTERM": "truecolor"}

    # What a user does.

    def type(self, keys: str) -> None:
        """Keys as in a mapping: `<CR>`, `<C-c>`; `<lt>` for `<`."""
        while keys:
            keys = keys[self.nvim.input(keys) :]
        self.pump()

    def command(self, line: str) -> None:
        self.nvim.command(line)

    def lua(self, code: str, *arguments: Any) -> Any:
        return self.nvim.exec_lua(code, *arguments)

    # What a user sees.

    def pump(self) -> None:
        """Takes in what Neovim has sent; asking it anything brings what it has drawn."""
        self.nvim.eval("0")
        session = self.nvim._session  # pynvim has no other way to take what is there without waiting
        while session._pending_messages:
            self._hear(session.next_message())

    def _hear(self, message: list[Any]) -> None:
        if message[0] == "notification" and message[1] == "redraw":
            self.grid.take(message[2])

    def until(self, condition: Callable[[], T | None], seconds: float = SECONDS, what: str = "") -> T:
        """The first true value of the condition."""
        stop = time.monotonic() + seconds
        while not (value := condition()):
            assert time.monotonic() < stop, f"waited in vain for {what or condition}:\n{self.grid.text}"
            _NEVER.wait(0.01)  # the processor is for Neovim between two looks
            self.pump()
        return value

    def sees(self, *texts: str, seconds: float = SECONDS) -> str:
        """Waits until all the texts stand on the screen."""
        self.until(lambda: all(text in self.grid.text for text in texts), seconds, f"{texts} on the screen")
        return self.grid.text

    def sees_no(self, text: str, seconds: float = SECONDS) -> str:
        self.until(lambda: text not in self.grid.text, seconds, f"{text!r} to leave the screen")
        return self.grid.text

    def buffer(self, filetype: str) -> list[str]:
        """The lines of the first buffer of this type."""
        code = """
        for _, buf in ipairs(vim.api.nvim_list_bufs()) do
          if vim.bo[buf].filetype == ... then return vim.api.nvim_buf_get_lines(buf, 0, -1, false) end
        end"""
        return self.lua(code, filetype) or []

    def messages(self) -> str:
        return self.nvim.command_output("messages")

    def log(self) -> str:
        found = sorted(self._place.rglob("sessiond.log"))
        return "".join(path.read_text(errors="replace") for path in found)

    # Its end.

    def quit(self) -> None:
        """Ends it in good order, and asserts that it has shown no error of Lua."""
        said, log = self.messages(), self.log()
        self.kill()
        assert "stack traceback" not in said, said
        assert "a defect in what handles" not in log, log

    def kill(self) -> None:
        if self.nvim is not None:
            nvim, self.nvim = self.nvim, None
            try:
                nvim.command("qall!", async_=True)
                nvim.run_loop(lambda *_: None, lambda *_: None)
            except (OSError, EOFError):
                pass  # it has ended, which closes its pipe
            nvim.close()

    @property
    def pid(self) -> int:
        return self.nvim.eval("getpid()")
