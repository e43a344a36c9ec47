"""Finds what could be optimized, by reading alone: nothing of the project is run."""
