import pytest

from codeflash_core.workflows.filling import fill, template


def test_a_mark_in_a_line_is_replaced():
    assert fill("a: <<x>> # <<y>>\n", {"x": "1", "y": "2"}) == "a: 1 # 2\n"


def test_a_mark_alone_takes_lines_with_its_indentation():
    assert fill("run:\n  <<x>>\nend\n", {"x": "a\n\n  b"}) == "run:\n  a\n\n    b\nend\n"


def test_a_mark_alone_without_a_value_leaves_no_line():
    assert fill("a\n  <<x>>\nb\n", {"x": ""}) == "a\nb\n"


def test_a_value_is_never_read_as_a_mark():
    assert fill("<<x>>: <<x>>\n", {"x": "<<y>>", "y": "no"}) == "<<y>>: <<y>>\n"


def test_a_mark_without_a_value_is_a_mistake():
    with pytest.raises(KeyError):
        fill("<<x>>\n", {})


@pytest.mark.parametrize("name", ["measure.yml", "comment.yml"])
def test_templates_hold_no_expression_in_a_shell_step(name):
    lines = template(name).splitlines()
    expressions = [line.strip() for line in lines if "${{" in line]
    keys = (
        "group:",
        "if:",
        "path:",
        "GH_TOKEN:",
        "REPOSITORY:",
        "NUMBER:",
        "${{ github.event",
        "&& github.event",
    )
    assert [line for line in expressions if not line.startswith(keys)] == []
