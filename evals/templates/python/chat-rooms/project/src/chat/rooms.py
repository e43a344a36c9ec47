"""Rooms and their members."""

from dataclasses import dataclass, field


@dataclass
class Member:
    """Someone in a room; what was sent to them lies in their inbox."""

    name: str
    muted: frozenset = frozenset()
    inbox: list = field(default_factory=list)

    async def send(self, text):
        if text:
            self.inbox.append(text)
        return len(text)


@dataclass
class Room:
    name: str
    members: list = field(default_factory=list)
    history: list = field(default_factory=list)

    def say(self, author, text):
        if not text.strip():
            raise ValueError("an empty message")
        self.history.append((len(self.history) + 1, author, text))
