"""Coding agents as command line programs: how each is found, confined, asked and understood."""
