"""codeflash_cli."""
