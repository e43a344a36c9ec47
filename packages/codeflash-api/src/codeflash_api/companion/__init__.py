"""The companion API: keys, code hashes, pull requests."""
