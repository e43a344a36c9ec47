"""``python -m codeflash_github_app`` is ``codeflash-github-app``."""

from codeflash_github_app.main import main

if __name__ == "__main__":
    raise SystemExit(main())
