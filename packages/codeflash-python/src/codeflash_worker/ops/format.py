"""Runs the project's formatter on a text: it is a program of the target's environment, so it runs here."""

from __future__ import annotations

import os
import subprocess
from typing import Any, Dict, List, Tuple

from codeflash_worker.state import Refusal, State


def run(state: State, request: Dict[str, Any], blobs: List[bytes]) -> Tuple[Dict[str, Any], List[bytes]]:
    """Format the attached text.

    The request holds ``command`` (it reads standard input and writes standard output) and ``seconds``.

    Raises:
        Refusal: ``formatter`` when it is missing, fails or takes too long.
    """
    try:
        done = subprocess.run(
            [str(word) for word in request["command"]],
            input=blobs[0],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=state.root or None,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"},
            timeout=float(request.get("seconds", 20.0)),
            check=True,
        )
    except (OSError, subprocess.SubprocessError) as problem:
        raise Refusal("formatter", str(problem)) from None
    return {}, [done.stdout]
