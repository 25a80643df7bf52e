"""What a model can do: one contract in `base.py`, one file a tool."""
