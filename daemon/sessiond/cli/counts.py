"""Counts on a command line: whole numbers within bounds, or a refusal that names those."""

import argparse
from collections.abc import Callable


def count(fewest: int, most: int) -> Callable[[str], int]:
    """For argparse's `type`."""

    def parsed(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = fewest - 1
        if not fewest <= number <= most:
            raise argparse.ArgumentTypeError(f"{fewest} to {most}, not {text!r}")
        return number

    return parsed
