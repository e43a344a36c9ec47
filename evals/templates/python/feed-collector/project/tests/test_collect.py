import asyncio

from feeds.collect import collect, front_page
from feeds.source import Source


def test_sources_keep_their_order_whoever_answers_first():
    sources = [Source("slow", ("a",), 0.004), Source("quick", ("b",), 0.0)]
    assert list(asyncio.run(collect(sources))["page"]) == ["slow", "quick"]


def test_a_source_that_is_down_does_not_stop_the_others():
    sources = [Source("x", down=True), Source("y", (" news ", "")), Source("z", down=True, delay=0.0)]
    assert asyncio.run(collect(sources)) == {
        "page": {"y": ["news"]},
        "failures": ["x does not answer", "z does not answer"],
    }


def test_a_source_asked_twice_is_joined():
    assert asyncio.run(collect([Source("x", ("a",)), Source("x", ("b",))]))["page"] == {"x": ["a", "b"]}


def test_the_front_page_has_each_headline_once():
    sources = [Source(f"s{n}", ("same", f"own {n}", "more", "left out")) for n in range(24)]
    page = asyncio.run(front_page(sources))
    assert page[:3] == ["same", "own 0", "more"]
    assert len(page) == 26
