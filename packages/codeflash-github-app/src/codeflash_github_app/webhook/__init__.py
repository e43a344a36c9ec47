"""Receives GitHub's deliveries: proven, read, stored, and answered at once."""
