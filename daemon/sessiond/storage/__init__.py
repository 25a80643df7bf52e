"""The log on disk: `base.py` says what a store promises, the SQLite store does it."""
