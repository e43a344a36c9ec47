"""``python -m codeflash_cli`` is ``codeflash``."""

from codeflash_cli.main import main

if __name__ == "__main__":
    raise SystemExit(main())
