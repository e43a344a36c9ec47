"""Writes calls of the function under test."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from attrs import frozen

from codeflash_api.testgen.subject import Parameter, Subject, is_constant_class, members, samples
from codeflash_api.testgen.target import Target
from codeflash_api.testgen.values import Scenario, Writer

_DEEPEST_INSTANCE = 3


@frozen
class Call:
    """One call.

    Attributes:
        name: What its scenario is called.
        set_up: Statements before it.
        function: What is called: ``arrange`` or ``basket.total``; an attribute that is only read ends there.
        arguments: The arguments' text, or None where nothing is called.
    """

    name: str
    set_up: tuple[str, ...]
    function: str
    arguments: str | None

    @property
    def text(self) -> str:
        """The call's expression."""
        return self.function if self.arguments is None else f"{self.function}({self.arguments})"


@frozen
class Calls:
    """Writes the calls of one function.

    Attributes:
        subject: The function.
        target: Its names.
    """

    subject: Subject
    target: Target

    def of(self, scenarios: tuple[Scenario, ...]) -> Iterator[Call]:
        """The calls of some scenarios, each text once; calls that the source shows come first."""
        seen: set[tuple[tuple[str, ...], str]] = set()
        for scenario in scenarios:
            shown = samples(self.subject) if scenario.order == 0 else ()
            for name, arguments in [
                *(("shown", each) for each in shown),
                *((scenario.name, each) for each in self._arguments(scenario)),
            ]:
                call = self._call(scenario, name, arguments)
                if (call.set_up, call.text) not in seen:
                    seen.add((call.set_up, call.text))
                    yield call

    def _call(self, scenario: Scenario, name: str, arguments: str) -> Call:
        receiver, kind = self.target.owner, self.subject.kind
        if kind == "function":
            return Call(name, (), self.target.name, arguments)
        if kind == "constructor":
            return Call(name, (), receiver, arguments)
        if kind in ("static method", "class method"):
            return Call(name, (), self.target.qualified, arguments)
        variable = _variable(receiver)
        made = self.instance(
            receiver.rpartition(".")[2], Writer(scenario, self.constructors()), scenario.start
        )
        function = f"{variable}.{self.target.name}"
        return Call(name, (f"{variable} = {made}",), function, None if kind == "property" else arguments)

    def _arguments(self, scenario: Scenario) -> Iterator[str]:
        """The argument lists of one scenario: all parameters given, then only those that must be."""
        given = self.subject.parameters
        yield self.written(given, scenario)
        if any(not each.required for each in given) and scenario.order % 3 == 0:
            yield self.written(tuple(each for each in given if each.required), scenario)
        for each in given:
            if each.shape.may_be_none and scenario.order in (1, 3) and each.shape.kind != "none":
                yield self.written(given, scenario, nothing=each.name)

    def written(self, given: tuple[Parameter, ...], scenario: Scenario, nothing: str = "") -> str:
        """An argument list.

        Args:
            given: The parameters that get a value.
            scenario: The circumstances.
            nothing: A parameter that gets None.
        """
        writer = Writer(scenario, self.constructors())
        left_out = len(given) < len(self.subject.parameters)
        parts = []
        for each in given:
            name = each.name.lstrip("*")
            value = "None" if name == nothing else writer.value(each.shape, name)
            if each.name.startswith("*"):
                parts.append(f"*{value}")
            else:
                parts.append(f"{name}={value}" if each.by_name or (left_out and not each.required) else value)
        return ", ".join(parts)

    def constructors(self) -> dict[str, Callable[[Writer, int | str], str]]:
        """Writers of instances, by the class's name."""

        def maker(name: str) -> Callable[[Writer, int | str], str]:
            return lambda writer, index: self.instance(name, writer, index)

        return {name: maker(name) for name in self.subject.classes}

    def instance(self, name: str, writer: Writer, index: int | str) -> str:
        """An expression for an instance of one of the module's classes."""
        node = self.subject.classes[name]
        path = self._path(node)
        if is_constant_class(node):
            names = members(node)
            if isinstance(index, str):
                return f"list({path})[{index} % {len(names)}]" if names else "None"
            return f"{path}.{names[index % len(names)]}" if names else "None"
        if writer.depth > _DEEPEST_INSTANCE:
            return "None"
        own = [each for each in self._inherited(node) if each.required or writer.depth == 0]
        top = writer.depth == 0
        parts = []
        for each in own:
            label = each.name.lstrip("*")
            value = writer.value(each.shape, label, None if top else index)
            start = (
                "*"
                if each.name.startswith("*")
                else ""
                if each.required and not each.by_name
                else f"{label}="
            )
            parts.append(f"{start}{value}")
        return f"{path}({', '.join(parts)})"

    def _inherited(self, node: ast.ClassDef) -> tuple[Parameter, ...]:
        """Parameters of the constructor, of a base class of the module where the class has none."""
        waiting, seen = [node], set()
        while waiting:
            each = waiting.pop(0)
            if each.name in seen:
                continue
            seen.add(each.name)
            found = self.subject.constructors.get(each.name, ())
            if found:
                return found
            names = [ast.unparse(base) for base in each.bases]
            waiting += [self.subject.classes[name] for name in names if name in self.subject.classes]
        return ()

    def _path(self, node: ast.ClassDef) -> str:
        """The dotted name by which a test reaches a class of the module."""

        def search(body: list[ast.stmt], before: str) -> str:
            for each in body:
                if each is node:
                    return f"{before}{node.name}"
                if isinstance(each, ast.ClassDef):
                    found = search(each.body, f"{before}{each.name}.")
                    if found:
                        return found
            return ""

        return search(self.subject.tree.body, "") or node.name


def _variable(class_name: str) -> str:
    name = class_name.rpartition(".")[2].strip("_")
    text = "".join(
        f"_{letter.lower()}" if letter.isupper() and n else letter.lower() for n, letter in enumerate(name)
    )
    import keyword

    return text if text.isidentifier() and not keyword.iskeyword(text) else "receiver"
