"""No delivery takes a change whose proof is not whole."""

from __future__ import annotations

from collections.abc import Sequence

from codeflash_core.errors import DeliveryError
from codeflash_core.model.decision import TargetResult
from codeflash_core.model.parts import off_sentence


def refuse_partial_proof(results: Sequence[TargetResult]) -> None:
    """Stop before anything is written.

    Raises:
        DeliveryError: Parts of the proof were off for one of the results.
    """
    for result in results:
        if result.without:
            raise DeliveryError(
                f"{result.target}: {off_sentence(result.without)}", "Judge it again with the whole proof."
            )
