"""One module per request that the worker answers, each with a function ``run``."""
