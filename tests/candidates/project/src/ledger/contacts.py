"""Names, codes and addresses of members."""


def is_code(text: str) -> bool:
    """Whether a text is made of the digits 0 to 9 only."""
    if not text:
        return False
    fine = True
    for letter in text:
        if letter not in ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]:
            fine = False
    return fine


def heading(title: str) -> str:
    """A title with a capital at its start; the rest stays."""
    result = ""
    for at in range(len(title)):
        result = result + (title[at].upper() if at == 0 else title[at])
    return result


def lines_of(text: str) -> list:
    """The lines between line feeds."""
    lines = []
    line = ""
    for letter in text:
        if letter == "\n":
            lines.append(line)
            line = ""
        else:
            line = line + letter
    lines.append(line)
    return lines


def without_prefix(names: list, prefix: str) -> list:
    """The names, each without the prefix where it has it."""
    found = []
    for name in names:
        if name[: len(prefix)] == prefix:
            name = name[len(prefix) :]
        found.append(name)
    return found


def placed(folder: str, names: list) -> list:
    """The names below a folder."""
    found = []
    for name in names:
        path = folder
        path = path + "/"
        path = path + name
        found.append(path)
    return found


def sorted_names(names: list) -> list:
    """The names by their small letters; equal ones stay in order."""
    ordered = []
    for name in names:
        small = name.lower()
        at = len(ordered)
        while at > 0 and ordered[at - 1].lower() > small:
            at -= 1
        ordered.insert(at, name)
    return ordered


def single_blanks(text: str) -> str:
    """The text with one blank wherever there were several."""
    result = ""
    for letter in text:
        if letter == " " and result[-1:] == " ":
            continue
        result = result + letter
    return result


def host_of(address: str) -> str:
    """What stands behind the first @, or nothing."""
    found = ""
    seen = False
    for letter in address:
        if seen:
            found = found + letter
        elif letter == "@":
            seen = True
    return found


def members_named(members: list, names: list) -> list:
    """The members whose name is among the names."""
    found = []
    for member in members:
        if member in names:
            found.append(member)
    return found


def new_names(known: list, names: list) -> list:
    """The names that are not known, each once."""
    found = []
    for name in names:
        if name not in known and name not in found:
            found.append(name)
    return found


def key_of(name: str) -> str:
    """A short key for a name."""
    key = ""
    for letter in name:
        if letter not in "aeiou":
            key = key + letter
    return key[:4]
