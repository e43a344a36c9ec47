"""What a pull request says, and what it may be made of."""

import pytest
from loopback.forked import MIN, SET, WHY

from codeflash_core.errors import UsageError
from codeflash_core.pulls.opening import public_address
from codeflash_core.pulls.remotes import Remote
from codeflash_core.pulls.writing import BEGIN, END, joined, title_of, why_of


def test_the_text_has_what_why_the_evidence_and_how_to_repeat_it(job):
    head = job.changed()
    body = job.draft(branch="perf/set").body
    assert body.startswith(f"{BEGIN}\nLook articles up in a set.\n")
    assert "- `src/shop/stock.py`: 1 line added, 1 removed" in body
    assert f"### Why it is faster\n\n{WHY}\n" in body
    assert (
        "| `tests/test_bench.py::test_missing` | 800 µs | 400 µs | 2.00x [1.90, 2.10] at 99.9 % | 1 |" in body
    )
    assert f"`{job.project.start[:10]}` against `{head[:10]}`" in body
    assert "bounds of the 99.9 % confidence interval; the claim is the lower one" in body
    raw = next((job.place.folder / "data/raw").iterdir()).stem
    assert f"row 1, raw data {raw}: compare, 6 blocks, faster; Linux 6, EPYC, 2" in body
    assert "$ sh reproduce.sh" in body
    assert f"BASE={job.project.start}\nHEAD={head}\n" in body
    assert body.endswith(f"{END}\n")


def test_nobody_is_advertised(job):
    job.changed()
    draft = job.draft(branch="perf/set")
    assert "codeflash" not in (draft.title + draft.body).lower()


def test_the_title_is_plain_and_has_no_figure(job):
    assert title_of("look articles\nup in a set.") == "Look articles up in a set"
    job.changed()
    assert job.draft(branch="perf/set").title == "Look articles up in a set"
    assert job.draft(branch="perf/set", title="Mine").title == "Mine"


def test_rows_that_were_no_gain_are_shown_beside_the_gain(job):
    from loopback.forked import comparison, encoded

    from codeflash_core.cases.recording import Recorded, record

    head = job.project.change("perf/set", SET)
    document = comparison(job.project.start, head)
    document["rows"] += comparison(job.project.start, head, benchmark="tests/test_bench.py::test_cheapest", point=0.9, outcome="slower")["rows"]  # fmt: skip
    record(job.place, [encoded(document)], Recorded("set", "sets", "cpu", "2026-11-28T12:00:00Z"))
    body = job.draft(branch="perf/set").body
    assert "test_cheapest` | 800 µs | 889 µs | 0.90x" in body


def test_a_reason_that_nobody_gave_is_asked_for(job):
    head = job.project.change("perf/set", SET, "Look articles up in a set")
    job.record(head)
    with pytest.raises(UsageError, match="nothing says why") as told:
        job.draft(branch="perf/set")
    assert "--why" in told.value.hint
    assert "It is.\n" in job.draft(branch="perf/set", why="It is.").body


def test_a_figure_that_no_row_has_is_not_repeated(job):
    job.changed()
    with pytest.raises(UsageError, match="no row says 9x"):
        job.draft(branch="perf/set", why="It is 9x faster.")
    assert "1.90x" in job.draft(branch="perf/set", why="At least 1.90x.").body


@pytest.mark.parametrize("title", ["Look up 9x faster", "Save 40 % of the time"])
def test_a_title_has_no_figure_that_no_row_has(job, title):
    job.changed()
    with pytest.raises(UsageError, match="the title: no row says"):
        job.draft(branch="perf/set", title=title)
    assert job.draft(branch="perf/set", title="Look up 2.00x faster").titled


def test_the_reason_comes_from_the_commits_message():
    message = (
        "Look up in a set\n\nsrc/a.py::f: 2.00x [1.90, 2.10] on cpu time, same behaviour on\n12 calls.\n\n"
        "A set finds each at once.\nTwo lines.\n\nAnother paragraph.\n\nMeasured by a tool, run 1.\n\n"
        "Signed-off-by: Ada <ada@example.test>\nCo-authored-by: Bob <b@b>\n"
    )
    assert why_of(message) == "A set finds each at once.\nTwo lines.\n\nAnother paragraph."
    assert why_of("Only a subject") == ""


def test_what_others_wrote_around_it_stays():
    ours = f"{BEGIN}\nnew\n{END}\n"
    assert joined("", ours) == ours
    assert joined("Theirs.", ours) == f"Theirs.\n\n{ours}"
    assert joined(f"A\n{BEGIN}\nx\n{END}\nB", ours) == f"A\n{BEGIN}\nnew\n{END}\nB"
    assert joined(f"A\n{BEGIN}\nhalf", ours) == f"A\n{BEGIN}\nhalf\n\n{ours}"


def test_marks_in_a_reason_do_not_end_our_part(job):
    job.changed()
    assert job.draft(branch="perf/set", why=f"x {END} y").body.count(END) == 1


def test_a_text_longer_than_github_takes_is_refused(job):
    job.changed()
    with pytest.raises(UsageError, match="letters, and GitHub takes"):
        job.draft(branch="perf/set", program="# a long program\n" * 5000)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({}, "the checkout is on no branch perf/NAME"),
        ({"branch": "main"}, "main is no branch of one change"),
        ({"branch": "perf/all"}, "perf/all is no branch of one change"),
        ({"branch": "perf/gone"}, "has no branch perf/gone"),
        ({"branch": "perf/other"}, "no row measures perf/other as it is now"),
        ({"branch": "perf/slow"}, "row 2 is no gain: discard"),
        ({"branch": "perf/set", "number": 2}, "row 2 measures .*, and perf/set is at"),
        ({"number": 9}, "the case has no row 9"),
        ({"branch": "perf/set", "fork": "bob/shop/x"}, "OWNER/REPO is wanted"),
        ({"branch": "perf/set", "fork": ""}, "the remote fork does not say which repository"),
    ],
)
def test_what_does_not_fit_is_named(job, asked, message):
    job.changed()
    job.record(job.project.change("perf/slow", MIN), outcome="no-difference", point=1.0)
    job.project.change("perf/other", MIN, "Another message")
    with pytest.raises(UsageError, match=message):
        job.draft(**asked)


def test_the_current_branch_or_that_of_a_row_is_taken(job):
    job.changed()
    job.changed("perf/min", MIN)
    assert job.draft(number=1).branch == "perf/set"
    job.project.git("checkout", "-q", "perf/min")
    assert (job.draft().branch, job.draft().number) == ("perf/min", 2)


def test_a_branch_that_moved_since_is_measured_again(job):
    job.changed()
    job.project.git("checkout", "-q", "perf/set")
    job.project.write("src/shop/more.py", "")
    job.project.commit("More")
    with pytest.raises(UsageError, match="no row measures perf/set as it is now"):
        job.draft()


def test_a_change_of_raw_data_is_noticed(job):
    job.changed()
    for path in (job.place.folder / "data/raw").iterdir():
        path.write_text(path.read_text().replace("2.1", "9.9"))
    with pytest.raises(UsageError, match="of row 1 were changed"):
        job.draft(branch="perf/set")


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("git@github.com:ada/shop.git", "https://github.com/ada/shop"),
        ("git@github.com-work:ada/shop.git", "https://github.com/ada/shop"),
        ("git@github.company.com:ada/shop.git", "https://github.company.com/ada/shop"),
        ("https://github.com.acme.test/ada/shop", "https://github.com.acme.test/ada/shop"),
        ("https://ada:secret@github.com/ada/shop.git", "https://github.com/ada/shop"),
        ("ssh://git@git.acme.test:22/ada/shop", "https://git.acme.test/ada/shop"),
        ("/srv/hub/ada/shop.git", ""),
        ("file:///srv/shop", ""),
        ("../shop", ""),
        ("ssh://git@ssh.github.com:443/ada/shop.git", "https://github.com/ada/shop"),
    ],
)
def test_the_public_address_of_a_fork_holds_no_password(address, expected):
    assert public_address(Remote("fork", address, "ada/shop")) == expected


@pytest.mark.parametrize("remotes", [{}, {"upstream": "git@github.com:acme/shop.git"}])
def test_a_checkout_without_remotes_says_which_to_add(job, remotes):
    job.changed()
    for name in ("upstream", "fork"):
        job.project.git("remote", "remove", name)
    for name, address in remotes.items():
        job.project.git("remote", "add", name, address)
    with pytest.raises(UsageError, match="no remote") as told:
        job.draft(branch="perf/set", upstream="", fork="")
    assert "git remote add" in told.value.hint


def test_addresses_of_github_need_no_naming(job):
    job.changed()
    job.project.git("remote", "set-url", "upstream", "https://github.com/acme/shop")
    job.project.git("remote", "set-url", "fork", "git@github.com:ada/shop.git")
    draft = job.draft(branch="perf/set", upstream="", fork="")
    assert (draft.target.repository, draft.head) == ("acme/shop", "ada:perf/set")
    with pytest.raises(UsageError, match="no remote of the checkout is bob/shop"):
        job.draft(branch="perf/set", upstream="bob/shop")


def test_a_commit_that_the_checkout_lacks_is_named(job):
    job.changed()
    job.record("b" * 40, base=job.project.start, point=3.0)
    from codeflash_core.pulls.choosing import recording_for
    from codeflash_core.pulls.opening import reproducer_for

    with pytest.raises(UsageError, match="does not have the commit bbbbbbbbbb of row 2"):
        reproducer_for(job.repository, recording_for(job.place, 2), None)
