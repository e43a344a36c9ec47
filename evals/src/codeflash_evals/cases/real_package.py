"""A release of a real package before a known performance fix; the release with the fix is the measure only."""

from __future__ import annotations

from pathlib import Path

from attrs import frozen

from codeflash_core.errors import UsageError
from codeflash_evals.cases.case import Kind
from codeflash_evals.cases.fields import read_fields

GROUP = "repos"


@frozen
class RealPackage:
    """What a manifest says.

    Attributes:
        name: Of the case.
        folder: Where the hidden script and the workload stand.
        package: Name of the package.
        before: The version that the subject meets.
        after: The version with the fix.
        before_sha256: Hash of the file that is downloaded of the first.
        after_sha256: Hash of the file that is downloaded of the second.
        target: The function that was made faster, ``path.py::function``, relative to the unpacked file.
        workload: Text of the script that shows the function at work.
        fix: What the release did, one sentence.
        requires: Pinned packages that it needs, ``name==version``.
        tests: Those of the unpacked tests that concern the target, where all of them would take too long.
    """

    name: str
    folder: Path
    package: str
    before: str
    after: str
    before_sha256: str
    after_sha256: str
    target: str
    workload: str
    fix: str
    requires: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """``repos/NAME``."""
        return f"{GROUP}/{self.name}"

    @property
    def kind(self) -> Kind:
        """Its class."""
        return Kind.REAL_PACKAGE

    @property
    def title(self) -> str:
        """One line for people."""
        return f"{self.package} {self.before}, {self.after} did: {self.fix}"

    @property
    def hidden(self) -> Path:
        """The script with hidden inputs and workload."""
        return self.folder / "hidden.py"


def read_package(path: Path) -> RealPackage:
    """Read a manifest ``NAME.toml``; what goes with it stands in the folder ``NAME`` beside it.

    Args:
        path: The manifest.

    Raises:
        UsageError: It can't be read, or says what can't be.
    """
    fields, folder = read_fields(path), path.with_suffix("")
    package = RealPackage(
        name=path.stem,
        folder=folder,
        package=fields.value("package", str),
        before=fields.value("before", str),
        after=fields.value("after", str),
        before_sha256=fields.value("before_sha256", str),
        after_sha256=fields.value("after_sha256", str),
        target=fields.value("target", str),
        workload=_workload(fields.value("workload", str, ""), folder),
        fix=fields.value("fix", str),
        requires=fields.texts("requires"),
        tests=fields.texts("tests"),
    )
    fields.refuse_others()
    for digest in (package.before_sha256, package.after_sha256):
        if len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):
            raise UsageError(
                f"{path}: {digest!r} is no SHA-256", "Pin the file that pip downloads: pip hash FILE"
            )
    if not package.hidden.is_file():
        raise UsageError(f"{package.id}: {package.hidden} is missing")
    return package


def _workload(text: str, folder: Path) -> str:
    """The script, from the manifest or from ``workload.py`` beside the hidden one."""
    if text:
        return text
    try:
        return (folder / "workload.py").read_text(encoding="utf-8")
    except OSError:
        raise UsageError(
            f"{folder}: there is no workload",
            "Write workload.py beside hidden.py, or workload in the manifest.",
        ) from None
