"""The tools that look: files, directories, searches, diagnostics."""
