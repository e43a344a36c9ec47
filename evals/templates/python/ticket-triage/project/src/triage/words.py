"""Words that say something."""

import re

_WORD = re.compile(r"[a-z']+")
STOP_WORDS = [
    "a", "about", "above", "after", "again", "against", "all", "am", "an", "and", "any", "are", "as", "at",
    "be", "because", "been", "before", "being", "below", "between", "both", "but", "by", "can", "cannot",
    "could", "did", "do", "does", "doing", "down", "during", "each", "few", "for", "from", "further", "had",
    "has", "have", "having", "he", "her", "here", "hers", "him", "his", "how", "i", "if", "in", "into", "is",
    "it", "its", "me", "more", "most", "my", "no", "nor", "not", "of", "off", "on", "once", "only", "or",
    "other", "our", "ours", "out", "over", "own", "please", "same", "she", "should", "so", "some", "such",
    "than", "that", "the", "their", "theirs", "them", "then", "there", "these", "they", "this", "those",
    "through", "to", "too", "under", "until", "up", "very", "was", "we", "were", "what", "when", "where",
    "which", "while", "who", "whom", "why", "will", "with", "would", "you", "your", "yours",
]


def tokens(text):
    """The words of a text in lower case, without those that say nothing."""
    return [word for word in _WORD.findall(text.lower()) if word not in STOP_WORDS]


def shares(words):
    """How often each word stands in ``words``, in order of first appearance."""
    counts = {}
    for word in words:
        counts[word] = counts.get(word, 0) + 1
    return counts
