"""The tools, one file each; each docstring is what a model reads."""
