import pytest

from codeflash_evals.main import main

LOOP = "i=0; while [ $i -lt {} ]; do i=$((i+1)); done; echo 6\n"
FILE = "src/orders/matching.py"

pytestmark = pytest.mark.slow


@pytest.fixture
def check(folder, capsys):
    def run(*words):
        code = main(["check-templates", *words, "--folder", str(folder)])
        return code, capsys.readouterr().out

    return run


def test_sound_templates_pass(check):
    code, said = check()
    assert code == 0
    assert said == "python/ledger: sound\npython/orders: sound\n"


def test_everything_that_is_wrong_is_named(check, orders):
    (orders / "reference" / FILE).write_text((orders / "project" / FILE).read_text())
    (orders / "wrong/loses-order" / FILE).write_text((orders / "project" / FILE).read_text())
    (orders / "wrong/renamed" / FILE).write_text("known_codes = None\n")
    (orders / "project/.pytest_cache").mkdir()
    manifest = orders / "template.toml"
    manifest.write_text(manifest.read_text().replace("::known_codes", "::unknown_codes"))
    code, said = check("orders")
    assert code == 1
    for fault in (
        "left behind: project/.pytest_cache",
        "unknown_codes is not in its file",
        "the reference is not faster",
        "wrong/loses-order is said to differ, and the hidden inputs don't tell it apart",
        "wrong/renamed is said to be the same and not faster, and behaves differently",
    ):
        assert fault in said


def test_a_hidden_script_that_fails_is_named(check, orders):
    (orders / "hidden/hidden.py").write_text("import nothing_there\n")
    code, said = check("orders")
    assert code == 1
    assert "the original fails on the hidden inputs" in said and "nothing_there" in said


def test_a_whole_command_is_measured_by_what_it_prints_and_takes(check, folder, orders):
    place = folder / "templates/javascript/sums"
    for name, code in {
        "project/sums.sh": LOOP.format(150000),
        "reference/sums.sh": LOOP.format(10000),
        "wrong/other/sums.sh": "echo 7\n",
        "wrong/other/why.txt": "differs: another sum\n",
    }.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(code)
    (place / "template.toml").write_text(
        'schema = 1\nclass = "algorithmic"\ntitle = "a sum"\nexpect = "faster"\ncommand = ["sh", "sums.sh"]\n'
    )
    assert check("javascript") == (0, "javascript/sums: sound\n")
