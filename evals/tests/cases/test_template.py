import pytest

from codeflash_core.errors import UsageError
from codeflash_evals.cases.case import Expect, Kind, Metric
from codeflash_evals.cases.template import Worth, read_template


def changed(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_a_template_is_read_with_its_overlays(orders):
    template = read_template(orders)
    assert (template.id, template.kind, template.language) == ("python/orders", Kind.ALGORITHMIC, "python")
    assert template.case.expect is Expect.FASTER and template.case.metric is Metric.TIME
    assert template.case.targets == ("src/orders/matching.py::known_codes",)
    assert list(template.case.reference) == ["src/orders/matching.py"]
    assert [(wrong.kind, wrong.worth) for wrong in template.wrong()] == [
        ("loses-order", Worth.DIFFERS),
        ("renamed", Worth.NOT_FASTER),
    ]
    assert "why.txt" not in template.wrong()[0].changes


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("schema = 1", "schema = 2", "reads schema 1"),
        ("schema = 1", "schema = true", "schema is True"),
        ("schema = 1", "", "schema is missing"),
        ("schema = 1", "schema =", "can't read"),
        ('class = "algorithmic"', 'class = "slow"', "class is one of ranking, "),
        ('metric = "time"', 'metrik = "time"', "metrik is no field"),
        ('metric = "time"', 'metric = "import"', "module names what is imported"),
        ('expect = "faster"', 'expect = "nothing"', "targets is empty"),
        ('targets = ["src/orders/matching.py::known_codes"]', "targets = []", "targets names it"),
        ('targets = ["src/orders/matching.py::known_codes"]', "targets = [1]", "a list of texts"),
        ('metric = "time"', 'rank_within = "1"', "not a value of type int"),
    ],
)
def test_a_manifest_that_says_what_cannot_be_is_named(orders, old, new, said):
    changed(orders / "template.toml", old, new)
    with pytest.raises(UsageError, match=said) as raised:
        read_template(orders)
    assert "template.toml" in raised.value.message


@pytest.mark.parametrize("name", ["reference", "project", "hidden/hidden.py", "template.toml"])
def test_a_missing_part_is_named(orders, name):
    (orders / name).rename(orders.parent / "elsewhere")
    with pytest.raises(UsageError, match=name.partition("/")[0]):
        read_template(orders)


def test_a_wrong_change_must_say_how_it_is_told_apart(orders):
    (orders / "wrong/renamed/why.txt").write_text("because\n")
    with pytest.raises(UsageError, match=r"why\.txt.*differs or not-faster"):
        read_template(orders).wrong()


def test_a_template_of_another_language_needs_a_command(orders):
    other = orders.parents[1] / "go" / "orders"
    other.parent.mkdir()
    orders.rename(other)
    with pytest.raises(UsageError, match="command is missing"):
        read_template(other)
    changed(other / "template.toml", "schema = 1", 'schema = 1\ncommand = ["go", "run", "."]')
    assert read_template(other).case.hidden is None
