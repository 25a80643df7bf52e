"""Whether giving a variable a value can change what a command runs."""

from sessiond.permission.shell.commands.tables.environment import (
    DANGEROUS,
    HARMLESS,
    HARMLESS_PAGERS,
    HARMLESS_VALUE,
    PAGERS,
)
from sessiond.permission.shell.words import Word


def harmless_for_programs(name: str, value: Word | None) -> bool:
    """Of a variable that programs see: before a command, exported, or given to `env`. Only listed ones are."""
    if value is None or not value.literal:
        return False
    if PAGERS.fullmatch(name):
        return value.text in HARMLESS_PAGERS
    return bool(HARMLESS.fullmatch(name) and HARMLESS_VALUE.fullmatch(value.text))


def harmless_for_the_shell(name: str, value: Word | None) -> bool:
    """Of a variable of the shell: programs see it only if it was exported before. All but known ones are."""
    return not DANGEROUS.fullmatch(name) or harmless_for_programs(name, value)
