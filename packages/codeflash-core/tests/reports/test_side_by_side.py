import re
from html.parser import HTMLParser

from hypothesis import given, settings
from hypothesis import strategies as st

from codeflash_core.reports.side_by_side import file_diffs, unified

LINE = st.text(st.sampled_from("ab <&\t"), max_size=6)
LINES = st.lists(LINE, max_size=12)


class Cells(HTMLParser):
    """Reads a diff table back: rows of (number, code) for both sides."""

    def __init__(self):
        super().__init__()
        self.rows, self.text, self.reading = [], "", False

    def handle_starttag(self, tag, attributes):
        if tag == "tr":
            self.rows.append([])
        if tag == "td":
            self.reading, self.text = True, ""

    def handle_endtag(self, tag):
        if tag == "td":
            self.rows[-1].append(self.text)
            self.reading = False

    def handle_data(self, data):
        if self.reading:
            self.text += data


def rows_of(before, after):
    reader = Cells()
    reader.feed(file_diffs({"f.py": before}, {"f.py": after}))
    return [tuple(row) for row in reader.rows if len(row) == 4]


def test_changed_lines_stand_side_by_side_with_their_words_marked():
    text = file_diffs({"f.py": "x = []\nx.append(1)\n"}, {"f.py": "x = set()\nx.add(1)\n"})
    assert "<del>append</del>" in text
    assert "<ins>add</ins>" in text
    assert ("2", "x.append(1)", "2", "x.add(1)") in rows_of("x = []\nx.append(1)\n", "x = set()\nx.add(1)\n")


def test_an_inserted_line_leaves_the_other_side_empty():
    rows = rows_of("a = 1\nreturn total\n", "a = 1\ncache = {}\nreturn total\n")
    assert ("", "", "2", "cache = {}") in rows
    assert ("2", "return total", "3", "return total") in rows


def test_alike_lines_of_a_replaced_stretch_are_paired_past_others():
    rows = rows_of("for order in orders:\n", "lookup = frozenset(z)\nfor order in sorted_orders:\n")
    assert rows == [
        ("", "", "1", "lookup = frozenset(z)"),
        ("1", "for order in orders:", "2", "for order in sorted_orders:"),
    ]


def test_only_the_surroundings_of_a_change_are_shown():
    before = [f"line_{n}" for n in range(200)]
    after = list(before)
    after[20], after[150] = "new", "other"
    text = file_diffs({"f": "\n".join(before)}, {"f": "\n".join(after)})
    assert text.count('class="gap"') == 1
    assert "line_17" in text
    assert "line_16<" not in text


def test_new_and_deleted_files_are_named_so():
    text = file_diffs({"old.py": "a\n"}, {"old.py": None, "new.py": "b\n"})
    assert re.search(r"new\.py</code> <span class=muted>new file", text)
    assert re.search(r"old\.py</code> <span class=muted>deleted", text)


def test_an_unchanged_file_is_left_out():
    assert file_diffs({"f": "a\n"}, {"f": "a\n"}) == ""


def test_a_change_of_line_ends_alone_is_named():
    assert "Only line ends" in file_diffs({"f": "a\nb\n"}, {"f": "a\r\nb\r\n"})


def test_source_is_escaped_on_both_sides_and_inside_marks():
    text = file_diffs({"<f>": "a = '<b>'\n"}, {"<f>": "a = '<script>'\n"})
    assert "<script>" not in text
    assert "<b>" not in text
    assert "&lt;f&gt;" in text


def test_a_very_long_line_is_cut():
    text = file_diffs({"f": "a" * 100_000}, {"f": "b" * 100_000})
    assert len(text) < 20_000
    assert "more characters" in text


def test_a_long_replaced_stretch_is_paired_by_position():
    before = "\n".join(f"a{n}" for n in range(300))
    after = "\n".join(f"b{n}" for n in range(300))
    assert len(rows_of(before, after)) == 300


@settings(deadline=None)
@given(LINES, LINES)
def test_reading_the_table_back_gives_every_changed_line_once_and_in_order(before, after):
    before, after = [f"{line}." for line in before], [f"{line}." for line in after]
    rows = rows_of("\n".join(before), "\n".join(after))
    for number, code, lines in ((0, 1, before), (2, 3, after)):
        numbers = [int(row[number]) for row in rows if row[number]]
        assert numbers == sorted(set(numbers))
        for row in rows:
            if row[number]:
                assert row[code] == lines[int(row[number]) - 1]
    if before != after:
        left = {int(row[0]) for row in rows if row[0]}
        right = {int(row[2]) for row in rows if row[2]}
        hidden_left = [line for n, line in enumerate(before, 1) if n not in left]
        assert hidden_left == [line for n, line in enumerate(after, 1) if n not in right]


def test_a_unified_diff_colours_lines_and_not_headers():
    text = unified("--- a/f\n+++ b/f\n@@ -1 +1 @@\n-<a>\n+b\n c\n")
    assert '<span class="gone">-&lt;a&gt;</span>' in text
    assert '<span class="come">+b</span>' in text
    assert '<span class="hunk">@@ -1 +1 @@</span>' in text
    assert "\n--- a/f\n+++ b/f\n" in text.replace('<pre class="unified">', "\n")
