"""Run as ``python tools/plugin build`` or ``python tools/plugin new-language NAME``."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path

# The folder itself is first on the path; the package stands beside it.
sys.path[0] = str(Path(__file__).resolve().parent.parent)
sys.exit(import_module("plugin.command").main())
