"""Which of what happens is the app's own doing."""

from __future__ import annotations

from attrs import frozen

from codeflash_github_app.events.fields import Payload, found


@frozen
class Own:
    """The app as events know it.

    Attributes:
        app: Its id; 0 when it is not known.
        bot: Its login.
    """

    app: int
    bot: str

    def is_at(self, payload: Payload, path: str) -> bool:
        """Whether the user at a path is the app.

        Args:
            payload: The payload.
            path: Where the user stands.
        """
        login = found(payload, f"{path}.login")
        return isinstance(login, str) and login.lower() == self.bot.lower()


def is_bot(payload: Payload, path: str) -> bool:
    """Whether the user at a path is a program.

    Args:
        payload: The payload.
        path: Where the user stands.
    """
    login = found(payload, f"{path}.login")
    return found(payload, f"{path}.type") == "Bot" or (isinstance(login, str) and login.endswith("[bot]"))
