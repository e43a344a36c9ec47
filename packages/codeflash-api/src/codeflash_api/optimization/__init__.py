"""Faster versions of a function, from its code or its line profile."""
