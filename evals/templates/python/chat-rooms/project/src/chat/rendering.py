"""Messages as text."""

import html
import re

_LINK = re.compile(r"\bhttps?://[^\s<]+")
_BOLD = re.compile(r"\*([^*]+)\*")


def render(message):
    """One message with links and bold words."""
    number, author, text = message
    body = html.escape(text, quote=False)
    body = _LINK.sub(lambda match: f'<a href="{match[0]}">{match[0]}</a>', body)
    body = _BOLD.sub(r"<b>\1</b>", body)
    return f'<p id="m{number}"><i>{html.escape(author)}</i> {body}</p>'


def render_all(messages):
    return "\n".join(render(message) for message in messages)
