def start(desk, **more):
    return desk.event("session_start.py", "SessionStart", source="startup", **more)


def test_the_conversation_begins_with_branch_session_and_next_step(desk):
    (desk.root / ".git").mkdir()
    (desk.root / ".git/HEAD").write_text("ref: refs/heads/perf/stock\n")
    desk.begin()
    desk.open(3)
    context = start(desk).context
    assert "branch perf/stock" in context
    assert "Make stock faster" in context
    assert "Experiment 3 is open" in context
    assert "Next step: Evaluate the change: codeflash session evaluate" in context
    assert ".codeflash/me/org/shop/handoff.md" in context


def test_a_worktree_and_a_detached_head_are_understood(desk, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/HEAD").write_text("0123456789abcdef\n")
    (desk.root / ".git").write_text(f"gitdir: {tmp_path / 'elsewhere'}\n")
    assert "branch 0123456789." in start(desk).context


def test_without_a_session_one_line_says_how_to_begin(desk):
    assert "No optimization session" in start(desk).context


def test_a_finished_session_is_none(desk):
    desk.begin()
    desk.finish()
    assert "No optimization session" in start(desk).context


def test_a_folder_below_the_project_belongs_to_it(desk):
    desk.begin()
    assert "Make stock faster" in start(desk, cwd=str(desk.root / "src/shop")).context
