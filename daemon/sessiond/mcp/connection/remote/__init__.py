"""Servers that are reached by HTTP: streamable HTTP, and SSE as it was before."""
