"""Prompts are files; this renders them."""
