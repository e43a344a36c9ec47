"""Optimizations under way."""
