"""Names with all separators in all places."""

import random

ENTRY = "packaging.utils:canonicalize_name"


def inputs():
    dice = random.Random(71)
    for name in ("", "a", "A.B_c-D", "--x__", "Foo...Bar", "a-_.-b", "zope.interface", "\u00c9cole", "a b"):
        yield (name,), {}
    for name in ("ok-name", "-bad", "bad-", "a..b", ""):
        yield (name,), {"validate": True}
    for _ in range(40):
        yield ("".join(dice.choices("aB1-_.", k=dice.randrange(1, 14))),), {}


def workload(number=0):
    from packaging.utils import canonicalize_name

    names = [
        "requests",
        "zope.interface",
        "Flask-SQLAlchemy",
        "ruamel.yaml.clib",
        "backports.ssl_match_hostname",
        "PyYAML",
    ]
    names = [f"{name}{number or ''}" for name in names]
    return lambda: [canonicalize_name(name) for name in names]
