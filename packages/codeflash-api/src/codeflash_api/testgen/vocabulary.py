"""What the names of methods and functions say about the values that they are used with."""

from __future__ import annotations

_OF_KIND = {
    "str": "split rsplit strip lstrip rstrip lower upper title capitalize casefold swapcase startswith "
    "endswith splitlines partition rpartition isdigit isalpha isalnum isspace isupper islower "
    "isnumeric isdecimal zfill ljust rjust center expandtabs encode format translate find rfind "
    "removeprefix removesuffix join replace isidentifier",
    "list": "append extend insert sort reverse",
    "dict": "items keys values get setdefault popitem",
    "set": "add discard union intersection difference symmetric_difference issubset issuperset",
    "deque": "appendleft popleft extendleft rotate",
    "bytes": "decode hex",
    "float": "is_integer as_integer_ratio",
    "int": "bit_length bit_count to_bytes",
    "date": "strftime isoformat weekday toordinal",
    "ndarray": "reshape astype ravel cumsum dot mean",
}
METHODS = {name: kind for kind, names in _OF_KIND.items() for name in names.split()}
"""The kind of value that has a method of that name."""
TEXT_RESULTS = frozenset(
    [
        "strip",
        "lstrip",
        "rstrip",
        "lower",
        "upper",
        "title",
        "capitalize",
        "casefold",
        "swapcase",
        "zfill",
        "ljust",
        "rjust",
        "center",
        "format",
        "replace",
        "removeprefix",
        "removesuffix",
        "join",
        "translate",
        "decode",
        "hex",
    ]
)
"""Methods that give a text."""
LIST_OF_TEXT = frozenset(["split", "rsplit", "splitlines", "partition", "rpartition"])
"""Methods that give several texts."""
SAME = frozenset(
    [
        "sorted",
        "list",
        "tuple",
        "set",
        "frozenset",
        "reversed",
        "iter",
        "deque",
        "copy",
        "deepcopy",
        "array",
        "asarray",
    ]
)
"""Functions that give the elements of their argument again."""
CHECKED = frozenset(["int", "float", "str", "bytes", "list", "dict", "tuple", "set"])
"""Types that ``isinstance`` is asked about."""
OF_SEQUENCE = frozenset(
    ["len", "sum", "min", "max", "any", "all", "Counter", "fsum", "mean", "median", "prod"]
)
"""Functions of a sequence."""
OF_NUMBER = frozenset(
    [
        "abs",
        "round",
        "divmod",
        "pow",
        "sqrt",
        "floor",
        "ceil",
        "log",
        "exp",
        "sin",
        "cos",
        "log2",
        "log10",
        "isnan",
        "isclose",
        "hypot",
    ]
)
"""Functions of numbers."""
OF_INT = frozenset(["range", "gcd", "factorial", "comb", "perm", "isqrt", "bin", "chr", "hex", "oct"])
"""Functions of whole numbers."""
