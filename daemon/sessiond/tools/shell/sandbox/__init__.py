"""The sandbox of shell commands: bubblewrap, on Linux."""
