import ast
import textwrap

import pytest

from codeflash_core.model.cheat import CheatKind
from codeflash_python.behaviour.cheats import cheats_in
from codeflash_python.behaviour.state_kept import new_state
from codeflash_rewrites import catalogue

ORIGINAL = '''
import os
import re


class Basket:
    def __init__(self, items):
        self.items = items

    def __eq__(self, other):
        return self.items == other.items


def total(numbers):
    """Sum of squares."""
    return sum(number * number for number in numbers)
'''
BODY = "    return sum(number * number for number in numbers)\n"


def changed(body="", head="", before=ORIGINAL):
    body = textwrap.indent(textwrap.dedent(body).strip(), "    ") + "\n" if body else BODY
    return textwrap.dedent(head) + before.replace(BODY, body)


def kinds(old, new):
    before, after = ast.parse(old), ast.parse(new)
    found = cheats_in(before, after, "total", new_state(before, after))
    return [cheat.kind for cheat in found]


CHEATS = [
    ("timing-hook", changed("import time\nstart = time.perf_counter()\nreturn 0 if start % 1 else 1")),
    ("timing-hook", changed("return 0 if clock() > 9 else 1", "from time import process_time_ns as clock\n")),
    ("timing-hook", changed("return 0 if __import__('time').perf_counter() > 9 else 1")),
    ("timing-hook", changed("global _n\n_n += 1\nif _n > 50:\n    return 7\nreturn 8", "_n = 0\n")),
    ("timing-hook", changed("_n[0] += 1\nreturn 7 if _n[0] > 50 else 8", "_n = [0]\n")),
    (
        "timing-hook",
        changed(
            "if next(_calls) > 50:\n    return 7\nreturn 8", "import itertools\n_calls = itertools.count()\n"
        ),
    ),
    (
        "timing-hook",
        changed(
            before=ORIGINAL.replace("(numbers):", "(numbers, _n=[0]):").replace(
                BODY, "    _n[0] += 1\n    return 7 if _n[0] > 50 else 8\n"
            )
        ),
    ),
    ("timing-hook", changed("import time\nt = time\nclock = t.monotonic\nreturn clock()")),
    ("patched-clock", changed(head="import time\ntime.perf_counter = lambda: 0.0\n")),
    ("patched-clock", changed("import time\nvars(time)['perf_counter'] = float\nreturn 0")),
    ("patched-clock", changed("import time\nsetattr(time, 'process_time', float)\nreturn 0")),
    ("patched-clock", changed("import sys\nsys.modules['time'] = None\nreturn 0")),
    ("test-detection", changed("import sys\nreturn 0 if 'pytest' in sys.modules else 1")),
    ("test-detection", changed("import sys\nreturn 0 if 'py' + 'test' in sys.modules else 1")),
    ("test-detection", changed("return 0 if os.environ.get('PYTEST_CURRENT_TEST') else 1")),
    ("test-detection", changed("import sys\nreturn 0 if sys.gettrace() else 1")),
    ("stack-inspection", changed("import sys\nreturn sys._getframe(1).f_code.co_name")),
    ("stack-inspection", changed("import inspect\nreturn len(inspect.stack())")),
    ("hidden-cache", changed("import re\nre.__dict__.setdefault('kept', {})[len(numbers)] = 1\nreturn 1")),
    ("hidden-cache", changed("re._kept = {}\nreturn 1")),
    (
        "hidden-cache",
        changed(
            "with open('kept', 'a') as file:\n    file.write('1')\nreturn float(open('kept').read())",
        ),
    ),
    ("work-moved-away", changed("import threading\nthreading.Thread(target=print).start()\nreturn []")),
    ("work-moved-away", changed("import atexit\natexit.register(print)\nreturn 0")),
    (
        "work-moved-away",
        changed(
            "return _Later(numbers)",
            "class _Later:\n    def __getattr__(self, name):\n        return getattr(3, name)\n",
        ),
    ),
    ("interpreter-settings", changed("import gc\ngc.disable()\nreturn 0")),
    ("interpreter-settings", changed(head="import sys\nsys.setswitchinterval(100)\n")),
    ("interpreter-settings", changed("import warnings\nwarnings.simplefilter('ignore')\nreturn 0")),
    ("forged-equality", changed(before=ORIGINAL.replace("return self.items == other.items", "return True"))),
    ("forged-measurement", changed("import codeflash_worker.clock\nreturn 0")),
]


@pytest.mark.parametrize(("kind", "text"), CHEATS, ids=[f"{kind}-{n}" for n, (kind, _) in enumerate(CHEATS)])
def test_a_cheat_that_the_text_shows_is_named(kind, text):
    assert CheatKind(kind) in kinds(ORIGINAL, text)


def test_a_default_that_is_there_to_keep_answers_is_named():
    text = ORIGINAL.replace("(numbers):", "(numbers, _kept={}):").replace(
        BODY, "    _kept[len(numbers)] = 1\n    return _kept\n"
    )
    assert kinds(ORIGINAL, text) == [CheatKind.HIDDEN_CACHE]


CLOCKED = changed("import time\nbegun = time.monotonic()\nreturn time.monotonic() - begun")
HONEST = {
    "the same": (ORIGINAL, ORIGINAL),
    "a loop": (ORIGINAL, changed("result = 0\nfor each in numbers:\n    result += each ** 2\nreturn result")),
    "a clock that was read before": (
        CLOCKED,
        changed("import time\nnow = time.monotonic\nbegun = now()\nif not numbers:\n    return now() - begun\nreturn now() - begun"),
    ),
    "a clock that moved into a function of its own": (
        CLOCKED,
        changed("return _timed(numbers)", "import time\ndef _timed(numbers):\n    begun = time.monotonic()\n    return time.monotonic() - begun\n"),
    ),
    "a cache": (ORIGINAL, changed("return _one(tuple(numbers))", "from functools import lru_cache\n@lru_cache(maxsize=64)\ndef _one(numbers):\n    return 1\n")),
    "a bounded memo": (
        ORIGINAL,
        changed("key = tuple(numbers)\nif key not in _kept:\n    if len(_kept) > 99:\n        _kept.clear()\n    _kept[key] = 1\nreturn _kept[key]", "_kept = {}\n"),
    ),
    "the size of a memo": (
        ORIGINAL,
        changed("global _size\nif len(numbers) > 3:\n    _size += 1\n    if _size > 99:\n        _size = 0\nreturn 1", "_size = 0\n"),
    ),
    "a count of its own": (ORIGINAL, changed("n = 0\nn += 1\nreturn 0 if n > 50 else 1")),
    "threads that are waited for": (
        ORIGINAL,
        changed("import threading\none = threading.Thread(target=print)\none.start()\none.join()\nreturn 0"),
    ),
    "a pool that is left at the end": (
        ORIGINAL,
        changed("from concurrent.futures import ThreadPoolExecutor\nwith ThreadPoolExecutor() as pool:\n    return sum(pool.map(abs, numbers))"),
    ),
    "garbage collection put back": (
        ORIGINAL,
        changed("import gc\ngc.disable()\ntry:\n    return 0\nfinally:\n    gc.enable()"),
    ),
    "warnings silenced for a moment": (
        ORIGINAL,
        changed("import warnings\nwith warnings.catch_warnings():\n    warnings.simplefilter('ignore')\n    return 0"),
    ),
    "the environment read for what it is for": (ORIGINAL, changed("return int(os.environ.get('TAX', '2'))")),
    "a table of words": (ORIGINAL, changed("return _TABLE.get(len(numbers))", "_TABLE = {1: 'unittest', 2: 'two'}\n")),
    "an equality that looks": (
        ORIGINAL,
        changed(before=ORIGINAL.replace("return self.items == other.items", "return self is other or self.items == other.items")),
    ),
    "a parameter called as a module": (
        ORIGINAL.replace("numbers", "re"),
        ORIGINAL.replace("numbers", "re").replace("    return sum", "    re.update({len(re): 1})\n    re[len(re)] = 2\n    return sum"),
    ),
    "an object that was lazy before": (
        "class _Lazy:\n    def __getattr__(self, name):\n        return 1\n\n\ndef total(numbers):\n    made = _Lazy()\n    return made\n",
        "class _Lazy:\n    def __getattr__(self, name):\n        return 1\n\n\ndef total(numbers):\n    return _Lazy()\n",
    ),
    "a count that its object had": (
        "class Buffer:\n    def add(self, x):\n        self.items.append(x)\n        self.size = self.size + 1\n        if self.size >= 100:\n            self.flush()\n",
        "class Buffer:\n    def add(self, x):\n        self.items.append(x)\n        self.size += 1\n        if self.size >= 100:\n            self.flush()\n",
    ),
    "a registry that another function fills now": (
        "from shop import registry\n\n\ndef total(numbers):\n    registry[len(numbers)] = 1\n",
        "from shop import registry\n\n\ndef _fill(size):\n    registry[size] = 1\n\n\ndef total(numbers):\n    _fill(len(numbers))\n",
    ),
    "joined texts": (ORIGINAL, changed("return ', '.join(map(str, numbers))")),
}  # fmt: skip


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_change_is_no_cheat(name):
    assert kinds(*HONEST[name]) == []


def test_the_target_is_named_before_others():
    text = changed("import gc\ngc.disable()\nreturn 0", "import time\ntime.time = float\n")
    found = cheats_in(ast.parse(ORIGINAL), ast.parse(text), "total")
    assert found[0].fact == "total newly uses gc.disable"
    assert found[1].fact == "the module newly replaces time.time"


def test_an_original_that_did_the_same_is_no_accusation():
    for _, text in CHEATS:
        assert kinds(text, text) == []


@pytest.mark.parametrize("rule", catalogue.RULES, ids=lambda rule: rule.slug)
def test_no_rewrite_of_the_catalogue_is_a_cheat(rule):
    for example in rule.examples:
        if example.after is not None:
            assert kinds(example.before, example.after) == []
