"""The engine on a team's pull requests: a GitHub app."""

__version__ = "0.1.0"
