"""Keeper of state, owner of turns: the record, the fold, who listens, and what a crash has left."""
