"""The stages of the language port, each made of the rooms it needs."""
