import subprocess

import pytest

FILE = ".github/workflows/codeflash.yml"
COMMAND = "pipx install --index-url https://packages.example.test/simple codeflash-cli"
INIT = ("init-actions", "--install", COMMAND)


@pytest.fixture
def repository(shop):
    subprocess.run(["git", "init", "-q"], cwd=shop.root, check=True)
    return shop


def test_a_workflow_is_written_and_told(codeflash, repository):
    said = codeflash(*INIT)
    assert said.code == 0
    assert said.out.startswith(f"written: {FILE}\n")
    assert f"codeflash is installed by: {COMMAND}\n" in said.out
    assert (repository.root / FILE).is_file()
    assert codeflash(*INIT).out == f"unchanged: {FILE}\n"


@pytest.mark.parametrize("words", [(), ("--print",), ("--force",)])
def test_it_is_not_guessed_where_codeflash_comes_from(codeflash, repository, words):
    """A name that nobody holds in a public index could be taken by anybody."""
    before = repository.digest()
    said = codeflash("init-actions", *words)
    assert (said.code, said.out) == (2, "")
    assert "nothing says where codeflash is installed from" in said.err
    assert (
        "--install 'pipx install --index-url https://packages.example.test/simple codeflash-cli==" in said.err
    )
    assert repository.digest() == before


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
    assert codeflash(*INIT, *words).code == 0
    text = (repository.root / FILE).read_text()
    for part in ('"3.12"', 'branches: ["main"]', "--budget 90s", "          pip install x\n", "  comment:\n"):
        assert part in text


def test_it_can_be_printed_alone(codeflash, repository):
    before = repository.digest()
    said = codeflash(*INIT, "--print")
    assert said.code == 0
    assert "\njobs:\n" in said.out
    assert repository.digest() == before


def test_in_a_folder_of_a_project_it_is_the_projects(codeflash, repository, monkeypatch):
    monkeypatch.chdir(repository.root / "src/shop")
    assert codeflash(*INIT).code == 0
    assert "working-directory" not in (repository.root / FILE).read_text()


def test_a_second_project_leaves_the_first_ones_workflow_alone(codeflash, repository, monkeypatch):
    assert codeflash(*INIT).code == 0
    before = (repository.root / FILE).read_text()
    (repository.root / "libs/other").mkdir(parents=True)
    (repository.root / "libs/other/pyproject.toml").write_text("[project]\nname = 'other'\n")
    monkeypatch.chdir(repository.root / "libs/other")
    said = codeflash(*INIT)
    assert said.out.startswith("written: .github/workflows/codeflash-libs-other.yml\n")
    assert (repository.root / FILE).read_text() == before


def test_an_edited_workflow_stays_unless_forced(codeflash, repository):
    codeflash(*INIT)
    repository.change(FILE, lambda text: text + "# mine\n")
    said = codeflash(*INIT, "--comment")
    assert (said.code, said.out) == (2, "")
    assert "was edited" in said.err
    assert "--force" in said.err
    assert codeflash(*INIT, "--comment", "--force").code == 0
    assert "# mine" not in (repository.root / FILE).read_text()


def test_outside_of_git_nothing_is_written(codeflash, shop):
    before = shop.digest()
    said = codeflash(*INIT)
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
    said = codeflash(*INIT, *words)
    assert said.code == 2
    assert said.err.startswith("codeflash: ")
    assert "Traceback" not in said.err
    assert not (repository.root / FILE).exists()
