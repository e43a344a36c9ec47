"""The project's own formatter, applied to changed lines only."""
