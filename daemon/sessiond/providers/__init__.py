"""Models: one contract in `base.py`, an adapter for each API, and the catalogue of what they can and cost."""
