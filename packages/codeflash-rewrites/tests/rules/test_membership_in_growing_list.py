"""Membership in a growing list: shapes that are taken, and shapes that are left."""

import textwrap

import pytest

from codeflash_rewrites.rule import Subject
from codeflash_rewrites.rules.membership_in_growing_list import RULE


def proposed(source, function="f"):
    return {one.variant: one.source for one in RULE.propose(Subject(textwrap.dedent(source), function))}


def test_continue_instead_of_not_in_is_the_same_loop():
    texts = proposed(
        """
        def f(items):
            out = []
            for item in items:
                if item in out:
                    continue
                out.append(item)
            return out
        """
    )
    assert "return list(dict.fromkeys(items))" in texts["plain"]
    assert "isinstance(items, (list, tuple))" in texts["guarded"]


def test_a_result_that_is_used_later_is_assigned():
    texts = proposed(
        """
        def f(items):
            out = []  # unique
            for item in items.values():
                if item not in out:
                    out.append(item)
            out.sort()
            return out
        """
    )
    assert "out = list(dict.fromkeys(items.values()))\n    out.sort()\n" in texts["plain"]
    texts = proposed(
        """
        def f(items):
            out = []
            for item in items.values():
                if item not in out:
                    out.append(item)
            return sorted(out)
        """
    )
    assert "out = list(dict.fromkeys(items.values()))\n    return sorted(out)" in texts["plain"]


def test_every_place_that_fills_the_list_fills_the_set():
    texts = proposed(
        """
        def f(pairs):
            out = []
            for a, b in pairs:
                if a not in out:
                    out.append(a)
                out.append(b.key)
            return out
        """
    )
    assert "out.append(a)\n            seen.add(a)" in texts["plain"]
    assert "out.append(b.key)\n        seen.add(out[-1])" in texts["plain"]
    assert "seen is not out:\n                seen.add(a)" in texts["guarded"]
    assert (
        "try:\n            seen.add(out[-1])\n        except (AttributeError, TypeError):" in texts["guarded"]
    )


def test_a_name_that_is_taken_is_not_taken_again():
    texts = proposed(
        """
        seen = 1

        def f(items, known):
            out = []
            for item in items:
                if item not in out and item != seen:
                    out.append(item)
            return out
        """
    )
    assert "seen_out = set()" in texts["plain"]
    assert "known_out = item in seen_out" in texts["guarded"]


def test_a_condition_after_elif_gets_no_lines_before_it():
    texts = proposed(
        """
        def f(items):
            out = []
            for item in items:
                if item is None:
                    continue
                elif item not in out:
                    out.append(item)
            return out
        """
    )
    assert set(texts) == {"plain"}


def test_a_method_and_an_async_function_are_taken():
    source = """
        class C:
            async def f(self, items):
                names = []
                async for item in items:
                    if item not in names:
                        names.append(item)
                return names
        """
    assert "seen.add(item)" in proposed(source, "C.f")["plain"]


@pytest.mark.parametrize(
    "source",
    [
        # set means something else here
        """
        from own import set

        def f(items):
            out = []
            for item in items:
                if item not in out:
                    out.append(item)
            return out
        """,
        # a nested function may change the list
        """
        def f(items):
            out = []
            def add(item):
                out.append(item)
            for item in items:
                if item not in out:
                    add(item)
            return out
        """,
        # not a list
        """
        def f(items):
            out = ''
            for item in items:
                if item not in out:
                    out += item
            return out
        """,
        # handed in by the caller
        """
        def f(items, out):
            for item in items:
                if item not in out:
                    out.append(item)
        """,
        # a global
        """
        def f(items):
            global out
            out = []
            for item in items:
                if item not in out:
                    out.append(item)
        """,
        # only one test, outside the loop
        """
        def f(items, item):
            out = []
            for one in items:
                out.append(one)
            return item in out
        """,
        # items of the list are replaced
        """
        def f(items):
            out = []
            for item in items:
                if item not in out:
                    out.append(item)
                    out[0] = None
            return out
        """,
        # kept elsewhere while it grows
        """
        def f(items, rows):
            out = []
            for item in items:
                rows.append(out)
                if item not in out:
                    out.append(item)
        """,
    ],
)
def test_what_can_not_be_followed_is_left(source):
    assert proposed(source) == {}


def test_the_loop_variable_used_later_keeps_the_loop():
    texts = proposed(
        """
        def f(items):
            out = []
            for item in items:
                if item not in out:
                    out.append(item)
            return out, item
        """
    )
    assert all("fromkeys" not in text for text in texts.values())


def test_a_list_made_anew_for_each_group_may_be_handed_on_after_its_loop():
    texts = proposed(
        """
        def f(groups):
            result = []
            for group in groups:
                unique = []
                for item in group:
                    if item not in unique:
                        unique.append(item)
                unique.reverse()
                result.append(unique)
            return result
        """
    )
    assert "unique = list(dict.fromkeys(group))\n        unique.reverse()" in texts["plain"]


def test_a_list_that_is_cut_while_the_loop_runs_is_left():
    texts = proposed(
        """
        def f(groups):
            unique = []
            for group in groups:
                for item in group:
                    if item not in unique:
                        unique.append(item)
                unique.pop()
            return unique
        """
    )
    assert texts == {}
