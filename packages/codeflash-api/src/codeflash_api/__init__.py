"""The AI service: candidates, tests, explanations and reviews over HTTP."""

__version__ = "0.1.0"
