"""What a program that serves says of its own bugs."""

from __future__ import annotations

from codeflash_core.errors import ContractViolation
from codeflash_web.redaction import hide_secrets
from codeflash_web.tracebacks import places


def with_its_places(problem: Exception) -> ContractViolation:
    """Say where it happened, and no more: what an exception says may quote a credential.

    Args:
        problem: What nobody expected.
    """
    lines = [hide_secrets(str(problem)), *(f"  {place}" for place in places(problem))]
    return ContractViolation(
        f"a bug of ours: {type(problem).__name__}", "\n".join([*lines, "Please report it with these lines."])
    )
