"""Scripted models on a loopback address, for tests that drive real coding agents without a network or a key.

`script.py` says what a model does; `messages.py` speaks Anthropic Messages and `responses.py` OpenAI Responses.

`github.py` speaks GitHub's REST API to a person's token, `app_github.py` to an app, with git over HTTP.
"""
