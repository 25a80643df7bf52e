"""One server from its first start to its end: `supervised.py` keeps it, `link.py` is one connection to it."""
