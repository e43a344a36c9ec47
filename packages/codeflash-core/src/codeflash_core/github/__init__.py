"""GitHub's HTTP API: pull requests and what has to be known before one is opened. Values in, values out."""
