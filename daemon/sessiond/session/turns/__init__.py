"""Turns: what a prompt becomes, what a turn is made with, and the tasks of those that run."""
