"""A server on the official SDK, which speaks the protocol of 2026: `launch.py` starts it for a test."""
