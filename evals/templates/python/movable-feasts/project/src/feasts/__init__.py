"""Movable feasts and working days."""

from feasts.days import feasts_of, working_days

__all__ = ["feasts_of", "working_days"]
