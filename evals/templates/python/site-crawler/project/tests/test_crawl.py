import asyncio

from crawler.crawl import crawl, sitemap
from crawler.site import Site, absolute

ROOT = "https://site.example/"


def site(count):
    pages = {ROOT: [f"/p{n}" for n in range(0, count, 9)]}
    for n in range(count):
        pages[f"{ROOT}p{n}"] = [f"/p{(n * 7 + k) % count}#part" for k in range(8)] + ["https://else.example/"]
    return Site(pages)


def test_links_are_resolved():
    assert absolute(ROOT + "a/b", "../c#d") == ROOT + "c"
    assert absolute(ROOT, "https://else.example/x") is None


def test_near_pages_come_first():
    pages = Site({ROOT: ["b", "a"], ROOT + "a": [], ROOT + "b": ["c"], ROOT + "c": ["a"]})
    assert asyncio.run(crawl(pages, ROOT)) == ([ROOT, ROOT + "b", ROOT + "a", ROOT + "c"], [])


def test_broken_links_are_kept_apart():
    assert asyncio.run(crawl(Site({ROOT: ["x"]}), ROOT)) == ([ROOT], [ROOT + "x"])


def test_the_limit_ends_the_walk():
    visited, _ = asyncio.run(crawl(site(50), ROOT, limit=7))
    assert len(visited) == 7


def test_a_map_of_a_site():
    text = asyncio.run(sitemap(site(700), ROOT))
    assert len(text.splitlines()) == 701
