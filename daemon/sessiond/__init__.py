"""The session engine: a long-lived process that holds conversations with models for editors."""

__version__ = "0.1.0"
