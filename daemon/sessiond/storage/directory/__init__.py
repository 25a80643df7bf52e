"""The data directory itself: whether its file system will do, and which engine owns it."""
