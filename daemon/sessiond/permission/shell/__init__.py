"""What a shell command would run, read and write, found without running it."""
