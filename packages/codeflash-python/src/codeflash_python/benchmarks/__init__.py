"""The project's own benchmarks, run by the worker."""
