"""What a process has used so far, as Linux counts it."""

import os
import time
from pathlib import Path


def resident_mb(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise ProcessLookupError(pid)


def cpu_us(*pids: int) -> float:
    """Time on a core of all their threads, in µs; exact, where `stat` counts in ticks of 10 ms."""
    times = (task / "schedstat" for pid in pids for task in Path(f"/proc/{pid}/task").iterdir())
    return sum(int(time.read_text().split()[0]) for time in times) / 1000


def written_bytes(pid: int) -> tuple[int, int]:
    """Bytes given to `write`, pipes included, and bytes of storage made dirty, in whole pages."""
    counts = dict(line.split(": ") for line in Path(f"/proc/{pid}/io").read_text().splitlines())
    return int(counts["wchar"]), int(counts["write_bytes"])


def synced(file: Path) -> float:
    """Milliseconds that it takes to append 4 KB to a file and have it on the disk."""
    with file.open("ab", buffering=0) as stream:
        stream.write(b"x" * 4096)
        began = time.monotonic()
        os.fdatasync(stream.fileno())
        return (time.monotonic() - began) * 1000
