"""Where work runs. The local host is here; others register as ``codeflash.hosts``."""
