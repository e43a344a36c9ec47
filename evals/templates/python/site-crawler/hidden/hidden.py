ENTRY = "crawler.crawl:crawl"
_ROOT = "http://docs.example/"


def _site(count, fan, step):
    from crawler.site import Site

    pages = {f"{_ROOT}n{n}": [f"/n{(n * step + k * k) % (count + 3)}?" for k in range(fan)] for n in range(count)}
    return Site({**pages, **{f"{address}?": links for address, links in list(pages.items())}})


def inputs():
    from crawler.site import Site

    twice = Site({_ROOT: ["gone", "a", "gone#x"], _ROOT + "a": ["gone", ""]})
    return [
        ((Site({}), _ROOT), {}),
        ((twice, _ROOT), {}),
        ((_site(12, 3, 2), _ROOT + "n0"), {}),
        ((_site(60, 6, 3), _ROOT + "n7"), {}),
        ((_site(60, 6, 3), _ROOT + "n7", 10), {}),
        ((_site(40, 4, 5), _ROOT + "n1"), {"limit": 0}),
        ((Site({_ROOT: ["//docs.example/b", "ftp://docs.example/c", "?q", "#f"]}), _ROOT), {}),
    ]


def workload():
    import asyncio

    from crawler.crawl import crawl

    site = _site(2500, 5, 3)
    return lambda: asyncio.run(crawl(site, _ROOT + "n1"))
