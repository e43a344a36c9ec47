"""Exact conversion of units."""

from unittables.convert import convert, known

__all__ = ["convert", "known"]
