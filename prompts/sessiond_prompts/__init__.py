"""The texts that models read, as files: `system/*.md` and `tools/*.md`. No code beside this."""
