"""What people read: every kind of row, in Markdown and HTML, and as JSON."""

import json

import pytest
from attrs import evolve

from codeflash_core.git.exporting import Ref
from codeflash_core.model.comparison import Block, InputSamples, Interval
from codeflash_core.ports.benchmarks import FunctionTime
from codeflash_core.stats.rows import Difference
from codeflash_core.versions.documents import versions_document
from codeflash_core.versions.pages import changes_of, render_html, render_markdown
from codeflash_core.versions.values import FunctionChange, Memory, Row, VersionsComparison


def block(a, b):
    return Block((InputSamples("x", 1.0, 5, (a,) * 4, (b,) * 4, (a,) * 4, (b,) * 4),), mode="separate")


SLOW, FAST = FunctionTime("m.py", "work", 9e-6, 9e-6, 1.0), FunctionTime("m.py", "work", 2e-6, 2e-6, 1.0)
ROWS = (
    Row(
        "tests/t.py::test_<b>|x",
        Difference.FASTER,
        Interval(point=4.0, low=3.5, high=4.5, level=0.999, blocks=4),
        before_ns=10_000.0,
        after_ns=2_500.0,
        functions=(
            FunctionChange("m.py", "work", SLOW, FAST),
            FunctionChange("m.py", "gone", FunctionTime("m.py", "gone", 1e-9, 1e-9, 1.0), None),
        ),
        memory={"base": Memory(2_000_000, 10), "head": Memory(900, 2)},
        blocks=(block(10_000.0, 2_500.0), block(10_100.0, 2_400.0)),
    ),
    Row("import words", Difference.NO_DIFFERENCE, Interval(point=1.0, low=0.99, high=1.01, level=0.99, blocks=4),
        imports=(tuple(f"m{n}" for n in range(10)), ())),
    Row("wide", Difference.INCONCLUSIVE, Interval(point=1.0, low=1e-320, high=float("inf"), level=0.999, blocks=2),
        before_ns=1.0, after_ns=1.0, blocks=(block(1.0, 1.0), block(1.0, 1.2))),
    Row("gone", problem="only in base"),
)  # fmt: skip


@pytest.fixture
def found():
    base, head = Ref("v1", "a" * 40, "Start"), Ref("v_2", "b" * 40, "Make <it> faster")
    return VersionsComparison(base, head, ROWS, 0.02, 0.004, 12.5, 10.0, {"system": "Linux"}, ("a *note*",))


def test_markdown_tells_each_row_and_escapes_what_comes_from_the_project(found):
    page = render_markdown(found)
    assert "| 10.0 µs | 2.50 µs | 4.00x [3.50, 4.50] | faster |" in page
    assert "| `gone` |  |  |  | only in base |" in page
    assert "no longer imported: m0, m1, m2, m3, m4, m5, m6, m7 and 2 more" in page
    assert "peak memory 1.9 MB became 900 B, blocks held 10 became 2" in page
    assert "| `m.py::work` | 9.00 µs, 9.00 µs | 2.00 µs, 2.00 µs |" in page
    assert "m.py::gone" not in page  # a ten thousandth of the call
    assert "- a \\*note\\*" in page
    assert "v\\_2" in page
    assert "0.4 %" in page


def test_html_is_whole_and_safe_even_where_bounds_are_astronomical(found):
    page = render_html(found)
    assert "test_&lt;b&gt;|x" in page
    assert "<it>" not in page
    assert page.count('class="plot blocks"') == 2
    assert "block 1: 4.00x" in page
    assert page.endswith("</html>\n")


def test_json_has_every_sample_and_every_reason(found):
    document = json.loads(json.dumps(versions_document(found)))
    first, second, wide, last = document["rows"]
    assert wide["speedup"]["high"] is None
    assert first["samples"][0]["base_cpu"] == [10_000.0] * 4
    assert first["functions"][1]["head"] is None
    assert second["imports"]["gone"][0] == "m0"
    assert (last["outcome"], last["problem"], last["speedup"]) == ("not-measured", "only in base", None)
    assert document["noise_floor"] == 0.004


def test_only_functions_that_matter_to_the_call_are_shown_in_short(found):
    assert [each.name for each in changes_of(found.rows[0])] == ["work"]


@pytest.mark.parametrize(("high", "regressions"), [(0.9, 1), (0.98, 0)])
def test_a_regression_counts_from_the_bound_that_is_nearer_to_none(found, high, regressions):
    row = Row("x", Difference.SLOWER, Interval(point=0.8, low=0.7, high=high, level=0.999, blocks=4))
    assert len(evolve(found, rows=(row, *ROWS)).regressions(0.03)) == regressions


def test_nothing_out_of_the_project_adds_a_column(found):
    hostile = "t.py::test[a|`b`|\\|@team]"
    change = FunctionChange("m|.py", "`|`", SLOW, FAST)
    rows = (
        evolve(ROWS[0], id=hostile, functions=(change,)),
        Row(hostile, problem="`a|b` failed \\| see https://e.example"),
    )
    page = render_markdown(evolve(found, rows=rows))
    bars = [line.count("|") for line in page.splitlines() if line.startswith("|")]
    assert bars == [6, 6, 6, 6, 4, 4, 4]
    assert "://" not in page
