"""Turns what a worker recorded into a corpus; nothing it says is taken on trust."""
