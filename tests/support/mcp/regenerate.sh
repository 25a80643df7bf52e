#!/bin/sh
# Pins the servers anew after a change of `package.json` or `requirements.in`; names no registry.
set -eu
cd "$(dirname "$0")"
npm install --package-lock-only --ignore-scripts --omit-lockfile-registry-resolved
python3 -m venv .pin
trap 'rm -rf .pin' EXIT
.pin/bin/pip install --quiet "uv>=0.13,<0.14"
.pin/bin/uv pip compile requirements.in --universal --python-version 3.11 --generate-hashes \
    --no-emit-index-url --no-emit-find-links --no-header --no-annotate --quiet "$@" -o requirements.txt
