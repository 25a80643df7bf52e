"""What the words of one command say: what it runs, reads, writes, and whether it only reads."""
