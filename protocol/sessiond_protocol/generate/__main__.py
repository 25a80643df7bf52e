"""`python -m sessiond_protocol.generate`: writes the schema files beside the types they are made from."""

import sys
from pathlib import Path

import sessiond_protocol
from sessiond_protocol.generate import schema_files


def main() -> None:
    folder = Path(sessiond_protocol.__file__).parent / "schema"
    for name, text in schema_files().items():
        folder.joinpath(name).write_text(text, encoding="utf-8", newline="\n")
        sys.stderr.write(f"wrote {name}\n")


if __name__ == "__main__":
    main()
