"""Permissions as bits."""

READ, WRITE, SHARE, DELETE = 1, 2, 4, 8
NAMES = {"read": READ, "write": WRITE, "share": SHARE, "delete": DELETE}


class UnknownPermission(ValueError):
    """There is no permission of that name."""


def mask(names):
    """The bits of some permissions."""
    bits = 0
    for name in names:
        try:
            bits |= NAMES[name]
        except KeyError:
            raise UnknownPermission(f"no such permission: {name}") from None
    return bits


def names_of(bits):
    return [name for name, bit in NAMES.items() if bits & bit]


def decide(grants, requests):
    """Whether each (role, needed bits) is granted; an unknown role has nothing."""
    get = grants.get
    return [get(role, 0) & needed == needed for role, needed in requests]
