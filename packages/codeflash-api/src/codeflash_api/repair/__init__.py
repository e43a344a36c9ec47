"""Candidates whose behaviour differs, mended."""
