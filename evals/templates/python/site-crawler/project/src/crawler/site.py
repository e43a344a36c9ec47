"""A site: pages with links."""

from urllib.parse import urldefrag, urljoin, urlsplit


class Missing(LookupError):
    """There is no such page."""


class Site:
    """Pages by address; each is a list of links as they stand in it."""

    def __init__(self, pages):
        self.pages = pages

    async def links(self, address):
        try:
            found = self.pages[address]
        except KeyError:
            raise Missing(address) from None
        return found


def absolute(address, link):
    """The address that a link leads to, without its fragment; None when it leaves the site."""
    path = link.partition("#")[0]
    if path.startswith("/") and not path.startswith("//"):
        scheme, _, rest = address.partition("://")
        return f"{scheme}://{rest.partition('/')[0]}{path}"
    target = urldefrag(urljoin(address, link)).url
    return target if urlsplit(target).netloc == urlsplit(address).netloc else None
