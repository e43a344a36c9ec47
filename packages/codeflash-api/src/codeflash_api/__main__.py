"""``python -m codeflash_api``."""

from __future__ import annotations

import sys

from codeflash_api.main import main

sys.exit(main())
