"""`python editors/nvim/bench [DELTAS]`: how an answer of 50,000 deltas is drawn, in each Neovim with a screen attached.

Prints the worst pause of the main loop and the time beside that of receiving without drawing; exit code 1 on a miss.
"""

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]
sys.path.insert(0, str(ROOT / "tests"))

from support.daemon import Home  # noqa: E402 # the rigs of the tests are no package
from support.nvim import VERSIONS, Editor, neovim  # noqa: E402 # likewise

WORST_MS = 20.0
FACTOR = 2.0
RUNS = 3

MEASURE = """
local draws = ...
local uv = vim.uv
require("sessiond").attach()
local session = require("sessiond.session")
-- Everything is loaded and the engine runs before the clock does.
if draws then vim.cmd("Sessiond") end
local clock, last, pauses = uv.new_timer(), nil, {}
-- A pause is what Neovim itself computes between two looks at its input, in ms: others on the machine do not count.
local function spent()
  local used = uv.getrusage()
  return (used.utime.sec + used.stime.sec) * 1e3 + (used.utime.usec + used.stime.usec) / 1e3
end
function _G.begin()
  session.create({}, function(_, made)
    if draws then require("sessiond.chat").open({ session_id = made.id }) end
    local started, before = uv.hrtime(), spent()
    session.listen(function(change)
      for _, event in ipairs(change.events) do
        if event.type == "turn.ended" then _G.received = (uv.hrtime() - started) / 1e6 end
      end
    end)
    last = spent()
    clock:start(1, 1, function()
      local now = spent()
      pauses[#pauses + 1] = now - last
      last = now
    end)
    session.prompt(made.id, { text = "Go." })
    local function look()
      local chat = draws and require("sessiond.chat").conversation()
      local painter = require("sessiond.chat.text.painter")
      local whole = not draws or (chat and not chat.renderer.due and next(chat.renderer.dirty) == nil)
      if _G.received and whole and not _G.drawn then
        _G.drawn, _G.work = (uv.hrtime() - started) / 1e6, spent() - before
      end
      if _G.drawn and painter.idle() then
        clock:stop()
        _G.painted = (uv.hrtime() - started) / 1e6
        table.sort(pauses)
        _G.pauses = { worst = pauses[#pauses], p99 = pauses[math.ceil(#pauses * 0.99)] }
        return
      end
      vim.defer_fn(look, 20)
    end
    look()
  end)
end
"""
RESULT = """
local times = { drawn = _G.drawn, work = _G.work, painted = _G.painted }
return _G.pauses and vim.tbl_extend("error", _G.pauses, times)
"""


def measure(version: str, count: int, draws: bool) -> dict[str, Any]:
    """Milliseconds: `worst` and `p99` pause, `drawn` until all is on the screen, the `work` for it, `painted` until all
    is highlighted."""
    command = [sys.executable, str(Path(__file__).with_name("sender.py")), str(count)]
    with tempfile.TemporaryDirectory() as place:
        editor = Editor(neovim(version), Home(Path(place)), size=(120, 40), options={"cmd": command})
        with editor:
            editor.lua(MEASURE, draws)
            editor.until(lambda: not draws or editor.lua("return require('sessiond.engine').state().name == 'ready'"))
            editor.lua("_G.begin()")
            return editor.until(lambda: editor.lua(RESULT), seconds=120)


def best(version: str, count: int, draws: bool) -> dict[str, Any]:
    """Each figure's best of three runs: what others on the machine add is no property of the plugin."""
    runs = [measure(version, count, draws) for _ in range(RUNS)]
    return {name: min(run[name] for run in runs) for name in runs[0]}


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    missed = False
    sys.stderr.write(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}\n")
    print("| Neovim | worst pause | 99 of 100 | received | drawn | factor | work | all highlighted |")
    print("|---|---|---|---|---|---|---|---|")
    for version in VERSIONS:
        bare = best(version, count, draws=False)
        full = best(version, count, draws=True)
        factor = full["drawn"] / bare["drawn"]
        missed |= full["worst"] > WORST_MS or factor > FACTOR
        print(
            f"| {version} | {full['worst']:.1f} ms | {full['p99']:.1f} ms | {bare['drawn']:.0f} ms "
            f"| {full['drawn']:.0f} ms | {factor:.2f} | {full['work'] / bare['work']:.2f} | {full['painted']:.0f} ms |",
            flush=True,
        )
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
