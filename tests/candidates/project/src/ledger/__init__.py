"""Bookkeeping of a small club."""
