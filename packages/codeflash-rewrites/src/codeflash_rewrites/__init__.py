"""codeflash_rewrites."""
