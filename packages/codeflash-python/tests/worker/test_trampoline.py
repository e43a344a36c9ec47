"""A stand-in has the signature, kind and free variables of the function it stands in for."""

from __future__ import annotations

import asyncio
import inspect
import types

import pytest

from codeflash_worker import sites, trampoline


class Log(sites.Observer):
    def __init__(self):
        self.seen = []
        self.spent = []

    def before(self, site, args, kwargs):
        self.seen.append((args, kwargs))
        return None, (args, kwargs)

    def after(self, site, note, spent_ns):
        self.spent.append(spent_ns)


@pytest.fixture
def watch():
    watched = []

    def start(function, log=None):
        log = log or Log()
        watched.append(sites.Site("m.py::f", function, log))
        return log

    yield start
    for site in watched:
        site.stop()


def test_signature_defaults_and_documentation_stay(watch):
    def f(a, b, /, c=3, *rest, d, e=5, **more):
        """Doc."""
        return (a, b, c, rest, d, e, more)

    before = inspect.signature(f)
    log = watch(f)
    assert inspect.signature(f) == before
    assert f.__doc__ == "Doc."
    assert f(1, 2, d=4) == (1, 2, 3, (), 4, 5, {})
    assert f(1, 2, 9, 8, d=4, z=1) == (1, 2, 9, (8,), 4, 5, {"z": 1})
    assert log.seen == [((1, 2, 3), {"d": 4, "e": 5}), ((1, 2, 9, 8), {"d": 4, "e": 5, "z": 1})]


def test_wrong_arguments_are_refused_as_before(watch):
    def f(a, *, b):
        return a, b

    with pytest.raises(TypeError) as before:
        f(1)
    watch(f)
    with pytest.raises(TypeError) as after:
        f(1)
    assert str(after.value) == str(before.value)


def test_methods_with_super_and_closures_work(watch):
    extra = 10

    class Base:
        def value(self):
            return 1

    class Child(Base):
        def value(self):
            return super().value() + extra

    log = watch(Child.__dict__["value"])
    child = Child()
    assert child.value() == 11
    assert log.seen == [((child,), {})]


def test_aliases_made_earlier_are_seen(watch):
    def f(a):
        return a

    alias, table = f, {"f": f}
    log = watch(f)
    assert (alias(1), table["f"](2)) == (1, 2)
    assert len(log.seen) == 2


def test_generators_stay_generators_and_pass_on_send_throw_and_return(watch):
    def f(items):
        got = []
        for item in items:
            try:
                got.append((yield item))
            except KeyError:
                got.append("caught")
        return got

    log = watch(f)
    assert inspect.isgeneratorfunction(f)
    running = f([1, 2, 3])
    assert not log.seen, "nothing runs before the first item is asked for"
    assert next(running) == 1
    assert running.send("a") == 2
    assert running.throw(KeyError("x")) == 3
    with pytest.raises(StopIteration) as stop:
        next(running)
    assert stop.value.value == ["a", "caught", None]
    assert len(log.spent) == 1


def test_a_generator_that_is_closed_early_is_closed_inside(watch):
    closed = []

    def f():
        try:
            yield 1
        finally:
            closed.append(True)

    log = watch(f)
    running = f()
    next(running)
    running.close()
    assert closed == [True]
    assert len(log.spent) == 1


def test_coroutines_are_recorded_each_though_they_overlap(watch):
    async def f(n):
        await asyncio.sleep(0)
        return n

    log = watch(f)
    assert inspect.iscoroutinefunction(f)

    async def both():
        return await asyncio.gather(f(1), f(2))

    assert asyncio.run(both()) == [1, 2]
    assert [args for args, _ in log.seen] == [(1,), (2,)]
    assert len(log.spent) == 2


def test_asynchronous_generators_pass_on_what_is_sent_and_thrown(watch):
    async def f():
        got = yield 1
        try:
            yield got
        except KeyError:
            yield "caught"

    log = watch(f)
    assert inspect.isasyncgenfunction(f)

    async def drive():
        running = f()
        first = await running.__anext__()
        second = await running.asend("sent")
        third = await running.athrow(KeyError("x"))
        rest = [item async for item in running]
        return [first, second, third, rest]

    assert asyncio.run(drive()) == [1, "sent", "caught", []]
    assert len(log.seen) == 1


def test_only_the_outermost_call_of_a_recursion_is_seen(watch):
    def f(n):
        return n if n < 2 else f(n - 1) + f(n - 2)

    log = watch(f)
    assert f(12) == 144
    assert [args for args, _ in log.seen] == [(12,)]
    f(3)
    assert [args for args, _ in log.seen] == [(12,), (3,)]


def test_deep_recursion_needs_no_deeper_stack(watch):
    def f(n):
        return 0 if n == 0 else 1 + f(n - 1)

    watch(f)
    assert f(700) == 700


def test_only_the_outermost_call_of_a_recursive_generator_is_seen(watch):
    def f(tree):
        for part in tree:
            if isinstance(part, list):
                yield from f(part)
            else:
                yield part

    log = watch(f)
    assert list(f([1, [2, [3]], 4])) == [1, 2, 3, 4]
    assert len(log.seen) == 1


def test_exceptions_pass_through_and_end_the_call(watch):
    def f(a):
        raise ValueError(a)

    log = watch(f)
    for value in ("x", "y"):
        with pytest.raises(ValueError, match=value):
            f(value)
    assert len(log.spent) == 2


def test_calls_that_the_observer_itself_makes_are_not_seen(watch):
    class Nosy(Log):
        def before(self, site, args, kwargs):
            site.function(0)
            return super().before(site, args, kwargs)

    def f(a):
        return a

    log = watch(f, Nosy())
    assert f(1) == 1
    assert [args for args, _ in log.seen] == [(1,)]


def test_a_stopped_function_has_its_own_code_again():
    def f(a):
        return a

    code = f.__code__
    log = Log()
    site = sites.Site("m.py::f", f, log)
    assert f.__code__ is not code
    site.stop()
    assert f.__code__ is code
    f(1)
    assert log.seen == []
    site.resume()
    f(2)
    assert [args for args, _ in log.seen] == [(2,)]
    site.stop()


def test_mangled_parameters_are_kept(watch):
    class C:
        def f(self, __secret):
            return __secret

    log = watch(C.__dict__["f"])
    assert C().f(5) == 5
    assert log.seen[0][0][1] == 5


@pytest.mark.parametrize(
    ("function", "kind"),
    [
        (lambda: None, "plain"),
        ((lambda: (yield)), "generator"),
    ],
)
def test_kinds_are_told(function, kind):
    assert trampoline.kind_of(function.__code__) == kind


def test_private_methods_are_found_under_the_name_in_the_text():
    class Holder:
        class _Inner:
            def __hidden(self):
                return 1

    module = types.ModuleType("m")
    module.Holder = Holder
    found = sites.look_up(module, "Holder._Inner.__hidden")
    assert found is Holder._Inner.__dict__["_Inner__hidden"]
    assert sites.look_up(module, "Holder.nothing") is None
