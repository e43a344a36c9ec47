"""Which candidate to take."""
