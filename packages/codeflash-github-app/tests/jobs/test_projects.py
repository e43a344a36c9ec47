from codeflash_github_app.jobs.projects import by_project, joined

DIFF = "--- a/x.py\n+++ b/x.py\n@@ -1 +1 @@\n--- a/y\n+++ b/y\n"


def test_targets_are_named_from_their_project(tmp_path):
    for name in ("pyproject.toml", "packages/a/pyproject.toml", "packages/b/setup.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    targets = [
        "src/x.py::f",
        "packages/a/src/y.py::g",
        "packages/b/z.py::h",
        "packages/a/w.py::i",
        "packages/q.py::j",
    ]
    assert by_project(tmp_path, targets) == {
        "": ("src/x.py::f", "packages/q.py::j"),
        "packages/a/": ("src/y.py::g", "w.py::i"),
        "packages/b/": ("z.py::h",),
    }


def test_without_a_marker_the_top_is_the_project(tmp_path):
    assert by_project(tmp_path, ["a/b.py::f"]) == {"": ("a/b.py::f",)}


def test_documents_are_joined_with_paths_from_the_top():
    one = {
        "run": "r1",
        "results": [{"target": "x.py::f", "candidate": {"diff": DIFF}}],
        "noise_floor": 0.1,
        "seconds": 1.0,
    }
    other = {
        "run": "r2",
        "results": [{"target": "y.py::g", "candidate": None}],
        "noise_floor": None,
        "notes": ["n"],
    }
    found = joined([("a/", one), ("", other)])
    assert [each["target"] for each in found["results"]] == ["a/x.py::f", "y.py::g"]
    moved = found["results"][0]["candidate"]["diff"]
    # What a hunk holds stays as it is, also where it looks like a header.
    assert moved == "--- a/a/x.py\n+++ b/a/x.py\n@@ -1 +1 @@\n--- a/y\n+++ b/y\n"
    assert (found["run"], found["noise_floor"], found["notes"], found["seconds"]) == ("r1", 0.1, ["n"], 1.0)


def test_the_document_of_the_top_alone_stays_as_it_is():
    document = {"run": "r"}
    assert joined([("", document)]) is document
