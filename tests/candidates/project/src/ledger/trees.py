"""Groups within groups."""


def depth(node: dict) -> int:
    """How many levels of children there are."""
    level = [node]
    deep = 0
    while level:
        deep += 1
        following = []
        for each in level:
            for child in each.get("children", []):
                following = following + [child]
        level = following
    return deep


def flatten(nested: list) -> list:
    """The leaves of lists in lists, in order."""
    leaves = []
    for part in nested:
        if isinstance(part, list):
            leaves = leaves + flatten(part)
        else:
            leaves = leaves + [part]
    return leaves


def tally(groups: list, names: list) -> dict:
    """How many members each of the names has, in the order of the names."""
    found = {}
    for name in names:
        count = 0
        for group in groups:
            if group["name"] == name:
                count += len(group["members"])
        found[name] = count
    return found
