"""Who is logged in: signed cookies, which hold nothing but when they end. Those that were ended before are kept elsewhere."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol

from attrs import field, frozen

SESSION_SECONDS = 12 * 3600
FORM_SECONDS = 3600


class EndedSessions(Protocol):
    """Sessions that people ended: they outlive every process, as the cookies do."""

    async def add(self, name: str, until: datetime) -> None:
        """Keep that a session was ended.

        Args:
            name: Its name.
            until: When it would have ended by itself; it need not be kept after that.
        """
        ...

    async def has(self, name: str) -> bool:
        """Whether a session was ended."""
        ...


@frozen
class Sessions:
    """Sessions of one password.

    Attributes:
        clock: Seconds since 1970.
    """

    clock: Callable[[], float]
    _password: bytes = field(repr=False)
    _key: bytes = field(repr=False)

    @classmethod
    def of(cls, password: str, clock: Callable[[], float]) -> Sessions:
        """Sessions that outlive a restart, and end when the password is changed.

        Args:
            password: The password; a slow function makes the key of it, so that a cookie does not betray a weak one.
            clock: Seconds since 1970.
        """
        key = hashlib.scrypt(password.encode(), salt=b"codeflash status pages", n=2**14, r=8, p=1, dklen=32)
        return cls(clock, hashlib.sha256(password.encode()).digest(), key)

    def is_password(self, text: str) -> bool:
        """Whether it is the password; how long that takes does not tell how much of it is right."""
        told = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
        return hmac.compare_digest(told, self._password)

    def begin(self, purpose: str, seconds: float) -> str:
        """A cookie.

        Args:
            purpose: What it is for: one for a form opens no session.
            seconds: How long it counts.
        """
        head = f"{int(self.clock() + seconds)}.{secrets.token_urlsafe(18)}"
        return f"{head}.{self._signed(purpose, head)}"

    def is_open(self, purpose: str, cookie: str) -> bool:
        """Whether a cookie is ours, for this purpose, and still counts."""
        head, _, signature = cookie.rpartition(".")
        if not _same(signature, self._signed(purpose, head)):
            return False
        return self.clock() < _end_of(cookie).timestamp()

    @staticmethod
    def named(cookie: str) -> tuple[str, datetime]:
        """What an open session is called where ended ones are kept, and when it ends. No cookie can be made of the name."""
        return hashlib.sha256(cookie.encode()).hexdigest(), _end_of(cookie)

    def token(self, cookie: str) -> str:
        """What a form holds, so that no other site can send it."""
        return self._signed("token", cookie)

    def is_token(self, cookie: str, token: str) -> bool:
        """Whether a form was made for this cookie."""
        return _same(token, self.token(cookie))

    def _signed(self, purpose: str, text: str) -> str:
        message = f"{purpose}\0{text}".encode("utf-8", "surrogatepass")
        return hmac.new(self._key, message, hashlib.sha256).hexdigest()


def _end_of(cookie: str) -> datetime:
    return datetime.fromtimestamp(int(cookie.partition(".")[0]), UTC)


def _same(told: str, right: str) -> bool:
    return hmac.compare_digest(told.encode("utf-8", "surrogatepass"), right.encode())
