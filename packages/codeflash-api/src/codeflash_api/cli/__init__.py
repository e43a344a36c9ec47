"""The command codeflash-api."""
