"""Scores the whole system on templates and real repositories."""
