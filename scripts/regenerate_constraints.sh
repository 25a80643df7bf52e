#!/bin/sh
# Pins everything that is installed, with hashes, for every platform; names no registry.
# Run it after a change of dependencies: `sh scripts/regenerate_constraints.sh`; `--upgrade` takes newer releases.
set -eu
cd "$(dirname "$0")/.."
python3 -m venv .pin
trap 'rm -rf .pin' EXIT
.pin/bin/pip install --quiet "uv>=0.13,<0.14"
.pin/bin/uv pip compile pyproject.toml --all-extras --group dev --universal --python-version 3.11 \
    --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --no-annotate --quiet "$@" -o constraints.txt
