"""Is the behaviour the same? Comparison of outcomes, seeded faults and the static gate."""
