from html.parser import HTMLParser

from codeflash_evals.pages.html import render_html


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.seen = set()
        self.open = []

    def handle_starttag(self, tag, attributes):
        self.seen.add(tag)
        if tag not in ("meta", "link"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_page_is_whole_and_foreign_text_stays_text(ran):
    page = render_html([ran(low=1.5, share=0.5), ran(case="python/b", problem="<script>alert(1)</script>")])
    tags = Tags()
    tags.feed(page)
    assert tags.open == []
    assert "script" not in tags.seen and "&lt;script&gt;" in page
    assert "1.65x [1.50, 1.80]" in page


def test_an_empty_page_says_so():
    assert "No results" in render_html([])
