"""Whether a builtin's name still means the builtin."""

from __future__ import annotations

import builtins

from codeflash_rewrites.analysis.scope import bound_in_function, bound_in_module
from codeflash_rewrites.rule import Subject
from codeflash_syntax.parse import FunctionNode
from codeflash_syntax.signature import parameter_names


def is_builtin(subject: Subject, *names: str) -> bool:
    """Whether all names are builtins that neither the module nor a function around the target rebinds.

    A module may define its own ``len``: then no rule may speak of ``len``. Star imports are not looked into.

    Args:
        subject: The function in its module.
        names: Names such as ``"len"``.
    """
    if "rebound" not in subject.memo:
        subject.memo["rebound"] = _rebound(subject)
    hidden = subject.memo["rebound"]
    return all(hasattr(builtins, name) and name not in hidden for name in names)


def _rebound(subject: Subject) -> set[str]:
    hidden = {*bound_in_module(subject.module), *subject.parsed.declared_global}
    for owner in (*subject.site.owners, subject.function):
        if isinstance(owner, FunctionNode):
            hidden |= set(parameter_names(owner)) | bound_in_function(owner)
    return hidden
