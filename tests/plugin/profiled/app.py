"""A program with something to find in it."""

import json


def unknown(words, known):
    return [word for word in words if word not in known]


def report(count):
    words = [f"word {number}" for number in range(count)]
    known = words[::3]
    return json.dumps(unknown(words, known))
