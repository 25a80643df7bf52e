"""Files as a session sees them: their text in whatever form it is stored, read and changed safely."""
