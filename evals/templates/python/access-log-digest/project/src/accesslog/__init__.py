"""Daily digest of a web server's access log."""

from accesslog.digest import digest

__all__ = ["digest"]
