"""``python -m codeflash_evals``."""

from codeflash_evals.main import entry

entry()
