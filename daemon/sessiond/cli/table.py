"""Columns of plain text for people; made for lists, not for programs (those take `--json`)."""

from collections.abc import Sequence


def table(rows: Sequence[Sequence[str]]) -> str:
    """Lines with aligned columns, the last one ragged. The first row is the head."""
    if not rows:
        return ""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)
    return "\n".join(lines)


def count(tokens: int | None) -> str:
    """`200000` as `200k`, `None` as a dash."""
    if tokens is None:
        return "-"
    return f"{tokens / 1000:.0f}k" if tokens >= 1000 else str(tokens)
