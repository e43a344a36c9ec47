"""Candidate sources that need nothing but the engine; others register as ``codeflash.sources``."""
