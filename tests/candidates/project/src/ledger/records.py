"""Rows, tables and what is done with them one after the other."""


def merged(base: dict, extra: dict) -> dict:
    """A new table: the base's entries, then the extra's over them."""
    found = {}
    for key in base:
        found[key] = base[key]
    for key in extra:
        found[key] = extra[key]
    return found


def grouped(pairs: list) -> dict:
    """The values of each key, in order."""
    found = {}
    for key, value in pairs:
        if key not in list(found):
            found[key] = []
        found[key] = found[key] + [value]
    return found


def looked_up(table: dict, keys: list) -> list:
    """The entry of each key, or nothing; the table stays as it is."""
    found = []
    for key in keys:
        if key in list(table):
            found.append(table[key])
        else:
            found.append(None)
    return found


def paired(names: list, values: list) -> list:
    """Names with their values; a name without one is an error."""
    found = []
    for at in range(len(names)):
        found.append((names[at], values[at]))
    return found


def drop_blank(rows: list) -> list:
    """Take the empty rows out, in place."""
    at = 0
    while at < len(rows):
        if not rows[at]:
            del rows[at]
        else:
            at += 1
    return rows


def has_gap(values: list) -> bool:
    """Whether a value is missing."""
    found = False
    for value in values:
        if value is None:
            found = True
    return found


def find_row(rows: list, name: str) -> dict:
    """The first row of a name, or an empty one; all rows must have a name."""
    found = {}
    for row in rows:
        if "name" not in row:
            raise ValueError(f"a row without a name: {row!r}")
        if row["name"] == name and not found:
            found = row
    return found


def ratio(parts: list, whole: int) -> list:
    """Each part's share in percent."""
    found = []
    for part in parts:
        try:
            found.append(part * 100 // whole)
        except ZeroDivisionError as error:
            raise ValueError("nothing to share") from error
    return found


def handle(items: list, log: list) -> int:
    """Work through the items; the log says when that is over, however it ends."""
    count = 0
    try:
        for item in items:
            count = count + int(item)
    finally:
        log.append("over")
    return count


def whole_numbers(values: list) -> int:
    """How many values are plain whole numbers."""
    count = 0
    for value in values:
        if type(value) is int:
            count = count + 1
    return count


def take(stream, count: int) -> list:
    """The first items of a stream; no more are read."""
    found = []
    if count < 1:
        return found
    for item in stream:
        found = found + [item]
        if len(found) == count:
            break
    return found


def read_into(texts: list, numbers: list) -> None:
    """Add the texts as numbers, as far as they are some."""
    for text in texts:
        numbers.append(int(text))


def position(values: list, wanted) -> int:
    """The place of the first equal value, or -1."""
    found = -1
    for at in range(len(values)):
        if found == -1 and values[at] == wanted:
            found = at
    return found


def renamed(table: dict, old: str, new: str) -> dict:
    """A copy of the table in which an entry has another name, at its place."""
    found = {}
    for key in table:
        if key == old:
            found[new] = table[key]
        else:
            found[key] = table[key]
    return found


def book(amount: int, account: str) -> str:
    """A line of the journal."""
    if amount <= 0:
        raise ValueError(f"amount {amount}")
    if not account:
        raise KeyError("no account")
    text = ""
    for part in (account, " ", str(amount)):
        text = text + part
    return text


def copied(rows: list) -> list:
    """Copies of the rows; what they hold is shared."""
    found = []
    for row in rows:
        copy = {}
        for key in row:
            copy[key] = row[key]
        found.append(copy)
    return found


def distinct(stream) -> list:
    """What a stream holds, each once, in order."""
    found = []
    for item in stream:
        if item not in found:
            found.append(item)
    return found


def first_given(values: list):
    """The first value that is there, or None."""
    found = None
    for value in values:
        if found is None and value is not None:
            found = value
    return found


def numbered(rows: list):
    """Each row with its number, as it is asked for."""
    number = 0
    for row in rows:
        number = number + 1
        yield [number] + [cell for cell in row]


def flags(values: list) -> list:
    """Which values are one."""
    found = []
    for value in values:
        found.append(True if value == 1 else False)
    return found
