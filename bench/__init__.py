"""The project's own benchmarks: `python -m bench`, see README.md. Nothing in the product imports it."""
