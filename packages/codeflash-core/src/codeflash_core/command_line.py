"""Reading the words of a command: as :mod:`argparse` does, with errors that go through the door."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NoReturn, TypeVar

from codeflash_core.errors import UsageError

T = TypeVar("T")


class CommandParser(argparse.ArgumentParser):
    """A parser that raises where :mod:`argparse` would end the process, and names what was probably meant."""

    def __init__(self, *values: Any, **options: Any) -> None:
        # An abbreviation would mean something else as soon as there is another option.
        super().__init__(*values, **{"allow_abbrev": False, **options})

    def error(self, message: str) -> NoReturn:
        """Refuse the words.

        Raises:
            UsageError: Always.
        """
        raise UsageError(message, f"See: {self.prog} --help")

    def parse_args(self, args: Sequence[str] | None = None, namespace: Any = None) -> Any:  # type: ignore[override]
        """The options.

        Raises:
            UsageError: The words can't be read.
        """
        words = bound_numbers(args or ())
        options, odd = self.parse_known_args(words, namespace)
        parser = self._of(words)
        if odd:
            parser._refuse_odd(odd)
        below = parser._below()
        if below:
            parser.error(f"a command is wanted: {_either(below)}")
        return options

    def _below(self) -> dict[str, CommandParser]:
        for action in self._actions:
            if isinstance(action, argparse._SubParsersAction):
                return dict(action.choices)
        return {}

    def _of(self, words: Iterable[str]) -> CommandParser:
        """The parser of the command that the words name."""
        parser = self
        for word in words:
            parser = parser._below().get(word, parser)
        return parser

    def _refuse_odd(self, odd: Sequence[str]) -> NoReturn:
        option = next((word.partition("=")[0] for word in odd if word.startswith("-") and word != "-"), None)
        if option is None:
            self.error(f"nothing more was expected: {' '.join(odd)}")
        raise UsageError(
            f"{self.prog} has no option {option}",
            _nearest(option, self._option_string_actions) or f"See: {self.prog} --help",
        )

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is None or value in action.choices:
            return
        known = [str(each) for each in action.choices]
        name = (
            "" if isinstance(action, argparse._SubParsersAction) else f"{'/'.join(action.option_strings)}: "
        )
        raise UsageError(
            f"{name}{_either(known)} is wanted, not {value}",
            _nearest(str(value), known) or f"See: {self.prog} --help",
        )


def bound_numbers(words: Iterable[str]) -> list[str]:
    """The words with negative numbers bound to the option before them: ``--budget -5s`` names no option ``-5s``."""
    bound: list[str] = []
    for word in words:
        if bound and re.match(r"-[\d.]", word) and re.fullmatch(r"--[a-z-]+", bound[-1]):
            bound[-1] += f"={word}"
        else:
            bound.append(word)
    return bound


def asks_for_json(words: Iterable[str]) -> bool:
    """Whether the words ask for one JSON document, whether or not they can be read otherwise."""
    for word in words:
        if word in ("--json", "--"):
            return word == "--json"
    return False


def read_by(parse: Callable[[str], T]) -> Callable[[str], T]:
    """A parser of texts as the ``type`` of an option, so that the message names the option."""

    def read(text: str) -> T:
        try:
            return parse(text)
        except UsageError as problem:
            raise argparse.ArgumentTypeError(problem.message) from None

    return read


def _either(words: Iterable[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} or {last}" if most else last


def _nearest(word: str, known: Iterable[str]) -> str:
    import difflib

    near = difflib.get_close_matches(word, list(known), 1)
    return f"Did you mean {near[0]}?" if near else ""
