"""codeflash_syntax."""
