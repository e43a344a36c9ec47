"""Parse addresses as a client does, good and bad ones."""

from contextlib import suppress

from urllib3.exceptions import LocationParseError
from urllib3.util.url import parse_url

for number in range(40):
    assert parse_url(f"http://user:secret@host-{number}.example:8080/path/{number}?q={number}#f").port == 8080
    assert parse_url(f"https://10.0.0.{number}/").host == f"10.0.0.{number}"
for count in (1, 30, 200, 500):
    for end in ("host", "host:port", "[::1"):
        with suppress(LocationParseError):
            parse_url("http://" + "@" * count + end)
