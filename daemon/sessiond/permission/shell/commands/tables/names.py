"""How the tables are written: names in a text, separated by blanks. Used by the tables only."""


def names(text: str) -> tuple[str, ...]:
    return tuple(text.split())
