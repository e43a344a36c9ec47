"""codeflash_python."""
