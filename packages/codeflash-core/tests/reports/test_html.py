import shutil
import subprocess
from html.parser import HTMLParser

import pytest
from attrs import evolve

from codeflash_core.model.cheat import Cheat, CheatKind
from codeflash_core.model.comparison import Block
from codeflash_core.model.decision import Decision, DecisionWord, TargetResult
from codeflash_core.reports.html import render_html

VOID = {"meta", "link", "br", "col", "img", "input"}
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


class Page(HTMLParser):
    """Collects elements and text, and refuses elements that are not closed in order."""

    def __init__(self, text):
        super().__init__()
        self.stack, self.elements, self.ids, self.words = [], [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))
        self.ids += [value for name, value in attributes if name == "id"]
        if tag not in VOID:
            self.stack.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.elements.append((tag, dict(attributes)))

    def handle_endtag(self, tag):
        assert self.stack.pop() == tag

    def handle_data(self, data):
        if self.stack and self.stack[-1] != "style":
            self.words.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())


def test_the_page_is_well_formed_and_loads_nothing(report):
    page = Page(render_html(report))
    assert page.stack == []
    assert len(page.ids) == len(set(page.ids))
    for tag, attributes in page.elements:
        assert tag not in {"script", "iframe", "img", "object", "embed", "form"}
        assert not any(name.startswith("on") for name in attributes)
        assert attributes.get("src") is None
        assert attributes.get("href", "#").startswith(("#", "data:,"))
    assert "url(" not in render_html(report)
    assert "@import" not in render_html(report)


def test_nothing_that_was_only_measured_is_called_proven(report):
    text = Page(render_html(report)).text
    assert "largest measured speedup of an accepted change (lower bound)" in text
    assert "prove" not in text.lower()


def test_links_lead_to_sections_of_the_page(report):
    page = Page(render_html(report))
    targets = [a["href"].removeprefix("#") for tag, a in page.elements if tag == "a"]
    assert len(targets) == 2
    assert set(targets) <= set(page.ids)


def test_everything_that_a_reader_needs_is_on_the_page(report, accepted):
    text = Page(render_html(report)).text
    interval = accepted.best.comparison.interval
    for words in (
        "1 of 2",
        f"{interval}",
        "at 99.9 %",
        "shop/pricing.py::Basket.total",
        "no candidate was proposed",
        "Membership in a list walks it",
        "adds a set of the ids",
        "mutation score 0.67",
        "31 tests passed",
        "at most 0.6 %",
        "AMD EPYC 7B13",
        "bubblewrap",
        "process count: counted from outside",
        "codeflash optimize shop/ordering.py::arrange --seed 7",
        "On cold caches",
        "2 tests fail on the original and were left out",
        "the machine was busy",
        "order.id in wanted_ids",
        "ab12cd34ef56",
        "within the limit",
        "1.04 times",
        "20261123-190501-4f1c",
    ):
        assert words in text, words


def test_every_candidate_tried_is_plotted_and_the_rejected_ones_explained(report, accepted):
    text = render_html(report)
    page = Page(text)
    rows = [a for tag, a in page.elements if tag == "g" and a.get("class", "").startswith("row ")]
    assert len(rows) == len(accepted.attempts)
    for attempt in accepted.attempts:
        assert attempt.decision.reasons[0] in page.text
    assert "arrange([Order('a', 5)], ['a'])" in page.text
    assert "The result differs at result[0] :" in page.text
    assert "tests/test_ordering.py::test_wanted_first, made smaller" in page.text
    assert "can be written as Python: shop.model.Order" in page.text
    assert "Undecided: wrong code loaded" in page.text
    assert "site-packages/shop/ordering.py" in page.text


def test_the_change_is_shown_side_by_side(report):
    text = render_html(report)
    assert "<del>append</del>" in text
    assert "<ins>add</ins>" in text


def test_growth_and_blocks_are_drawn(report):
    text = render_html(report)
    assert 'class="plot growth"' in text
    assert text.count('class="block"') == 6


def test_raw_samples_are_on_the_page(report, accepted):
    first = accepted.best.comparison.blocks[0].inputs[0].a_cpu[0]
    assert f"original  {first:.0f} " in render_html(report)


def test_too_many_raw_samples_are_left_to_the_journal(report, accepted):
    block = accepted.best.comparison.blocks[0]
    row = evolve(block.inputs[0], a_cpu=(1.5,) * 30_000, b_cpu=(1.0,) * 30_000)
    comparison = evolve(accepted.best.comparison, blocks=(Block(inputs=(row,)),))
    result = evolve(accepted, best=evolve(accepted.best, comparison=comparison))
    assert "40,000 more samples are in the run&#x27;s journal" in render_html(
        evolve(report, results=(result,))
    )


def test_a_block_that_cannot_be_judged_is_left_out_of_the_plot(report, accepted):
    comparison = accepted.best.comparison
    spoilt = evolve(
        comparison, blocks=(evolve(comparison.blocks[0], problem="killed"), *comparison.blocks[1:])
    )
    result = evolve(accepted, best=evolve(accepted.best, comparison=spoilt))
    text = render_html(evolve(report, results=(result,)))
    assert text.count('class="block"') == 5
    assert "killed" in text


def test_foreign_text_cannot_add_markup(hostile):
    text = render_html(hostile)
    page = Page(text)
    assert page.stack == []
    assert not {tag for tag, _ in page.elements} & {"script", "img"}
    assert not any(name.startswith("on") for _, attributes in page.elements for name in attributes)
    assert "\u202e" not in text
    assert "\x00" not in text
    text.encode()
    assert page.text.count("document.title='owned'") > 50


def test_the_same_run_gives_the_same_page(report):
    assert render_html(report) == render_html(report)


def test_a_run_without_targets_says_so(report):
    page = Page(render_html(evolve(report, results=())))
    assert "No target was worked on." in page.text


def test_without_the_original_text_the_unified_diff_is_shown(report, accepted):
    text = render_html(evolve(report, results=(evolve(accepted, original={}),)))
    assert '<span class="gone">-    seen = []</span>' in text
    assert 'class="sides"' not in text


def test_a_rejected_best_candidate_is_not_called_the_change(report, accepted):
    decision = Decision(DecisionWord.REJECTED, ("too large a diff",))
    text = Page(render_html(evolve(report, results=(evolve(accepted, decision=decision),)))).text
    assert "The best candidate, not accepted" in text
    assert "at least" not in text.split("The best candidate, not accepted")[0].split("conditions")[0]


def test_a_target_without_anything_still_has_its_section(report):
    bare = TargetResult(target="a.py::f", decision=Decision(DecisionWord.NEEDS_EVIDENCE))
    page = Page(render_html(evolve(report, results=(bare,), notes=(), unconfined=(), sandbox="")))
    assert "needs evidence" in page.text
    assert "svg" not in {tag for tag, _ in page.elements}


def chromium(path, home, *options):
    """Runs the browser on a file and returns its output and its console."""
    done = subprocess.run(
        [
            CHROMIUM,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            f"--user-data-dir={home}",
            "--virtual-time-budget=2000",
            "--enable-logging=stderr",
            *options,
            path.as_uri(),
        ],
        capture_output=True,
        timeout=120,
        check=True,
    )
    log = done.stderr.decode(errors="replace")
    return done.stdout.decode(errors="replace"), [line for line in log.splitlines() if "CONSOLE" in line]


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")
def test_a_browser_opens_the_report_without_a_word_on_its_console(report, hostile, tmp_path):
    control = tmp_path / "control.html"
    control.write_text("<!doctype html><script>console.error('seen')</script>", encoding="utf-8")
    _, console = chromium(control, tmp_path / "home", "--dump-dom")
    assert any("seen" in line for line in console), (
        "the console cannot be read, so silence would mean nothing"
    )

    for name, run in (("report", report), ("hostile", hostile)):
        path = tmp_path / f"{name}.html"
        path.write_text(render_html(run), encoding="utf-8")
        dom, console = chromium(path, tmp_path / "home", "--dump-dom")
        assert console == []
        assert "<svg" in dom
        assert "<title>owned</title>" not in dom
        assert dom.count('<section class="card"') == 4


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")
def test_a_browser_draws_the_report_in_both_schemes(report, tmp_path):
    path = tmp_path / "report.html"
    path.write_text(render_html(report), encoding="utf-8")
    pictures = []
    for scheme in ("0", "1"):
        picture = tmp_path / f"{scheme}.png"
        chromium(
            path,
            tmp_path / "home",
            f"--blink-settings=preferredColorScheme={scheme}",
            "--window-size=1200,900",
            f"--screenshot={picture}",
        )
        pictures.append(picture.read_bytes())
    assert all(picture.startswith(b"\x89PNG") and len(picture) > 10_000 for picture in pictures)
    assert pictures[0] != pictures[1]


def test_a_cheat_is_named_on_the_page(report, accepted):
    decision = Decision.cheating(Cheat(CheatKind.TIMING_HOOK, "f newly reads time.time"))
    attempt = evolve(accepted.best, decision=decision)
    result = evolve(accepted, decision=decision, best=attempt, attempts=(attempt,))
    page = Page(render_html(evolve(report, results=(result,))))
    named = [words for words in page.words if "cheating: it behaves otherwise when it is timed" in words]
    assert len(named) > 1  # in the list of targets, and with the target
