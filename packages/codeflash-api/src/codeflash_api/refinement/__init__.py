"""Smaller and faster versions of a winner."""
