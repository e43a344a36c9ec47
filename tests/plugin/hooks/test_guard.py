import pytest


@pytest.fixture
def measuring(desk):
    desk.begin()
    desk.open()
    return desk


@pytest.mark.parametrize("tool", ["Edit", "Write", "MultiEdit", "NotebookEdit"])
def test_what_is_measured_with_is_left_alone_while_an_experiment_is_open(measuring, tool):
    key = "notebook_path" if tool == "NotebookEdit" else "file_path"
    told = measuring.tool(tool, **{key: str(measuring.root / "tests/test_stock.py")})
    assert told.decision == "deny"
    assert "experiment 1" in told.answer["hookSpecificOutput"]["permissionDecisionReason"]


@pytest.mark.parametrize("path", ["tests/new_test.py", "bench/workload.py", "src/../tests/test_stock.py"])
def test_new_tests_and_workloads_are_protected_too(measuring, path):
    assert measuring.tool("Write", file_path=path).decision == "deny"


def test_a_link_to_a_protected_file_is_the_file(measuring):
    (measuring.root / "alias.py").symlink_to("tests/test_stock.py")
    assert measuring.tool("Edit", file_path=str(measuring.root / "alias.py")).decision == "deny"


def test_the_target_may_be_edited(measuring):
    assert measuring.tool("Edit", file_path=str(measuring.root / "src/shop/stock.py")).answer == {}


def test_tests_may_be_edited_between_experiments_and_after_the_end(measuring):
    measuring.close()
    assert measuring.tool("Edit", file_path="tests/test_stock.py").answer == {}
    measuring.open(2)
    measuring.finish()
    assert measuring.tool("Edit", file_path="tests/test_stock.py").answer == {}


@pytest.mark.parametrize(
    "name",
    ["session.json", "data/results.tsv", "status.md", "handoff.md", "experiments/1.patch", "sessions/x.json"],
)
def test_the_engines_records_are_never_edited(desk, name):
    desk.begin()
    told = desk.tool("Write", file_path=f".codeflash/me/org/shop/{name}")
    assert told.decision == "deny"
    assert "session experiment" in told.answer["hookSpecificOutput"]["permissionDecisionReason"]


def test_learnings_are_everybodys(desk):
    desk.begin()
    assert desk.tool("Edit", file_path=".codeflash/me/org/shop/learnings.md").answer == {}


@pytest.mark.parametrize(
    "command",
    [
        "echo x > tests/test_stock.py",
        "echo x >>tests/test_stock.py",
        "cd . && sed -i 's/a/b/' tests/test_stock.py",
        "rm -rf tests",
        "mv tests/test_stock.py elsewhere.py",
        "cp src/shop/stock.py bench/workload.py",
        "cp src/shop/test_x.py tests/",
        "true; tee tests/test_stock.py < x | cat",
        "A=1 sudo truncate -s 0 tests/test_stock.py",
        "git checkout HEAD -- tests/test_stock.py",
        "git restore tests",
        "dd if=x of=bench/workload.py",
        "perl -pi -e s/a/b/ tests/test_stock.py",
        "rm -rf .codeflash",
        "cat <<'END' > tests/test_stock.py\nit's\nEND",
    ],
)
def test_a_shell_that_plainly_writes_there_is_refused(measuring, command):
    assert measuring.bash(command).decision == "deny"


@pytest.mark.parametrize(
    "command",
    [
        "pytest tests/test_stock.py 2>&1 | tail -5",
        "cat tests/test_stock.py > copy.py",
        "cp tests/test_stock.py copy.py",
        "cp x.py .",
        "sed -n 1,3p tests/test_stock.py",
        "git checkout main",
        "git diff tests",
        "echo 'open quote",
        "cat .codeflash/me/org/shop/status.md",
        "",
    ],
)
def test_reading_and_other_files_are_nobodys_business(measuring, command):
    assert measuring.bash(command).answer == {}


def test_without_a_session_nothing_is_refused(desk):
    assert desk.tool("Write", file_path="tests/test_stock.py").answer == {}
