"""The ``codeflash`` command."""

__version__ = "0.1.0"
