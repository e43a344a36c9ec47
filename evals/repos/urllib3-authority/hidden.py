"""Addresses with and without a user, host forms of all kinds, and one with many at signs."""

ENTRY = "hidden:parts"
USES = "urllib3.util.url"


def parts(url):
    from urllib3.util.url import parse_url

    return tuple(parse_url(url))


def inputs():
    urls = [
        "",
        "/path",
        "host",
        "http://host",
        "http://host:80/p?q#f",
        "http://u:p@host:8080/",
        "http://u@x@host/",
    ]
    urls += [
        "http://[::1]:80/",
        "http://[fe80::1%25eth0]/",
        "http://1.2.3.4:5/",
        "http://host:/",
        "HTTP://Host/%7e",
    ]
    urls += [
        "http://b\u00fccher@host/",
        "//host/only",
        "http://a@b@c:99999",
        "http://host:65536/",
        "http://user:@host",
        "http://[::1/",
    ]
    for url in urls:
        yield (url,), {}


def workload():
    from urllib3.exceptions import LocationParseError
    from urllib3.util.url import parse_url

    url = "http://" + "@" * 150 + "host:port"

    def parse():
        try:
            parse_url(url)
        except LocationParseError:
            return None

    return parse
