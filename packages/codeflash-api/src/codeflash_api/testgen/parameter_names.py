"""What the name of a parameter suggests."""

from __future__ import annotations

_NAMES = {
    "int": "n k m num number count size length limit depth index idx i j width height year age level step total "
    "capacity target rows cols offset start end stop low high max_value min_value threshold_count",
    "float": "x y z rate ratio weight price amount factor threshold alpha beta gamma score temperature value",
    "str": "text s string name word line path key sentence prefix suffix pattern title message char letter query "
    "content label token url email",
    "bool": "flag verbose reverse strict enabled",
    "dict": "mapping d dictionary counts config options params graph settings table index_by lookup record",
    "callable": "fn func function callback predicate key_func transform",
    "list": "items values numbers nums data prices lst arr array xs seq sequence list words lines matrix grid "
    "board rows records elements points pairs tokens entries lists intervals scores names keys",
}
KIND_OF_NAME = {name: kind for kind, names in _NAMES.items() for name in names.split()}
_WAITS = frozenset(
    ["delay", "timeout", "seconds", "interval", "sleep", "wait", "pause", "backoff", "duration"]
)
_ROTATED = ("list", "int", "str", "dict")


def is_wait(name: str) -> bool:
    """Whether it is how long something waits."""
    return name.strip("_").lower().rpartition("_")[2] in _WAITS


def guessed(name: str, order: int) -> str:
    """The kind that a parameter's name suggests; without any, one after the other."""
    plain = name.strip("_").lower()
    if plain.startswith(("is_", "has_", "use_", "should_", "allow_")):
        return "bool"
    if plain.startswith(("num_", "n_", "max_", "min_")) or plain.endswith(
        ("_count", "_size", "_index", "_id")
    ):
        return "int"
    for part in (plain, plain.rpartition("_")[2]):
        if part in KIND_OF_NAME:
            return KIND_OF_NAME[part]
    return "list" if plain.endswith("s") else _ROTATED[order % len(_ROTATED)]
