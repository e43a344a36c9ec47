"""Runs inside the target's interpreter: standard library only, Python 3.9 and later.

It is copied to a folder of its own and started there; nothing else of ours is on the target's path.
"""

from __future__ import annotations

PROTOCOL = 1
"""Version of the requests and answers; both ends must agree."""
