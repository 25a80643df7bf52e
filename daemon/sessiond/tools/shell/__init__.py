"""The `bash` tool, its processes and their sandbox."""
