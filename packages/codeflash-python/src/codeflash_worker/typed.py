"""Inputs made from types through Hypothesis: from annotations, or from samples that are all of one kind.

Hypothesis is used where the target has it or a copy is on the path; without it nothing is made here.
"""

from __future__ import annotations

import contextlib
import inspect
import typing
import warnings
from typing import Any, Dict, List, Optional, Sequence, Tuple

Arguments = Tuple[Tuple[Any, ...], Dict[str, Any]]


def _any_text(strategies: Any, **limits: int) -> Any:
    """Texts of all characters that UTF-8 has, as by default.

    The default alphabet asks the codec for each of a million characters, which takes seconds in every process that makes
    a text. All but the surrogates are the same characters.
    """
    try:
        return strategies.text(strategies.characters(exclude_categories=("Cs",)), **limits)
    except TypeError:
        # A release before that name, whose default alphabet is this one.
        return strategies.text(**limits)


with contextlib.suppress(Exception):
    # Imported when the process is set up, so that its forked children start with it and with the table of characters.
    from hypothesis import strategies as _strategies

    _strategies.register_type_strategy(str, _any_text(_strategies))
    _strategies.from_type(str).validate()

VAGUE = (object, list, dict, tuple, set, frozenset, type)


def make(
    function: Any, kept: Sequence[Arguments], count: int, seed: int, skip_first: bool
) -> Tuple[List[Tuple[str, Arguments]], str]:
    """Draw inputs.

    Args:
        function: The plain function.
        kept: Seen calls; may be empty.
        count: Number of inputs wanted.
        seed: Seed of Hypothesis.
        skip_first: Whether the first argument is a receiver or class, to be taken from a seen call.

    Returns:
        Inputs with their grade (``typed`` where annotations name every type, else ``guessed``), and a note,
        empty or saying why there are none.
    """
    try:
        import hypothesis
        from hypothesis import strategies
    except Exception as error:
        return [], "no inputs from types: hypothesis is missing (%s)" % type(error).__name__
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            plan, grade = _plan(function, kept, skip_first, strategies)
            if plan is None:
                return [], "no inputs from types: neither annotations nor uniform samples"
            return [(grade, each) for each in _draw(hypothesis, plan, count, seed)], ""
    except Exception as error:
        return [], "no inputs from types: %s: %s" % (type(error).__name__, str(error)[:200])


def _plan(function: Any, kept: Sequence[Arguments], skip_first: bool, strategies: Any) -> Tuple[Any, str]:
    """A strategy for ``(args, kwargs)`` and the grade of what it makes; None where a type is unknown."""
    if kept:
        shape = max(kept, key=lambda each: len(each[0]) + len(each[1]))
        width, names = len(shape[0]), sorted(shape[1])
    else:
        width, names = _required(function), []
    if skip_first and not kept:
        return None, ""
    hints = _hints(function)
    positions = list(inspect.signature(function).parameters.values())
    annotated = True
    args = []
    for index in range(width):
        column = [call[0][index] for call in kept if len(call[0]) > index]
        if skip_first and index == 0:
            args.append(strategies.sampled_from(column))
            continue
        parameter = _parameter(positions, index)
        strategy, known = _strategy(hints.get(parameter, _Unknown), column, strategies)
        if strategy is None:
            return None, ""
        annotated = annotated and known
        args.append(strategy)
    kwargs = {}
    for name in names:
        column = [call[1][name] for call in kept if name in call[1]]
        strategy, known = _strategy(hints.get(name, _Unknown), column, strategies)
        if strategy is None:
            return None, ""
        annotated = annotated and known
        kwargs[name] = strategy
    if not args and not kwargs:
        return None, ""
    whole = strategies.tuples(strategies.tuples(*args), strategies.fixed_dictionaries(kwargs))
    return whole, "typed" if annotated else "guessed"


class _Unknown:
    pass


def _hints(function: Any) -> Dict[str, Any]:
    try:
        return typing.get_type_hints(function)
    except Exception:
        return {}


def _required(function: Any) -> int:
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    return len([each for each in inspect.signature(function).parameters.values() if each.kind in kinds])


def _parameter(positions: List[inspect.Parameter], index: int) -> str:
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    plain = [each.name for each in positions if each.kind in kinds]
    if index < len(plain):
        return plain[index]
    return next((each.name for each in positions if each.kind is inspect.Parameter.VAR_POSITIONAL), "")


def _strategy(hint: Any, column: List[Any], strategies: Any) -> Tuple[Any, bool]:
    """A strategy for one parameter, and whether its annotation alone gave it."""
    from_samples = inferred(column, strategies)
    if hint is _Unknown or hint is Any or hint in VAGUE or _open_ended(hint):
        return from_samples, False
    try:
        strategy = strategies.from_type(hint)
        strategy.validate()
    except Exception:
        return from_samples, False
    if from_samples is None:
        return strategy, True
    # Seen kinds keep the inputs near what the code is meant for.
    return strategies.one_of(strategy, from_samples), True


def _open_ended(hint: Any) -> bool:
    """Whether an annotation leaves the elements open, or is a type variable or callable."""
    if isinstance(hint, typing.TypeVar):
        return True
    origin = typing.get_origin(hint)
    if origin is not None and "Callable" in str(origin):
        return True
    arguments = typing.get_args(hint)
    return any(each is Any or isinstance(each, typing.TypeVar) for each in arguments)


def inferred(column: Sequence[Any], strategies: Any, depth: int = 0) -> Optional[Any]:
    """A strategy for values like the samples; None where they are not all of known kinds.

    Args:
        column: Samples of one parameter.
        strategies: ``hypothesis.strategies``.
        depth: Containers entered so far.
    """
    if not column or depth > 4:
        return None
    kinds: Dict[type, List[Any]] = {}
    for value in column:
        kinds.setdefault(type(value), []).append(value)
    found = [_of_kind(kind, values, strategies, depth) for kind, values in kinds.items()]
    if any(each is None for each in found):
        return None
    return strategies.one_of(*found)


def _of_kind(kind: type, values: List[Any], strategies: Any, depth: int) -> Optional[Any]:
    if kind is bool:
        return strategies.booleans()
    if kind is type(None):
        return strategies.none()
    if kind is int:
        reach = max(16, 4 * max(abs(value) for value in values))
        lowest = -reach if min(values) < 0 else 0
        return strategies.integers(min(lowest, -2), reach)
    if kind is float:
        return strategies.floats()
    if kind is str:
        return _texts(values, strategies)
    if kind is bytes:
        return strategies.binary(max_size=max(8, 2 * max(map(len, values))))
    if kind in (list, tuple, set, frozenset):
        return _collections(kind, values, strategies, depth)
    if kind is dict:
        keys = inferred([key for value in values for key in value][:200], strategies, depth + 1)
        held = inferred([each for value in values for each in value.values()][:200], strategies, depth + 1)
        if keys is None or held is None:
            return None
        return strategies.dictionaries(keys, held, max_size=20)
    return None


def _texts(values: List[str], strategies: Any) -> Any:
    alphabet = sorted({character for value in values[:50] for character in value[:500]})[:200]
    longest = min(60, max(8, 2 * max(map(len, values))))
    free = _any_text(strategies, max_size=min(longest, 20))
    if not alphabet:
        return free
    return strategies.one_of(strategies.text(alphabet=alphabet, max_size=longest), free)


def _collections(kind: Any, values: List[Any], strategies: Any, depth: int) -> Optional[Any]:
    widths = {len(value) for value in values}
    if kind is tuple and len(widths) == 1:
        columns = [[value[index] for value in values] for index in range(widths.pop())]
        parts = [inferred(column, strategies, depth + 1) for column in columns]
        return None if any(each is None for each in parts) else strategies.tuples(*parts)
    items = inferred([item for value in values for item in list(value)[:50]][:200], strategies, depth + 1)
    if items is None:
        return None
    longest = min(40, max(6, 2 * max(widths)))
    if kind is set:
        return strategies.sets(items, max_size=longest)
    if kind is frozenset:
        return strategies.frozensets(items, max_size=longest)
    lists = strategies.lists(items, max_size=longest)
    return lists if kind is list else lists.map(tuple)


def _draw(hypothesis: Any, plan: Any, count: int, seed: int) -> List[Arguments]:
    drawn: List[Arguments] = []

    def collect(value: Arguments) -> None:
        drawn.append(value)

    settings = hypothesis.settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
        verbosity=hypothesis.Verbosity.quiet,
    )
    hypothesis.seed(seed)(settings(hypothesis.given(plan)(collect)))()
    return drawn[:count]
