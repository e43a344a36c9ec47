"""codeflash_core."""
