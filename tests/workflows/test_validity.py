"""Workflows hold before actionlint and before the schema; mistakes do not."""

import pytest
from attrs import evolve

from codeflash_core.workflows.detecting import detect
from codeflash_core.workflows.values import Choices
from codeflash_core.workflows.writing import render

MISTAKES = (
    ("needs: measure", "needs: measuring"),
    ("runs-on: ubuntu-latest", "runs-no: ubuntu-latest"),
    ("contents: read", "contents: admin"),
    ("  pull_request:", "  pull_requests:"),
    ("        uses: actions/checkout", "        usage: actions/checkout"),
    ("    steps:", "    step:"),
)
LINTED = (
    ("github.event.pull_request.draft", "github.event.pull_request.draft ="),
    ('"repos/$REPOSITORY/', '"repos/${{ github.event.pull_request.title }}/'),
    ("group: ${{", "group: ${{ secret.KEY }}-${{"),
)


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    return Choices(
        detect(tmp_path_factory.mktemp("empty")), install="pipx install codeflash-cli", comment=True
    )


def test_workflows_are_valid(plain, check_all, tmp_path, root):
    odd = {
        "base": "release/1.x+ä",
        "budget": "2m",
        "folder": "libs/a [b]/",
        "install": "pipx install 'codeflash-cli @ https://example.test/a b.whl' && echo \"it's: $HOME # done\"",
        "setup": evolve(plain.setup, python=">=3.11 <3.14"),
    }
    variants = (
        plain,
        evolve(plain, comment=False),
        evolve(plain, setup=detect(root / "examples/shop")),
        *(evolve(plain, **{name: value}) for name, value in odd.items()),
        evolve(plain, **odd),
    )
    for found in check_all([render(each) for each in variants], tmp_path):
        assert (found.actionlint, found.schema) == ([], [])


def test_mistakes_are_found(plain, check_all, tmp_path):
    text = render(plain)
    planted = [_plant(text, *each) for each in (*MISTAKES, *LINTED)]
    for number, found in enumerate(check_all(planted, tmp_path)):
        assert found.actionlint
        assert bool(found.schema) == (number < len(MISTAKES))


def _plant(text, right, wrong):
    assert right in text
    return text.replace(right, wrong)
