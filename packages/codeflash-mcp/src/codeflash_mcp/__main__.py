"""``python -m codeflash_mcp`` is ``codeflash-mcp``."""

from codeflash_mcp.main import main

if __name__ == "__main__":
    raise SystemExit(main())
