"""Bytes in words, for people."""


def in_words(size: int) -> str:
    """`0 B`, `12 kB`, `3.4 MB`."""
    if size < 1000:
        return f"{size} B"
    for unit, factor in (("kB", 1e3), ("MB", 1e6), ("GB", 1e9)):
        if size < 1000 * factor or unit == "GB":
            return f"{size / factor:.1f} {unit}"
    return f"{size} B"
