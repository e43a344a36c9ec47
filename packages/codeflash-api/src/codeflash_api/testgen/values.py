"""Writes expressions for values of a known shape: the same shape and scenario always give the same text."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Literal

from attrs import evolve, frozen

from codeflash_api.testgen.parameter_names import KIND_OF_NAME, guessed, is_wait
from codeflash_api.testgen.shapes import Shape

Pattern = Literal["varied", "ascending", "descending", "equal", "negative"]
WRITTEN_OUT = 8
DEEPEST = 4
_WORDS = ("alpha", "bravo", "Charlie", "delta 4", "echo-5", "foxtrot", "golf_7", "hotel")


@frozen
class Scenario:
    """The circumstances that the arguments of one call share.

    Attributes:
        name: What the test is called after.
        size: Elements of collections, and length of texts in words.
        number: What a plain number is.
        start: Where varied values begin.
        pattern: How values follow each other.
        order: Number of the scenario: picks among alternatives.
    """

    name: str
    size: int
    number: int
    start: int = 0
    pattern: Pattern = "varied"
    order: int = 0


@frozen
class Writer:
    """Writes values.

    Attributes:
        scenario: The circumstances.
        construct: Writes an instance of a class by its name, for the index of a value.
        depth: How deep the value stands in others.
        span: Elements of the outermost collection.
    """

    scenario: Scenario
    construct: Mapping[str, Callable[[Writer, int | str], str]]
    depth: int = 0
    span: int = 0

    def value(self, shape: Shape, name: str, index: int | str | None = None) -> str:
        """An expression.

        Args:
            shape: What is known of the value.
            name: The parameter's name, which is looked at when nothing else is known.
            index: Its place in a collection, or the name of the variable that holds it; None for an argument.
        """
        shape = shape.whole
        kind = self._kind(shape, name)
        if index is None and kind in ("int", "float", "none") and is_wait(name):
            return "0.001"
        literal = self._literal(shape, kind, index)
        if literal:
            return literal
        if kind.startswith("class:"):
            make = self.construct.get(kind.removeprefix("class:"))
            return (
                make(self._deeper(), index if index is not None else self.scenario.start) if make else "None"
            )
        if kind == "str" and index is None:
            return self._text(shape)
        plain = _PLAIN.get(kind)
        if plain is not None:
            return plain(self, shape, index)
        return self._collection(shape, kind, name, index)

    def _kind(self, shape: Shape, name: str) -> str:
        kind = shape.kind
        if kind == "none" and self.scenario.order % 2:
            return guessed(name, self.scenario.order)
        if kind == "list" and shape.votes[kind] <= 1 and self.depth == 0:
            # Only ever iterated over: a text, if its name says so or its elements are single characters.
            letters = [each for each in shape.element.literals if isinstance(each, str)]
            if guessed(name, 0) == "str" or (letters and all(len(each) == 1 for each in letters)):
                return "str"
        return kind or guessed(name, self.scenario.order)

    def _literal(self, shape: Shape, kind: str, index: int | str | None) -> str:
        """One of the values that the code compares with, or none of them now and then."""
        found = [each for each in shape.literals if type(each).__name__ == kind]
        if not found:
            return ""
        if kind in ("int", "float") and index is None:
            # On each threshold and beside it; every other scenario keeps its own number.
            steps = [
                (value, step) for value in found for step in (0, 1, -1) if isinstance(value, int | float)
            ]
            found = [value + step for value, step in steps if value + step >= 0 or value < 0]
            return repr(found[self.scenario.order // 2 % len(found)]) if self.scenario.order % 2 else ""
        if isinstance(index, str):
            choices = ", ".join(repr(each) for each in [*found, *([] if kind != "str" else ["other"])])
            return f"[{choices}][{index} % {len(found) + (kind == 'str')}]"
        number = self.scenario.order if index is None else index
        if number % (len(found) + 1) == len(found):
            return ""
        return repr(found[number % (len(found) + 1)])

    def _deeper(self) -> Writer:
        # What stands inside is small: sizes multiply.
        size = (
            self.scenario.size if self.scenario.size <= 3 else min(20, max(3, int(self.scenario.size**0.5)))
        )
        return evolve(
            self,
            scenario=evolve(self.scenario, size=size),
            depth=self.depth + 1,
            span=self.span or self.scenario.size,
        )

    def _number(self, shape: Shape, index: int | str | None) -> str:
        scenario = self.scenario
        if index is None:
            if shape.is_index:
                return str(max(-1, min(scenario.number, scenario.size - 1, 2)))
            return str(scenario.number)
        if isinstance(index, str):
            return {
                "varied": f"(37 * {index} + {scenario.start}) % 101",
                "ascending": index,
                "descending": f"{self.span or scenario.size} - {index}",
                "equal": "7",
                "negative": f"(37 * {index}) % 101 - 50",
            }[scenario.pattern]
        place = index + scenario.start
        return str(
            {
                "varied": (37 * place) % 101,
                "ascending": place,
                "descending": (self.span or scenario.size) + scenario.start - index,
                "equal": 7,
                "negative": (37 * place) % 101 - 50,
            }[scenario.pattern]
        )

    def _fraction(self, shape: Shape, index: int | str | None) -> str:
        whole = self._number(shape, index)
        if isinstance(index, str):
            return f"({whole}) / 4" if " " in whole else f"{whole} / 4"
        return repr(int(whole) / 4)

    def _truth(self, shape: Shape, index: int | str | None) -> str:
        if isinstance(index, str):
            return f"{index} % 2 == 0"
        return str((self.scenario.order if index is None else index) % 2 == 0)

    def _word(self, shape: Shape, index: int | str | None) -> str:
        if isinstance(index, str):
            return f'f"item{{(7 * {index}) % 50}}"' if self.scenario.pattern != "equal" else "'same'"
        place = 0 if self.scenario.pattern == "equal" else (index or 0) + self.scenario.start
        return repr(_WORDS[place % len(_WORDS)])

    def _text(self, shape: Shape) -> str:
        scenario = self.scenario
        letters = [each for each in shape.element.literals if isinstance(each, str) and len(each) == 1]
        separators = [each for each in shape.separators if each] or [" "]
        if scenario.size == 0:
            return "''"
        if letters:
            pieces = "".join(f"{letter}{'ab1'[i % 3]}" for i, letter in enumerate(letters))
            pieces = pieces if scenario.order % 2 == 0 else pieces[::-1]
            return repr(pieces) if scenario.size <= 3 else f"{pieces!r} * {scenario.size}"
        words = [_WORDS[(scenario.start + i) % len(_WORDS)] for i in range(min(scenario.size, WRITTEN_OUT))]
        if scenario.pattern == "equal":
            words = ["aa"] * len(words)
        if scenario.pattern == "negative":
            words = ["-1", "3.5", "  ", "Ünï", "\n"]
        text = separators[scenario.order % len(separators)].join(words)
        if scenario.size <= WRITTEN_OUT:
            return repr(text)
        return f"{text + separators[0]!r} * {scenario.size // WRITTEN_OUT}"

    def _bytes(self, shape: Shape, index: int | str | None) -> str:
        if index is not None or self.scenario.size <= WRITTEN_OUT:
            return repr(bytes((37 * i) % 256 for i in range(self.scenario.size)))
        return f"bytes((37 * i) % 256 for i in range({self.scenario.size}))"

    def _callable(self, shape: Shape, index: int | str | None) -> str:
        if shape.arity == 1:
            return "lambda value: value"
        names = [f"value_{number}" for number in range(shape.arity)]
        return f"lambda {', '.join(names)}: {names[0]}" if names else "lambda: 1"

    def _collection(self, shape: Shape, kind: str, name: str, index: int | str | None) -> str:
        if self.depth >= DEEPEST:
            return {"dict": "{}", "tuple": "()"}.get(kind, "[]" if kind in ("list", "iterator") else "None")
        inner = self._deeper()
        place: int | str = self.scenario.start if index is None else index
        if kind == "tuple" and shape.fields:
            width = max(shape.fields) + 1
            parts = [
                inner.value(shape.fields.get(n, Shape()), "x", place if isinstance(place, str) else place + n)
                for n in range(width)
            ]
            return f"({', '.join(parts)}{',' if width == 1 else ''})"
        if kind == "dict" and shape.keys:
            parts = [f"{key!r}: {inner.value(each, str(key), place)}" for key, each in shape.keys.items()]
            return f"{{{', '.join(parts)}}}"
        if kind == "object":
            parts = [f"{attr}={inner.value(each, attr, place)}" for attr, each in shape.attributes.items()]
            return f"SimpleNamespace({', '.join(parts)})"
        if kind == "dict":
            return self._mapping(shape, name, place, inner)
        return self._sequence(shape, kind, name, place, inner)

    def _items(self, shape: Shape, name: str, index: int | str, inner: Writer) -> tuple[bool, str]:
        """The elements, and whether they are written out."""
        single = name[:-1] if name.endswith("s") else name
        element = shape.element
        if not element.kind and not element.attributes and KIND_OF_NAME.get(single) not in ("str", "float"):
            single = {"matrix": "row_values", "grid": "row_values", "board": "row_values"}.get(name, "n")
            if single == "row_values":
                element.vote("list").element.vote("int")
        size = self.scenario.size
        if size <= WRITTEN_OUT and isinstance(index, int):
            # Nested collections differ from each other.
            parts = [inner.value(element, single, index + i) for i in range(size)]
            return True, ", ".join(parts)
        variable = "ijkl"[self.depth]
        return False, f"{inner.value(element, single, variable)} for {variable} in range({size})"

    def _sequence(self, shape: Shape, kind: str, name: str, index: int | str, inner: Writer) -> str:
        written, items = self._items(shape, name, index, inner)
        if kind == "list":
            plain = re.fullmatch(r"(\w) for \1 in (range\(\d+\))", items)
            return f"list({plain[2]})" if plain else f"[{items}]"
        if kind == "set" and written:
            return f"{{{items}}}" if items else "set()"
        if kind == "set":
            return f"{{{items}}}"
        if kind == "ndarray":
            return f"numpy.array([{items}])"
        form = {"iterator": "iter", "tuple": "tuple", "frozenset": "frozenset", "deque": "deque"}.get(
            kind, ""
        )
        if kind == "tuple" and written:
            return f"({items},)" if items else "()"
        return f"{form}([{items}])" if form else "None"

    def _mapping(self, shape: Shape, name: str, index: int | str, inner: Writer) -> str:
        key_shape = shape.key if shape.key.kind in ("int", "str", "float", "bool") else Shape({"str": 1})
        size = self.scenario.size
        if size <= WRITTEN_OUT and isinstance(index, int):
            pairs = [
                f"{inner.value(key_shape, 'key', index + i)}: {inner.value(shape.element, 'n', index + i)}"
                for i in range(size)
            ]
            return f"{{{', '.join(pairs)}}}"
        variable = "ijkl"[self.depth]
        key = f'f"k{{{variable}}}"' if key_shape.kind == "str" else variable
        return f"{{{key}: {inner.value(shape.element, 'n', variable)} for {variable} in range({size})}}"


def _fixed(form: str) -> Callable[[Writer, Shape, int | str | None], str]:
    """A value whose one part is a small number."""

    def written(writer: Writer, shape: Shape, index: int | str | None) -> str:
        place = writer.scenario.order if index is None else index
        return form.replace("#", f"{place} % 28" if isinstance(place, str) else str(place % 28))

    return written


_PLAIN: dict[str, Callable[[Writer, Shape, int | str | None], str]] = {
    "int": Writer._number,
    "float": Writer._fraction,
    "bool": Writer._truth,
    "str": Writer._word,
    "bytes": Writer._bytes,
    "callable": Writer._callable,
    "none": lambda writer, shape, index: "None",
    "date": _fixed("datetime.date(2024, 1, 1 + #)"),
    "datetime": _fixed("datetime.datetime(2024, 1, 1 + #, 12, 30)"),
    "timedelta": _fixed("datetime.timedelta(hours=#)"),
    "decimal": _fixed("decimal.Decimal(#) / 4"),
    "fraction": _fixed("fractions.Fraction(#, 7)"),
    "path": _fixed("pathlib.Path('missing') / str(#)"),
}
