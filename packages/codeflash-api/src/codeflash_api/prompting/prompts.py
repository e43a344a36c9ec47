"""Renders the prompts of the features from files.

A prompt is a pair of files in its feature's folder: ``<feature>/prompts/<name>.system.jinja`` says who the model is and
how it answers, ``<name>.user.jinja`` what is to be done now. Rules for those who write them:

- Whatever comes from a user goes through ``| fenced("what it is")``, or, in the middle of a sentence, ``| inline``.
  Numbers need neither. Anything else that is printed is refused, so that nothing slips through unmarked.
- Our own words that are made by code, such as hints, are given as ``Trusted``.
- Every name that the files use has to be given, and nothing else.
- The note that tells the model what the delimiters mean is added by itself.
- Pieces that several prompts share stand in ``prompting/shared/`` and are included as ``"shared/<name>.jinja"``.
"""

from __future__ import annotations

import importlib.resources
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from attrs import field, frozen

from codeflash_api.feature import Feature
from codeflash_api.llm.model import Message, Prompt
from codeflash_api.prompting.fence import Trusted
from codeflash_api.prompting.library import Library, PromptProblem

__all__ = ["FOLDERS", "LIBRARY", "PromptProblem", "Rendered", "Trusted", "inputs_of", "render", "version_of"]

FOLDERS: Mapping[Feature, str] = MappingProxyType(
    {
        Feature.OPTIMIZE: "optimization",
        Feature.OPTIMIZE_LINE_PROFILER: "optimization",
        Feature.TESTGEN: "testgen",
        Feature.TESTGEN_REVIEW: "testreview",
        Feature.TESTGEN_REPAIR: "testgen",
        Feature.REFINEMENT: "refinement",
        Feature.CODE_REPAIR: "repair",
        Feature.ADAPTIVE_OPTIMIZE: "adaptive",
        Feature.RANK: "ranking",
        Feature.EXPLAIN: "explanation",
        Feature.OPTIMIZATION_REVIEW: "review",
        Feature.LOG_FEATURES: "features",
        Feature.WORKFLOW_GEN: "workflow",
    }
)
"""The folder of each feature, whose ``prompts/`` holds its files."""

LIBRARY = Library(importlib.resources.files("codeflash_api"))
"""The prompts that come with the service."""


@frozen
class Rendered:
    """A prompt's two texts.

    Attributes:
        feature: What it is for.
        system: The system text, with the note about the delimiters.
        user: The user's turn.
        version: ``<name>-<hash of the files>``: kept with the exchange.
    """

    feature: Feature
    system: str = field(repr=False)
    user: str = field(repr=False)
    version: str

    def prompt(self, *, max_tokens: int = 8_000, temperature: float | None = None) -> Prompt:
        """The request that is put to a model.

        Args:
            max_tokens: Most tokens of the answer.
            temperature: Sampling temperature, or None to leave it to the model.
        """
        turns = (Message("user", self.user),)
        return Prompt(self.feature, self.version, self.system, turns, max_tokens, temperature)


def render(feature: Feature, name: str, /, **inputs: Any) -> Rendered:
    """Renders one prompt of a feature.

    Args:
        feature: Whose prompt.
        name: The files' name before ``.system.jinja`` and ``.user.jinja``.
        inputs: What the files name: texts, numbers, attrs values, sequences of them.

    Raises:
        PromptProblem: There is no such file, an input is missing, superfluous, or printed unfenced.
    """
    system, user = LIBRARY.rendered(FOLDERS[feature], name, inputs)
    return Rendered(feature, system, user, version_of(feature, name))


def inputs_of(feature: Feature, name: str) -> frozenset[str]:
    """The names that have to be given to a prompt.

    Raises:
        PromptProblem: There is no such file, or it can't be read.
    """
    return LIBRARY.inputs(FOLDERS[feature], name)


def version_of(feature: Feature, name: str) -> str:
    """A prompt's version: its name and a hash of its files and of what they share.

    Raises:
        PromptProblem: There is no such file, or it can't be read.
    """
    return f"{name}-{LIBRARY.digest(FOLDERS[feature], name)}"
