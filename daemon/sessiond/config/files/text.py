"""Reads the text of a settings file, which may come from a stranger's repository: only regular files of a sane size."""

from pathlib import Path

from sessiond.config.errors import ConfigError

MAX_FILE_BYTES = 1024 * 1024


def read_text(file: Path) -> str:
    """The file's text; empty when there is no such file. Raises ConfigError."""
    try:
        if not file.is_file():
            return ""
        with file.open("rb") as stream:
            raw = stream.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise ConfigError(f"{file}: cannot be read ({error.strerror}). Make it readable or remove it.") from error
    if len(raw) > MAX_FILE_BYTES:
        raise ConfigError(f"{file}: larger than {MAX_FILE_BYTES // 1024} KiB; that is no settings file.")
    try:
        return raw.decode()
    except UnicodeDecodeError as error:
        raise ConfigError(f"{file}: not UTF-8 (byte {error.start}). Save it as UTF-8.") from error
