"""Postgres for programs that serve."""

__version__ = "0.1.0"
