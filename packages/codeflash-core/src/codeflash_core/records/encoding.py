"""Values to plain JSON and back; bytes go to a store of blobs beside the journal."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import cattrs
from cattrs.strategies import configure_tagged_union

from codeflash_core.model.verdict import Verdict
from codeflash_core.records.blobs import BlobStore


def make_converter(blobs: BlobStore | None = None) -> cattrs.Converter:
    """A converter for every value of the model.

    Args:
        blobs: Where bytes go; without one, bytes are left out (events, documents for people).
    """
    converter = cattrs.Converter(forbid_extra_keys=False)
    keep: Callable[[bytes], Any] = blobs.put if blobs else lambda data: {"bytes": len(data)}
    converter.register_unstructure_hook(bytes, keep)
    converter.register_unstructure_hook(Path, str)
    converter.register_structure_hook(Path, lambda value, _: Path(value))
    if blobs is not None:
        fetch = blobs.get
        converter.register_structure_hook(bytes, lambda value, _: fetch(value))
    configure_tagged_union(Verdict, converter, tag_name="verdict")
    return converter
