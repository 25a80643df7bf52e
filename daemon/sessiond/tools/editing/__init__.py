"""The tools that change files: edit, write, patch."""
