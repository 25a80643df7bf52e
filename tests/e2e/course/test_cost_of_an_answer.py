"""What an answer costs on the wire and on the disk grows with the answer, and not with its square."""

from pathlib import Path

from support.daemon import Daemon, Home

PIECE = "0123456789"


def written(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


async def cost(daemon: Daemon, home: Home, pieces: int) -> tuple[int, int]:
    """Bytes read by the client, and kept on the disk, of an answer of so many deltas."""
    home.play({"text": PIECE, "repeat": pieces, "deltasPerSecond": 4000})
    session_id = await daemon.create()
    read, kept = daemon.bytes_read, written(home.data)
    await daemon.chat(session_id, seconds=60)
    return daemon.bytes_read - read, written(home.data) - kept


async def test_ten_times_the_answer_costs_ten_times_as_much(home: Home) -> None:
    async with Daemon(home) as daemon:
        await daemon.chat(await daemon.create())
        short, long = await cost(daemon, home, 1_000), await cost(daemon, home, 10_000)

    text = 10_000 * len(PIECE)
    assert long[0] < 15 * short[0]
    assert long[1] < 6 * text  # the log, its index of words, and what SQLite writes ahead


async def test_ids_of_a_client_are_names_and_never_paths(home: Home) -> None:
    async with Daemon(home) as daemon:
        session_id = await daemon.create(idempotencyKey="../../../key")
        await daemon.chat(session_id, messageId="../../../../message")
        messages = await daemon.messages(session_id)

    assert messages[0]["id"] == "../../../../message"
    assert [path for path in home.place.rglob("*") if path.name.startswith(("key", "message"))] == []
    assert not (home.place.parent / "message").exists()
