"""codeflash_worker."""
