"""Shows the arguments of kept calls as a person would write them."""

from __future__ import annotations

from typing import Any, Dict, List, Tuple

from codeflash_worker.payload import Unkeepable, load_as_kept
from codeflash_worker.state import State
from codeflash_worker.written import NAMED, Writer, call_text


def run(state: State, request: Dict[str, Any], blobs: List[bytes]) -> Tuple[Dict[str, Any], List[bytes]]:
    """Answer ``calls``: one text for each attached input.

    ``odd`` holds for each the types of what can't be written as Python, ``cut`` whether something was left out.
    With ``times`` that many times as much is written.
    """
    qualname = request["target"]["qualname"]
    calls, odd, cut = [], [], []
    for number, blob in enumerate(blobs):
        state.progress(number)
        writer = Writer(state.root, int(request.get("times", 1)))
        try:
            args, kwargs = load_as_kept(blob)
        except Unkeepable as error:
            calls.append("%s(<%s>)" % (qualname, error.reason))
            odd.append(["what does not load here"])
            cut.append(False)
            continue
        calls.append(call_text(qualname, args, kwargs, writer))
        odd.append(writer.odd[:NAMED])
        cut.append(writer.cut)
    return {"calls": calls, "odd": odd, "cut": cut}, []
