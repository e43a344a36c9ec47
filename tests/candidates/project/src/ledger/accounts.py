"""Accounts and their entries."""

import logging
import warnings

log = logging.getLogger("ledger")

NUMBERS: dict[str, int] = {}


class Account:
    """An account with its entries."""

    def __init__(self, owner: str, entries=()):
        self.owner = owner
        self.entries = list(entries)
        self.posted = 0

    def post(self, amount: int, memo: str = "") -> None:
        """Enter an amount."""
        if not isinstance(amount, int):
            raise TypeError(f"not an amount: {amount!r}")
        self.posted += 1
        if amount == 0:
            return
        words = []
        for word in memo.split(" "):
            if word:
                words = words + [word]
        self.entries.append((amount, " ".join(words)))

    @property
    def balance(self) -> int:
        """The sum of the entries."""
        result = 0
        for at in range(len(self.entries)):
            result = result + self.entries[at][0]
        return result

    def statement(self, title: str = "Statement") -> list:
        """The lines of a statement; its title is printed."""
        print(title, self.owner)
        lines = []
        for amount, memo in self.entries:
            lines = lines + [f"{amount:>8} {memo}"]
        return lines


def next_number(prefix: str) -> str:
    """The next free number of a kind of document."""
    last = 0
    for known in NUMBERS:
        if known == prefix:
            last = NUMBERS[known]
    NUMBERS[prefix] = last + 1
    return f"{prefix}-{last + 1:04d}"


def normalize(entries: list) -> None:
    """Trim the memos in place; say which entries have none."""
    for at in range(len(entries)):
        entry = entries[at]
        if "memo" not in entry.keys():
            log.warning("entry %d has no memo", at)
            entry["memo"] = ""
        elif not isinstance(entry["memo"], str):
            warnings.warn(f"entry {at}: the memo is not text", UserWarning, stacklevel=2)
            entry["memo"] = str(entry["memo"])
        entry["memo"] = entry["memo"].strip()
