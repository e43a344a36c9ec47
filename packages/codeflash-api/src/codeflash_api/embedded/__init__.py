"""A Postgres of our own for a service that nobody configured."""
