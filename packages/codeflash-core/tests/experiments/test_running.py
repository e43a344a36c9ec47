"""The commands on real repositories, with an engine that answers as it is told."""

import hashlib
import subprocess
from pathlib import Path

import pytest
from attrs import evolve

from codeflash_core.errors import DeliveryError, IllegalStep, PrerequisiteError, StageError, UsageError
from codeflash_core.experiments.laboratory import Handed, Judged
from codeflash_core.experiments.running import Commands, place_of
from codeflash_core.experiments.values import Ended, Evaluation, FileChange, GuardOutcome, Worded
from codeflash_core.model.candidate import unified_diff
from codeflash_core.records.results_tsv import RowStatus
from codeflash_core.sources.patch import PatchSource, from_patch

PATH = "src/shop/stock.py"
SLOW, FAST = "def missing_articles():\n    return [1]\n", "def missing_articles():\n    return {1}\n"


def sha(text):
    return hashlib.sha256(text.encode()).hexdigest()


class Scripted:
    """A laboratory whose answer on a candidate is set beforehand."""

    def __init__(self, make, root):
        self.make, self.root = make, root
        self.measured = make.measured()
        self.guard = None
        self.problem = None
        self.meanwhile = None

    async def profile(self, worded):
        return evolve(self.make.profile(), worded=worded)

    async def baseline(self, worded, target, guard):
        return self.make.baseline(target)

    def read(self, baseline, *, candidate=None, patch=None):
        if patch is not None:
            from codeflash_core.model.target import Project

            source = from_patch(Project(self.root, "python", Path("python")), patch)
        else:
            source = PatchSource({PATH: candidate.read_text()}, candidate.name)
        return Handed(source, no_op=source.files.get(PATH) == (self.root / PATH).read_text())

    async def judge(self, baseline, handed, guard, blobs):
        if self.meanwhile:
            self.meanwhile()
        if self.problem:
            raise self.problem
        files = {}
        before = {}
        for path, text in handed.source.files.items():
            place = self.root / path
            old = place.read_text() if place.exists() else None
            before[path] = old or ""
            for each in (old, text):
                if each is not None:
                    blobs.put(each.encode())
            files[path] = FileChange(
                sha(old) if old is not None else None, sha(text) if text is not None else None
            )
        diff = unified_diff(before, handed.source.files)
        outcome = GuardOutcome(guard, self.guard) if self.guard is not None else None
        return Judged(Evaluation(self.make.now, "run-3", files, self.measured, outcome), diff)


class Place:
    def __init__(self, root, make, state):
        self.root = root
        (root / PATH).parent.mkdir(parents=True)
        (root / PATH).write_text(SLOW)
        (root / "other.py").write_text("1\n")
        self.laboratory = Scripted(make, root)
        self.make = make
        self.state = state

    def git(self, *words):
        done = subprocess.run(["git", *words], cwd=self.root, capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def init(self):
        self.git("init", "-q", "-b", "main")
        self.git("config", "user.name", "Ada")
        self.git("config", "user.email", "ada@example.test")
        self.git("add", "-A")
        self.git("commit", "-q", "-m", "start")

    @property
    def commands(self):
        return Commands(place_of(self.root), self.laboratory, self.state, lambda: self.make.now)

    async def based(self, **more):
        commands = self.commands
        commands.start("faster stock", "cpu", **more)
        await commands.profile(Worded())
        await commands.baseline(self.make.target)
        return commands

    async def on_trial(self, text=FAST, technique="data-structure", **more):
        commands = await self.based(**more)
        commands.experiment(self.make.target, technique, "a set finds in one step")
        return commands, self.candidate(text)

    def candidate(self, text):
        path = self.state / "candidate.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        return path


@pytest.fixture(autouse=True)
def nobody(monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.delenv("CODEFLASH_TEAMMEMBER", raising=False)
    monkeypatch.setenv("CODEFLASH_STATE_DIR", str(tmp_path / "engine"))


@pytest.fixture
def bare(tmp_path, make):
    """A project outside git."""
    return Place(tmp_path / "my shöp", make, tmp_path / "state")


@pytest.fixture
def place(bare):
    bare.init()
    return bare


async def test_a_proven_gain_is_kept_on_a_branch_and_in_the_tree(place):
    (place.root / "other.py").write_text("mine\n")
    place.git("add", "other.py")
    commands, candidate = await place.on_trial()
    await commands.evaluate(candidate=candidate)
    session = commands.keep("Find articles in sets")
    kept = session.kept[0]
    assert kept.branch == "perf/find-articles-in-sets"
    assert place.git("diff", "--name-only", "main", kept.branch) == PATH
    assert place.git("show", f"{kept.branch}:{PATH}") == FAST.strip()
    assert "1.90x [1.80, 2.00]" in place.git("log", "-1", "--format=%B", kept.branch)
    assert (place.root / PATH).read_text() == FAST
    assert place.git("diff", "--cached", "--name-only") == "other.py"
    assert place.git("symbolic-ref", "HEAD") == "refs/heads/main"
    baseline, row = commands.log()
    assert (baseline.status, baseline.iteration) == (RowStatus.BASELINE, 0)
    assert (row.status, row.iteration, row.commit, row.low) == (RowStatus.KEEP, 1, kept.commit, 1.8)


async def test_the_next_keep_stands_on_the_last_one(place):
    commands, candidate = await place.on_trial()
    await commands.evaluate(candidate=candidate)
    first = commands.keep("one").kept[-1]
    commands.experiment(place.make.target, "caching", "again")
    await commands.evaluate(candidate=place.candidate(FAST.replace("{1}", "(1,)")))
    second = commands.keep("two").kept[-1]
    assert place.git("rev-parse", f"{second.branch}^") == first.commit
    assert second.experiment.number == 2


async def test_a_refused_candidate_is_not_kept_and_its_patch_stays(place):
    commands, candidate = await place.on_trial()
    place.laboratory.measured = evolve(
        place.laboratory.measured, verdict="different", decision="rejected", counterexample={"call": "f(1)"}
    )
    await commands.evaluate(candidate=candidate)
    with pytest.raises(IllegalStep, match="can't be kept"):
        commands.keep()
    commands.discard("it differs")
    assert commands.log()[-1].status is RowStatus.DISCARD
    assert b"return {1}" in commands.patch_of(1).read_bytes()
    assert (place.root / PATH).read_text() == SLOW
    assert place.git("branch", "--list", "perf/*") == ""


async def test_a_change_of_nothing_is_a_no_op(place):
    commands, candidate = await place.on_trial(SLOW)
    session = await commands.evaluate(candidate=candidate)
    assert session.experiment.evaluation.no_op
    assert commands.discard("nothing").closed[-1].status is Ended.NO_OP
    assert commands.log()[-1].status is RowStatus.NO_OP


async def test_a_failing_guard_keeps_nothing(place):
    commands, candidate = await place.on_trial(guard="make test")
    place.laboratory.guard = False
    await commands.evaluate(candidate=candidate)
    with pytest.raises(IllegalStep, match="the guard command fails"):
        commands.keep()
    commands.discard("guard")
    assert commands.log()[-1].status is RowStatus.GUARD_FAILED


@pytest.mark.parametrize(
    "problem", [StageError("check", "no room"), RuntimeError("boom")], ids=["stage", "bug"]
)
async def test_a_crash_of_the_engine_is_told_and_recorded(place, problem):
    commands, candidate = await place.on_trial()
    place.laboratory.problem = problem
    with pytest.raises(type(problem)):
        await commands.evaluate(candidate=candidate)
    assert "no room" in commands.store.current().experiment.evaluation.crash or isinstance(
        problem, RuntimeError
    )
    commands.discard("crash")
    assert commands.log()[-1].status is RowStatus.CRASH


async def test_after_a_crash_the_same_change_can_be_judged_again(place):
    commands, candidate = await place.on_trial()
    place.laboratory.problem = StageError("check", "no room")
    with pytest.raises(StageError):
        await commands.evaluate(candidate=candidate)
    place.laboratory.problem = None
    await commands.evaluate(candidate=candidate)
    assert commands.keep().kept


async def test_a_request_that_can_not_be_read_leaves_the_experiment_open(place):
    commands, candidate = await place.on_trial()
    place.laboratory.problem = UsageError("no Python")
    with pytest.raises(UsageError):
        await commands.evaluate(candidate=candidate)
    assert commands.store.current().experiment.evaluation is None


async def test_an_experiment_that_another_client_ended_meanwhile_stays_ended(place):
    commands, candidate = await place.on_trial()
    place.laboratory.meanwhile = lambda: commands.discard("given up elsewhere")
    with pytest.raises(IllegalStep, match="no experiment is open"):
        await commands.evaluate(candidate=candidate)
    assert [each.status for each in commands.store.current().closed] == [Ended.DISCARD]


async def test_outside_git_a_keep_says_what_to_do_and_a_discard_is_possible_then(bare):
    commands, candidate = await bare.on_trial()
    await commands.evaluate(candidate=candidate)
    with pytest.raises(IllegalStep, match="same and faster"):
        commands.discard("no")
    with pytest.raises(DeliveryError, match="not in a git repository") as refused:
        commands.keep()
    assert "git init" in refused.value.hint
    assert (bare.root / PATH).read_text() == SLOW
    commands.discard("no git here")


async def test_a_file_with_changes_that_are_not_committed_is_not_committed_with_them(place):
    (place.root / PATH).write_text(SLOW + "# mine\n")
    commands, candidate = await place.on_trial(FAST + "# mine\n")
    await commands.evaluate(candidate=candidate)
    with pytest.raises(DeliveryError, match="not committed"):
        commands.keep()
    assert place.git("branch", "--list", "perf/*") == ""
    place.git("commit", "-q", "-a", "-m", "mine")
    assert commands.keep().kept


async def test_a_file_that_changed_after_it_was_measured_is_left_alone(place):
    commands, candidate = await place.on_trial()
    await commands.evaluate(candidate=candidate)
    (place.root / PATH).write_text("mine\n")
    with pytest.raises(DeliveryError, match="not the file that was measured"):
        commands.keep()
    assert (place.root / PATH).read_text() == "mine\n"
    assert place.git("branch", "--list", "perf/*") == ""


async def test_a_keep_that_was_killed_before_its_row_is_finished_by_the_next(place, monkeypatch):
    commands, candidate = await place.on_trial()
    await commands.evaluate(candidate=candidate)

    def dies(self, row):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Commands, "_record", dies)
        with pytest.raises(KeyboardInterrupt):
            commands.keep("one")
    kept = commands.keep("one").kept[0]
    assert kept.branch == "perf/one"
    assert place.git("for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads/perf") == "perf/one"
    assert [row.status for row in commands.log()] == [RowStatus.BASELINE, RowStatus.KEEP]


async def test_a_change_in_the_tree_is_taken_out_before_it_is_judged(place):
    commands, _ = await place.on_trial()
    (place.root / PATH).write_text(FAST)
    (place.root / "new.py").write_text("2\n")
    session = await commands.evaluate(from_tree=True)
    assert set(session.experiment.evaluation.files) == {PATH, "new.py"}
    assert (place.root / PATH).read_text() == SLOW
    assert not (place.root / "new.py").exists()
    kept = commands.keep("from the tree").kept[0]
    assert place.git("show", f"{kept.branch}:new.py") == "2"
    assert (place.root / PATH).read_text() == FAST


async def test_earlier_changes_in_the_tree_stay_when_the_candidate_is_taken_out(place):
    (place.root / "other.py").write_text("mine\n")
    commands, _ = await place.on_trial()
    (place.root / PATH).write_text(FAST)
    session = await commands.evaluate(from_tree=True)
    assert set(session.experiment.evaluation.files) == {PATH}
    assert (place.root / "other.py").read_text() == "mine\n"


async def test_a_change_mixed_with_earlier_ones_is_refused_and_stays(place):
    (place.root / PATH).write_text(SLOW + "# mine\n")
    commands, _ = await place.on_trial()
    (place.root / PATH).write_text(FAST + "# mine\n")
    with pytest.raises(IllegalStep, match="had changes before"):
        await commands.evaluate(from_tree=True)
    assert (place.root / PATH).read_text() == FAST + "# mine\n"


async def test_an_unchanged_tree_is_no_candidate(place):
    commands, _ = await place.on_trial()
    with pytest.raises(IllegalStep, match="nothing in the tree changed"):
        await commands.evaluate(from_tree=True)


async def test_outside_git_a_change_comes_in_a_file(bare):
    commands, _ = await bare.on_trial()
    with pytest.raises(PrerequisiteError) as refused:
        await commands.evaluate(from_tree=True)
    assert "--candidate FILE" in refused.value.hint


async def test_a_discarded_change_that_somebody_applied_is_taken_back(place):
    commands, candidate = await place.on_trial()
    place.laboratory.measured = evolve(place.laboratory.measured, decision="rejected")
    await commands.evaluate(candidate=candidate)
    (place.root / PATH).write_text(FAST)
    commands.discard("no gain")
    assert (place.root / PATH).read_text() == SLOW


async def test_numbers_go_on_over_sessions(place):
    commands, _ = await place.on_trial()
    commands.discard("no")
    commands.finish()
    commands, _ = await place.on_trial()
    assert commands.store.current().experiment.number == 2


async def test_learnings_are_worded(place):
    commands = await place.based()
    with pytest.raises(UsageError):
        commands.learn("  ")
    assert commands.learn("sets win").learnings[0].text == "sets win"


@pytest.mark.parametrize(("goal", "domain"), [("", "cpu"), ("faster", " ")])
def test_a_session_has_a_goal_and_a_domain(place, goal, domain):
    with pytest.raises(UsageError):
        place.commands.start(goal, domain)


async def test_a_reason_is_given(place):
    commands, _ = await place.on_trial()
    with pytest.raises(UsageError, match="reason"):
        commands.discard(" ")


def test_the_place_is_whose_work_it_is_on_which_project(place, monkeypatch):
    place.git("remote", "add", "origin", "git@example.test:acme/shop.git")
    assert place_of(place.root).relative == ".codeflash/ada/acme/shop"
    monkeypatch.setenv("CODEFLASH_TEAMMEMBER", "Grace Hopper")
    assert place_of(place.root).teammember == "grace-hopper"


async def test_records_are_in_no_commit(place):
    commands, _ = await place.on_trial()
    (place.root / PATH).write_text(FAST)
    await commands.evaluate(from_tree=True)
    kept = commands.keep().kept[0]
    assert ".codeflash" not in place.git("ls-tree", "-r", "--name-only", kept.branch)
