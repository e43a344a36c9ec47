"""The next step after a chain of candidates."""
