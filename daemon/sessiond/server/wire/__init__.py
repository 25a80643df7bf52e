"""Bytes and JSON-RPC: descriptors, framings, envelopes. Knows no session."""
