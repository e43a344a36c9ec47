"""The engine in an editor, over the Language Server Protocol."""

__version__ = "0.1.0"
