"""A library of prompt files: finds them, reads them, renders them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from codeflash_api.prompting.fence import NOTE, Fence, Safe, fence_for, inline
from codeflash_core.errors import ContractViolation

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from jinja2 import Environment, nodes
    from jinja2.runtime import Context

_FENCE = "fence_"
_ROLES = ("system", "user")
_SUFFIX = ".jinja"


class PromptProblem(ContractViolation):
    """A prompt's file or the inputs given to it are wrong."""


class Library:
    """The prompt files below one folder; each is read and compiled once.

    Args:
        root: The folder that holds ``<folder>/prompts/`` and ``prompting/shared/``.
    """

    def __init__(self, root: Traversable) -> None:
        self._root = root
        self._texts: dict[str, str | None] = {}
        self._closures: dict[tuple[str, str], dict[str, str]] = {}

    def rendered(self, folder: str, name: str, inputs: Mapping[str, Any]) -> tuple[str, str]:
        """The system text and the user's turn of a prompt.

        Args:
            folder: The feature's folder.
            name: The files' name before ``.system.jinja``.
            inputs: All that the files name, and nothing else.

        Raises:
            PromptProblem: There is no such file, an input is missing, superfluous, or printed unfenced.
        """
        wanted = self.inputs(folder, name)
        if wanted != set(inputs):
            missing, superfluous = sorted(wanted - set(inputs)), sorted(set(inputs) - wanted)
            raise PromptProblem(f"prompt {name}: inputs missing: {missing}, not known: {superfluous}")
        gathered = Fence()
        for role in _ROLES:
            self._rendered(_file(folder, name, role), inputs, gathered)
        fence = fence_for(gathered.material)
        system, user = (self._rendered(_file(folder, name, role), inputs, fence) for role in _ROLES)
        return (f"{system}\n\n{fence.note}" if fence.material else system), user

    def inputs(self, folder: str, name: str) -> frozenset[str]:
        """The names that have to be given to a prompt.

        Raises:
            PromptProblem: There is no such file, or it can't be read.
        """
        from jinja2 import meta

        names: set[str] = set()
        for file in self._closure(folder, name):
            names |= meta.find_undeclared_variables(self._parsed(file))
        return frozenset(names)

    def digest(self, folder: str, name: str) -> str:
        """A hash of a prompt's files, of what they include, and of the note that is added.

        Raises:
            PromptProblem: There is no such file, or it can't be read.
        """
        digest = hashlib.sha256(NOTE.encode())
        for file, source in sorted(self._closure(folder, name).items()):
            digest.update(f"\0{file}\0{source}".encode())
        return digest.hexdigest()[:12]

    def names(self, folder: str) -> tuple[str, ...]:
        """The names of all prompts in a feature's folder."""
        place = self._root / folder / "prompts"
        ends = tuple(f".{role}{_SUFFIX}" for role in _ROLES)
        files = [each.name for each in place.iterdir() if each.name.endswith(ends)] if place.is_dir() else []
        return tuple(sorted({file.rsplit(".", 2)[0] for file in files}))

    def _rendered(self, file: str, inputs: Mapping[str, Any], fence: Fence) -> str:
        from jinja2 import TemplateError

        try:
            return self._environment.get_template(file).render({**inputs, _FENCE: fence}).strip()
        except TemplateError as problem:
            raise PromptProblem(f"{file}: {type(problem).__name__}: {problem}") from problem

    def _closure(self, folder: str, name: str) -> dict[str, str]:
        """The texts of a prompt's files and of all that they include, by name."""
        from jinja2 import meta

        if (folder, name) in self._closures:
            return self._closures[folder, name]
        found: dict[str, str] = {}
        waiting = [_file(folder, name, role) for role in _ROLES]
        while waiting:
            file = waiting.pop()
            parsed = self._parsed(file)
            found[file] = self._read(file) or ""
            included = meta.find_referenced_templates(parsed)
            waiting.extend(each for each in included if each is not None and each not in found)
        self._closures[folder, name] = found
        return found

    def _parsed(self, file: str) -> nodes.Template:
        from jinja2 import TemplateError

        source = self._read(file)
        if source is None:
            raise PromptProblem(f"there is no prompt file {file}")
        try:
            return self._environment.parse(source)
        except TemplateError as problem:
            raise PromptProblem(f"{file}: {problem}") from problem

    def _read(self, file: str) -> str | None:
        if file not in self._texts:
            start = self._root / "prompting" if file.startswith("shared/") else self._root
            place = start.joinpath(*file.split("/"))
            self._texts[file] = place.read_text(encoding="utf-8") if place.is_file() else None
        return self._texts[file]

    @cached_property
    def _environment(self) -> Environment:
        from jinja2 import Environment, FunctionLoader, StrictUndefined, pass_context

        @pass_context
        def fenced(context: Context, text: str, label: str) -> Safe:
            fence: Fence = context[_FENCE]
            return fence.wrap(str(text), label)

        environment = Environment(
            loader=FunctionLoader(self._read),
            undefined=StrictUndefined,
            finalize=_only_safe,
            autoescape=False,  # prompts are no HTML; `finalize` refuses what is not marked
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        environment.filters["fenced"] = fenced
        environment.filters["inline"] = inline
        return environment


def _file(folder: str, name: str, role: str) -> str:
    return f"{folder}/prompts/{name}.{role}{_SUFFIX}"


def _only_safe(value: object) -> object:
    from jinja2 import Undefined

    if isinstance(value, Safe | int | float | Undefined):
        return value  # printing what is undefined raises
    raise PromptProblem(f"a template prints a {type(value).__name__} that is neither fenced nor inline")
