"""A Postgres of our own for a program that nobody configured."""
