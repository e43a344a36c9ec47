"""Branches and pull requests of recorded changes: what may be opened, what it says, and that it is opened once."""
