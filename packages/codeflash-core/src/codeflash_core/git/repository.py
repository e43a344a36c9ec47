"""What is known of the repository around a project."""

from __future__ import annotations

from pathlib import Path

from attrs import frozen

from codeflash_core.errors import StageError
from codeflash_core.git.program import ask_git, run_git


@frozen
class Repository:
    """A work tree, seen from a project in it.

    Attributes:
        project: The project's folder, in which every path given here is relative.
        prefix: That folder relative to the work tree's, POSIX style, with a slash at its end; empty at the top.
    """

    project: Path
    prefix: str

    def in_tree(self, path: str) -> str:
        """A path as git's trees name it."""
        return self.prefix + path

    def commit_of(self, name: str = "HEAD") -> str:
        """The commit that a name stands for; empty when there is none."""
        said = run_git(
            self.project, "rev-parse", "--verify", "--quiet", "--end-of-options", name + "^{commit}"
        )
        return "" if said.code else said.text

    def blob_at(self, commit: str, path: str) -> str:
        """Name of a file's content in a commit; empty when it is not there, or is no file."""
        return self._entry(commit, path)[1]

    def mode_at(self, commit: str, path: str) -> str:
        """A file's mode in a commit, ``100644`` where it is new."""
        return self._entry(commit, path)[0] or "100644"

    def _entry(self, commit: str, path: str) -> tuple[str, str]:
        listed = ask_git(self.project, "ls-tree", "-z", "--full-tree", commit, "--", self.in_tree(path)).text
        head, _, name = listed.rstrip("\0").partition("\t")
        words = head.split()
        if name != self.in_tree(path) or len(words) != 3 or words[1] != "blob" or words[0] == "120000":
            return "", ""
        return words[0], words[2]

    def blob_of(self, path: str, content: bytes, *, write: bool = False) -> str:
        """Name that content gets as that file: line ends and filters are the repository's."""
        words = ["hash-object", "--stdin", f"--path={self.in_tree(path)}"]
        # From the top of the work tree: `--path` is relative to where git works.
        return ask_git(self.top, *words, *(["-w"] if write else []), stdin=content).text

    @property
    def top(self) -> Path:
        """The work tree's folder."""
        depth = len([part for part in self.prefix.split("/") if part])
        return self.project if not depth else self.project.parents[depth - 1]

    def changed(self, commit: str) -> tuple[str, ...]:
        """Files of the project that are not as in a commit, untracked ones included, relative to the project."""
        # Without the user's index: what is staged is not what is measured.
        differing = ask_git(
            self.project, "diff", "--name-only", "-z", "--no-ext-diff", "--no-renames", "--relative",
            "--ignore-submodules", commit, "--", ".",
        ).text  # fmt: skip
        untracked = ask_git(self.project, "ls-files", "-z", "--others", "--exclude-standard", "--", ".").text
        return tuple(sorted(name for name in {*differing.split("\0"), *untracked.split("\0")} if name))

    def branches_at(self, pattern: str) -> dict[str, str]:
        """Commits by branch, of the branches that a pattern such as ``perf/*`` names."""
        told = ask_git(
            self.project,
            "for-each-ref",
            "--format=%(refname:lstrip=2)%00%(objectname)",
            f"refs/heads/{pattern}",
        ).text
        return dict(line.split("\0", 1) for line in told.splitlines() if "\0" in line)

    def current_branch(self) -> str:
        """The branch that is checked out; empty when none is."""
        said = run_git(self.project, "symbolic-ref", "--quiet", "--short", "HEAD")
        return "" if said.code else said.text

    def setting(self, name: str) -> str:
        """The value of one setting; empty when it is not set."""
        said = run_git(self.project, "config", "--get", name)
        return "" if said.code else said.text

    def origin(self) -> str:
        """Address of the remote ``origin``; empty when there is none."""
        return self.setting("remote.origin.url")


def find_repository(project: Path) -> Repository | None:
    """The repository around a project; None when there is none.

    Raises:
        StageError: There is one that git refuses to read, such as one that belongs to somebody else.
    """
    said = run_git(project, "rev-parse", "--is-inside-work-tree", "--show-prefix")
    if said.code:
        if "not a git repository" in said.err:
            return None
        raise StageError("git", f"git can't read the repository of {project}: {said.why}")
    inside, _, prefix = said.text.partition("\n")
    return Repository(project, prefix) if inside == "true" else None
