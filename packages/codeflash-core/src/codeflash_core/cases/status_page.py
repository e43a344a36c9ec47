"""``status.md`` of a case: the order of the work, for people. Tables of machines and notes are added beneath it."""

from __future__ import annotations

TEMPLATE = """# Status of {title}

## Order of work

Each optimization goes through these steps, on a branch of its own. `codeflash case status {title}` says which is next.

1. Change one thing on a branch `perf/DESCRIPTION`; say in the commit's message why it is faster.
2. Run the tests locally.
3. Push the branch to the fork.
4. Measure it on the virtual machine against the commit that it began at.
5. Record the result, whether it is a gain or not.
6. Open the pull request.

## Notes

(What others have to know: who reviews, what was agreed with the maintainers.)
"""
