"""Joins contacts from several address books."""

import re

_PUNCTUATION = re.compile(r"[\W_]+")


def key(text):
    return _PUNCTUATION.sub("", text).casefold()


def similar(left, right):
    """Whether two contacts are one person: a phone in common, or the same name."""
    if not left["phones"].isdisjoint(right["phones"]):
        return True
    return left["key"] == right["key"]


def unique(contacts):
    """Each person once, as first spelt, with all phones, in order of appearance."""
    people = []
    by_code = {}
    for contact in contacts:
        new = {"name": contact["name"], "key": key(contact["name"]), "phones": set(contact["phones"])}
        near = by_code.setdefault(contact["code"], [])
        for known in near:
            if similar(known, new):
                known["phones"] |= new["phones"]
                break
        else:
            near.append(new)
            people.append(new)
    return [(person["name"], sorted(person["phones"])) for person in people]
