"""Code as it travels on the wire: Markdown blocks, flat files, candidates, contexts."""
