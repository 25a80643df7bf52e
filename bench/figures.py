"""A measured figure, what it is held against, and the table of them."""

from collections.abc import Sequence
from typing import Literal, NamedTuple


class Figure(NamedTuple):
    """`floor`: the same of the bare pipe, in the same run. `target`: at most this, or at least with `more`."""

    name: str
    value: float
    unit: str
    target: float | None = None
    floor: float | None = None
    better: Literal["less", "more"] = "less"

    @property
    def verdict(self) -> str:
        if self.target is None:
            return ""
        met = self.value <= self.target if self.better == "less" else self.value >= self.target
        return "ok" if met else "MISS"


def table(figures: Sequence[Figure]) -> str:
    """Markdown."""
    rows = [("measure", "measured", "target", "", "bare pipe", "ratio")] + [_row(figure) for figure in figures]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines = [" | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    lines.insert(1, " | ".join("-" * width for width in widths))
    return "\n".join(f"| {line} |" for line in lines)


def _row(figure: Figure) -> tuple[str, ...]:
    sign = "≤" if figure.better == "less" else "≥"
    return (
        figure.name,
        f"{_short(figure.value)} {figure.unit}",
        "" if figure.target is None else f"{sign} {_short(figure.target)}",
        figure.verdict,
        "" if figure.floor is None else _short(figure.floor),
        "" if not figure.floor else f"{figure.value / figure.floor:.1f}x",
    )


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
