"""Counts phrases of neighbouring words."""

from collections import Counter

from phrases.words import is_phrase, words_of

DULL = frozenset("a an and by for in is it of on or the to with".split())


def phrases_of(words, length):
    """All runs of ``length`` words."""
    return list(zip(*(words[start:] for start in range(length))))


def frequent(documents, length=2, top=10, at_least=2):
    """The phrases that come most often within documents; of equals, the one that was met first."""
    texts = [words_of(document) for document in documents]
    phrases = []
    for words in texts:
        phrases += phrases_of(words, length)
    telling = [phrase for phrase in phrases if is_phrase(phrase, DULL)]
    counts = Counter(telling)
    return [(" ".join(phrase), count) for phrase, count in counts.most_common() if count >= at_least][:top]
