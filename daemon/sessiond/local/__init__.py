"""A small real model on this machine: its weights, and the server that answers with it.

Called by `cli/` and `app.py`; imports the config room and prompts only, and knows nothing of sessions.
"""
