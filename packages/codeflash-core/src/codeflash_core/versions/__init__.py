"""Two versions of a project, measured against each other on the project's own benchmarks."""
