"""Figures out of what was observed; pure."""
