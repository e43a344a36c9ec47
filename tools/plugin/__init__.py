"""Assembles the Claude Code plugin: the language-agnostic base under each overlay, checked, always the same bytes."""
