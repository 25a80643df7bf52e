"""How the tools that look search: ripgrep as a process, what it prints, and patterns of paths."""
