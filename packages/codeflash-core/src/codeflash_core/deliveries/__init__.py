"""What happens to an accepted change; others register as ``codeflash.deliveries``."""
