"""``python -m codeflash_lsp`` is ``codeflash-lsp``."""

from codeflash_lsp.main import main

if __name__ == "__main__":
    raise SystemExit(main())
