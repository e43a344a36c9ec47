"""Frozen values that travel between the stages. No input or output happens here."""
