"""Which codes of an order the catalogue knows."""


def known_codes(codes: list[str], catalogue: list[str]) -> list[str]:
    """The codes that the catalogue has, in the order's order."""
    known = set(catalogue)
    return [code for code in codes if code in known]


def label(code: str, count: int) -> str:
    """A line for the printed order."""
    return f"{count} x {code.upper()}"
