"""R19: number loops and their shortcuts agree on whole numbers and keep to the old way for all else."""

import pytest

from codeflash_rewrites.catalogue import proposals
from codeflash_rewrites.rule import Facts, Subject
from codeflash_rewrites.rules.number_idioms import RULE


class Whole(int):
    def __mod__(self, other):
        return 1


def rewrites(source, **facts):
    return list(proposals(Subject(source, "f", Facts(**facts)), [RULE]))


@pytest.fixture
def agree(do_the_same):
    """Something is proposed, and all of it agrees with the source."""

    def check(source, arguments):
        made = rewrites(source)
        assert made
        for rewrite in made:
            do_the_same(source, rewrite.source, arguments)

    return check


SMALL = [(n,) for n in range(-4, 130)]
ODD = [(True,), (6.0,), (2.5,), (None,), ("a",), (Whole(9),), (1 << 70,)]
FOUND = {
    "first": "        if {test}:\n            return i\n    return None\n",
    "constant": "        if {test}:\n            return False\n    return True\n",
    "flag": "        if {test}:\n            found = True\n            break\n    return found\n",
    "flag kept": "        if {test}:\n            found = True\n    return found\n",
    "otherwise": "        if {test}:\n            break\n    else:\n        return 1\n    return 0\n",
}


@pytest.mark.parametrize("found", FOUND.values(), ids=FOUND)
@pytest.mark.parametrize("test", ["n % i == 0", "not n % i"])
@pytest.mark.parametrize(
    "items",
    [
        "2, n",
        "2, n // 2",
        "2, n // 2 + 1",
        "2, n - 1",
        "2, int(n / 2) + 1",
        "3, n",
        "3, n, 2",
        "3, n // 2 + 1, 2",
    ],
)
def test_the_least_divisor_is_found_up_to_the_root(agree, items, test, found):
    source = f"def f(n):\n    found = False\n    for i in range({items}):\n{found.format(test=test)}"
    agree(source, SMALL + ODD[:-1])


@pytest.mark.parametrize(
    "call",
    [
        "all(n % i for i in range(2, n))",
        "any(n % i == 0 for i in range(2, n))",
        "all(n % k != 0 for k in range(3, n, 2))",
    ],
)
def test_any_and_all_look_no_further_than_the_root(agree, call):
    agree(f"def f(n):\n    return n > 1 and {call}\n", SMALL + ODD[:-1])


@pytest.mark.parametrize("test", ["i < n", "i <= n // 2", "i <= n - 1"])
def test_a_counted_divisor_stops_at_the_root(agree, do_the_same, test):
    source = f"def f(n):\n    i = 2\n    while {test}:\n        if n % i == 0:\n            return i\n        i += 1\n    return 0\n"
    agree(source, SMALL + ODD[:3])
    guarded = rewrites(source)[-1]
    assert guarded.variant == "guarded"
    do_the_same(source, guarded.source, ODD[:-1])


@pytest.mark.parametrize(
    "lines",
    [
        "for i in range(2, n):\n        if n % i == 0:\n            n -= 1\n            break\n    return n",
        "for i in range(4, n):\n        if n % i == 0:\n            return i\n    return 0",
        "for i in range(2, n + 1):\n        if n % i == 0:\n            return i\n    return 0",
        "for i in range(2, n):\n        if i % n == 0:\n            return i\n    return 0",
        "for i in range(2, n):\n        if n % i:\n            return i\n    return 0",
        "for i in range(2, n):\n        if n % i == 1:\n            return i\n    return 0",
        "for i in range(2, n):\n        if n % i == 0:\n            last = i\n    return last",
        "for i in range(2, n):\n        if n % i == 0:\n            yield i\n            break",
        "return any(n % i for i in range(2, n))",
        "return all(n % i == 0 for i in range(2, n))",
        "return all(n % i for i in range(2, n) if i % 3)",
        "i = 3\n    while i < n:\n        if n % i == 0:\n            return i\n        i += 2\n    return 0",
        "i = 2\n    while i < n:\n        if n % i == 0:\n            break\n        i += 1\n    return i",
        "c = 1\n    for i in range(2, n):\n        c *= i\n        print(c)",
        "c = 1\n    for i in range(2, n):\n        c *= i\n    return c, i",
        "c = 2\n    for i in range(2, n):\n        c *= i\n    return c",
        "c = 0\n    while n > 0:\n        n //= 3\n        c += 1\n    return c",
        "c = 0\n    while n > 0:\n        n //= 2\n        c += 2\n    return c",
        "c = n\n    while n > 0:\n        n //= 2\n        c += 1\n    return c",
        "c = 0\n    while n >= 0:\n        n -= 1\n        c += n & 1\n    return c",
        "return n ** 2 % 7",
        "return 2 ** n % 0",
        "return 2 ** g() % n",
        "return '%d' % n",
        "return bin(n).count('1', 2)",
        "return bin(n)[3:].count('1')",
        "return bin(5).count('1')",
    ],
)
def test_what_only_looks_like_an_idiom_is_left(lines):
    assert rewrites(f"def f(n):\n    {lines}\n") == []


LOOPS = {
    "length": "    while n > 0:\n        c += 1\n        n >>= 1\n",
    "length by truth": "    while n:\n        n = n // 2\n        c = c + 1\n",
    "bits": "    while n > 0:\n        c += n & 1\n        n >>= 1\n",
    "bits asked": "    while n != 0:\n        if n % 2 == 1:\n            c += 1\n        n = n // 2\n",
    "bits dropped": "    while n:\n        n &= n - 1\n        c += 1\n",
    "logarithm": "    while n > 1:\n        n //= 2\n        c += 1\n",
}


@pytest.mark.parametrize("loop", LOOPS.values(), ids=LOOPS)
@pytest.mark.parametrize("start", [0, 5])
def test_counted_bits(agree, loop, start):
    numbers = [(n,) for n in range(70)] + [(1 << 90,), (True,), (None,), ("a",)]
    agree(f"def f(n):\n    c = {start}\n{loop}    return c, n\n", numbers)


@pytest.mark.parametrize(
    "lines",
    [
        "p = 1\n    while p <= n:\n        p <<= 1\n    return p",
        "p = 1\n    while p < n:\n        p += p\n    return p",
        "k = 0\n    while 2**k < n:\n        k += 1\n    return k",
        "k = 0\n    while 1 << k <= n:\n        k += 1\n    return k",
        "p = 1\n    while n > 1:\n        p *= n\n        n -= 1\n    return p, n",
        "p = 3\n    while n > 0:\n        p = p * n\n        n = n - 1\n    return p, n",
        "p = 1\n    for i in range(1, n + 1):\n        p = i * p\n    return p",
        "p = 1\n    print(n)\n    for i in range(n, 3 * n, 2):\n        p *= i\n    return p",
        "return bin(n & 37 ^ n).count('1')",
        "return bin(n)[2:].count('1')",
        "return format(n, 'b').count('1')",
        "return 3 ** abs(n) % 7 if n is None else 3 ** (n + 4) % (n + 5)",
        "from_ = pow(7, n) % 10\n    return from_",
    ],
)
def test_other_idioms(agree, lines):
    agree(f"def f(n):\n    {lines}\n", [(n,) for n in range(-4, 70)] + [(True,), (None,), ("a",), (5.0,)])


TWO = [(a, b) for a in range(-3, 13) for b in range(-3, 13)] + [(2.0, 4), (True, 3), (None, 1), (1 << 80, 6)]
GCDS = {
    "swap": "    while b != 0:\n        b, a = a % b, b\n    return a, b\n",
    "third": "    while b:\n        t = b\n        b = a % b\n        a = t\n    return a\n",
    "rest": "    while b:\n        r = a % b\n        a = b\n        b = r\n    return a\n",
    "divisors": "    g = 0\n    for i in range(1, min(a, b) + 1):\n        if a % i == 0 and b % i == 0:\n            g = i\n    return g\n",
}


@pytest.mark.parametrize("loop", GCDS.values(), ids=GCDS)
def test_common_divisors(agree, loop):
    agree(f"def f(a, b):\n{loop}", TWO)


def test_common_divisors_by_subtraction(agree):
    loop = "    while a != b:\n        if a > b:\n            a -= b\n        else:\n            b -= a\n    return a, b\n"
    agree(f"def f(a, b):\n{loop}", [(a, b) for a in range(1, 13) for b in range(1, 13)] + [(2.0, 4.0)])


def test_a_rest_that_is_read_behind_the_loop_is_left():
    assert rewrites("def f(a, b):\n" + GCDS["rest"].replace("return a", "return a, r")) == []


THREE = [(b, e, m) for b in range(-3, 9) for e in range(-2, 9) for m in range(-4, 9)]
THREE += [(2.0, 3, 5), (2, 3.0, 5), (2, 3, 5.5), (True, 2, 3), (2, True, 3), (None, 1, 1), (3, 100, 1 << 70)]


@pytest.mark.parametrize(
    "lines",
    [
        "return b ** e % m",
        "return 1 + pow(b, e) % m",
        "r = 1\n    for _ in range(e):\n        r = b * r % m\n    return r",
        "r = 1\n    for _ in range(e):\n        r = r * b % 7\n    return r, m",
        "r = 1\n    while e > 0:\n        if e & 1:\n            r = r * b % m\n        b = b * b % m\n        e >>= 1\n    return r, e",
        "r = 1\n    while e > 0:\n        if e % 2:\n            r = (r * b) % m\n        e //= 2\n        b = b ** 2 % m\n    return r, e",
    ],
)
def test_modular_powers(agree, lines):
    agree(f"def f(b, e, m):\n    {lines}\n", THREE)


def test_binomials(agree):
    numbers = [(n, k) for n in range(-2, 8) for k in range(-2, 9)] + [(True, 1), (4.0, 2), (None, 1)]
    head = "from math import factorial\ndef f(n, k):\n    return "
    for text in ("factorial(n) // factorial(n - k)", "factorial(n) // (factorial(n - k) * factorial(k))"):
        agree(f"{head}{text}\n", numbers)
    assert rewrites(f"{head}factorial(n) / factorial(n - k)\n") == []
    assert rewrites(f"{head}factorial(n) // (factorial(k) * factorial(k - n))\n") == []


def test_bits_are_counted_by_int_only_where_it_can():
    source = "def f(n):\n    c = 0\n    while n:\n        n &= n - 1\n        c += 1\n    return c, bin(n).count('1')\n"
    assert rewrites(source, python=(3, 9)) == []
    assert len(rewrites(source, python=(3, 10))) == 2
