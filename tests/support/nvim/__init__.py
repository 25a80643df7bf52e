"""Real Neovims under test: two versions, the plugin in them, keys typed and the screen read; beside the real daemon.

`tests/editors/nvim/conftest.py` has the fixtures. Needs the dev dependency `pynvim`, and the network once.
"""

from support.nvim.editor import Editor
from support.nvim.grid import Grid
from support.nvim.versions import VERSIONS, neovim

__all__ = ["VERSIONS", "Editor", "Grid", "neovim"]
