"""Texts as editors hold them: positions, documents, and the pieces of a module."""
