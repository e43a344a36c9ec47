"""The interpreter's own parser, one thread at a time.

Everything that parses or compiles Python text goes through here or through ``codeflash_syntax.parse``, which takes the
same lock; ``tools/check_layout.py`` sees to it.
"""

from __future__ import annotations

import threading
import warnings

# Python 3.11 counts the depth of the tree that it builds once for all threads, and the garbage collector may let another
# one go on in the middle: both then fail with SystemError. The same goes for the filters of warnings.
ONE_AT_A_TIME = threading.RLock()


def compiles(source: str) -> bool:
    """Tells whether the text compiles to a module (``ast.parse`` alone accepts ``return`` outside a function)."""
    try:
        with ONE_AT_A_TIME, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(source, "<candidate>", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
