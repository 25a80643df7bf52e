"""From the text of a line to its statements, commands and words."""
