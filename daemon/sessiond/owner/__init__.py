"""Whose a data directory is: finds its engine, starts one where none runs, and holds the lock of the one that does.

Of the standard library alone, and little of it: a pipe imports this each time an editor starts.
"""
