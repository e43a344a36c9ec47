"""Scripted models on a loopback address, for tests that drive real coding agents without a network or a key.

`script.py` says what a model does; `messages.py` speaks Anthropic Messages and `responses.py` OpenAI Responses.
"""
