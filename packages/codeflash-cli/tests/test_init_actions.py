import subprocess

import pytest

FILE = ".github/workflows/codeflash.yml"


@pytest.fixture
def repository(shop):
    subprocess.run(["git", "init", "-q"], cwd=shop.root, check=True)
    return shop


def test_a_workflow_is_written_and_told(codeflash, repository):
    said = codeflash("init-actions")
    assert said.code == 0
    assert said.out.startswith(f"written: {FILE}\n")
    assert "pipx install codeflash-cli==" in said.out
    assert (repository.root / FILE).is_file()
    assert codeflash("init-actions").out == f"unchanged: {FILE}\n"


def test_options_are_in_it(codeflash, repository):
    words = (
        "--python",
        "3.12",
        "--base",
        "main",
        "--budget",
        "90s",
        "--install",
        "pip install x",
        "--comment",
    )
    assert codeflash("init-actions", *words).code == 0
    text = (repository.root / FILE).read_text()
    for part in ('"3.12"', 'branches: ["main"]', "--budget 90s", "          pip install x\n", "  comment:\n"):
        assert part in text


def test_it_can_be_printed_alone(codeflash, repository):
    before = repository.digest()
    said = codeflash("init-actions", "--print")
    assert said.code == 0
    assert "\njobs:\n" in said.out
    assert repository.digest() == before


def test_in_a_folder_of_a_project_it_is_the_projects(codeflash, repository, monkeypatch):
    monkeypatch.chdir(repository.root / "src/shop")
    assert codeflash("init-actions").code == 0
    assert "working-directory" not in (repository.root / FILE).read_text()


def test_an_edited_workflow_stays_unless_forced(codeflash, repository):
    codeflash("init-actions")
    repository.change(FILE, lambda text: text + "# mine\n")
    said = codeflash("init-actions", "--comment")
    assert (said.code, said.out) == (2, "")
    assert "was edited" in said.err
    assert "--force" in said.err
    assert codeflash("init-actions", "--comment", "--force").code == 0
    assert "# mine" not in (repository.root / FILE).read_text()


def test_outside_of_git_nothing_is_written(codeflash, shop):
    before = shop.digest()
    said = codeflash("init-actions")
    assert said.code == 2
    assert "no git repository" in said.err
    assert shop.digest() == before


@pytest.mark.parametrize(
    "words",
    [
        ("--python", "3.12\nx"),
        ("--python", "three; id"),
        ("--base", "no such"),
        ("--base", ""),
        ("--budget", "soon"),
        ("--install", ""),
        ("--install", "pip install ${{ secrets.X }}"),
        ("--print", "--force"),
        ("more",),
    ],
)
def test_bad_input_is_refused_calmly(codeflash, repository, words):
    said = codeflash("init-actions", *words)
    assert said.code == 2
    assert said.err.startswith("codeflash: ")
    assert "Traceback" not in said.err
    assert not (repository.root / FILE).exists()
