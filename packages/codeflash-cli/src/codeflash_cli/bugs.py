"""What a bug of ours looks like to the one who meets it."""

from __future__ import annotations

from codeflash_core.errors import ContractViolation


def reported(problem: Exception) -> ContractViolation:
    """Say that it is ours to mend, and keep the details in a file."""
    import tempfile
    import traceback

    details = "".join(traceback.format_exception(problem))
    known = isinstance(problem, ContractViolation)
    message = problem.message if isinstance(problem, ContractViolation) else str(problem)
    told = f"a bug of ours: {'' if known else type(problem).__name__ + ': '}{message}"
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="codeflash-bug-", suffix=".txt", delete=False, encoding="utf-8", errors="replace"
        ) as file:
            file.write(details)
    except OSError:
        return ContractViolation(told, details)
    return ContractViolation(told, f"Please report it with {file.name}; your files are untouched.")
