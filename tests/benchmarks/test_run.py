"""How figures come to be stored: by the command that measured them, with what it was told."""

import json

import pytest


@pytest.fixture
def run(tool, root, monkeypatch, tmp_path):
    monkeypatch.syspath_prepend(str(root / "benchmarks"))
    made = tool("benchmarks/run.py")
    monkeypatch.setattr(made, "HERE", tmp_path)
    monkeypatch.setattr(made, "RESULTS", tmp_path / "results")
    monkeypatch.setattr(made, "PAGE", tmp_path / "page.md")
    monkeypatch.setattr(made, "page", lambda stored: ", ".join(stored))
    monkeypatch.setattr(made, "BENCHMARKS", {"startup": ["one.py"], "service": ["one.py", "--minutes", "5"]})
    (tmp_path / "one.py").write_text("import json, sys\nprint(json.dumps({'told': sys.argv[1:]}))\n")
    return made


def stored(run, name):
    return json.loads((run.RESULTS / f"{name}.json").read_text())


def test_the_usual_options_are_passed_and_stored(run):
    assert run.main(["--only", "service"]) == 0
    assert stored(run, "service")["figures"] == [{"told": ["--minutes", "5"]}]
    assert stored(run, "service")["options"] == ["--minutes", "5"]
    assert run.PAGE.read_text() == "service"


def test_other_options_come_last_and_are_stored(run):
    assert run.main(["--only", "service", "--", "--minutes", "1"]) == 0
    assert stored(run, "service")["figures"] == [{"told": ["--minutes", "5", "--minutes", "1"]}]
    assert stored(run, "service")["options"] == ["--minutes", "5", "--minutes", "1"]


def test_options_of_no_benchmark_in_particular_are_refused(run, capsys):
    with pytest.raises(SystemExit):
        run.main(["--", "--minutes", "1"])
    assert "--only" in capsys.readouterr().err
    assert not run.RESULTS.exists()


def test_a_limit_that_was_passed_is_told_and_its_figures_are_stored(run):
    (run.HERE / "one.py").write_text("print('{}')\nraise SystemExit(1)\n")
    assert run.main(["--only", "startup"]) == 1
    assert stored(run, "startup")["figures"] == [{}]
