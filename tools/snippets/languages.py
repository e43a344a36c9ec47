"""How the techniques of each language are run: Python and JavaScript a process each, Go one program a page."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from attrs import frozen

from snippets.running import DRIVERS, Outcome, ask, program, surroundings
from snippets.techniques import Technique

_GO_HOME = Path("/usr/local/go/bin/go")
_GO_TEST = re.compile(r"^func (Test\w*)\(\w+ \*testing\.T\)", re.MULTILINE)
_BUILD_SECONDS = 180.0


@frozen
class Batch:
    """Techniques that are prepared together.

    Attributes:
        id: A name.
        techniques: At least one, all of one language and page.
    """

    id: str
    techniques: tuple[Technique, ...]


def batches(techniques: Sequence[Technique]) -> Iterator[Batch]:
    """Put what shares a build together: the techniques of a Go page; all others stand alone."""
    shared: dict[str, list[Technique]] = {}
    for each in techniques:
        if each.language == "go":
            shared.setdefault(f"go/{each.domain}", []).append(each)
        else:
            yield Batch(each.id, (each,))
    for name, together in shared.items():
        yield Batch(name, tuple(together))


def missing(technique: Technique) -> str:
    """Why a technique cannot be run here; empty when it can."""
    if technique.language == "python":
        absent = [name for name in technique.needs if importlib.util.find_spec(name) is None]
        return f"not installed: {', '.join(absent)}" if absent else ""
    if technique.needs:
        return f"not installed: {', '.join(technique.needs)}"
    if technique.language == "go":
        return "" if _go() else "no go on the search path"
    return "" if shutil.which("node") else "no node on the search path"


def run(batch: Batch, rounds: int = 0, processes: int = 1) -> Iterator[Outcome]:
    """Check every technique of a batch, and time it in ``rounds`` of both sides, in each of some fresh processes.

    Args:
        batch: What can be run here; see :func:`missing`.
        rounds: Quads of samples in a process; 0 to check only.
        processes: How many outcomes a technique has, one a process.
    """
    prepare = _PREPARE[batch.techniques[0].language]
    with tempfile.TemporaryDirectory(prefix="codeflash-snippets-") as folder:
        yield from prepare(batch.techniques, Path(folder), rounds, processes)


def _python(techniques: Sequence[Technique], folder: Path, rounds: int, processes: int) -> Iterator[Outcome]:
    for technique in techniques:
        for name in ("slow", "fast", "check"):
            text = program(getattr(technique, name))
            (folder / f"{name}.py").write_text(text, encoding="utf-8")
        command = [sys.executable, "-W", "error", str(DRIVERS / "python_side.py"), str(rounds)]
        for _ in range(processes):
            yield ask(technique, command, folder, surroundings(PYTHONDONTWRITEBYTECODE="1"))


def _javascript(
    techniques: Sequence[Technique], folder: Path, rounds: int, processes: int
) -> Iterator[Outcome]:
    sides = "import * as slow from './slow.mjs'; import * as fast from './fast.mjs';"
    shutil.copyfile(DRIVERS / "javascript_side.mjs", folder / "driver.mjs")
    for technique in techniques:
        for name in ("slow", "fast", "check"):
            text = program(getattr(technique, name), sides if name == "check" else "")
            (folder / f"{name}.mjs").write_text(text, encoding="utf-8")
        command = [shutil.which("node") or "node", "--expose-gc", "driver.mjs", str(rounds)]
        for _ in range(processes):
            yield ask(technique, command, folder, surroundings())


def _go() -> str | None:
    return shutil.which("go") or (str(_GO_HOME) if _GO_HOME.is_file() else None)


def _go_page(techniques: Sequence[Technique], folder: Path, rounds: int, processes: int) -> Iterator[Outcome]:
    """Build one program with a package for every technique, then run it once for each."""
    driver = (DRIVERS / "go_side_test.go").read_text(encoding="utf-8")
    counted = (DRIVERS / "go_counted.go").read_text(encoding="utf-8")
    imports, entries = [], []
    for number, technique in enumerate(techniques):
        name = f"t{number:02}"
        for side in ("slow", "fast"):
            _write(folder / name / side / f"{side}.go", program(getattr(technique, side), f"package {side};"))
        head = f'package {name}; import slow "snippets/{name}/slow"; import fast "snippets/{name}/fast";'
        _write(folder / name / "check.go", program(technique.check, head))
        _write(folder / name / "counted.go", counted.replace("package counted", f"package {name}"))
        tests = _GO_TEST.findall(technique.check.text)
        test = f"{name}.{tests[0]}" if len(tests) == 1 else "nil"
        imports.append(f'\t"snippets/{name}"')
        entries.append(f'\t"{name}": {{{test}, {name}.WorkSlow, {name}.WorkFast, &{name}.Counted}},')
    driver = driver.replace("\t// imports", "\n".join(imports)).replace("\t// entries", "\n".join(entries))
    _write(folder / "side_test.go", driver)
    _write(folder / "go.mod", "module snippets\n\ngo 1.24\n")
    environment = surroundings(GOTOOLCHAIN="local", GOPROXY="off", GOFLAGS="-mod=mod", GOWORK="off")
    built = subprocess.run(
        [_go() or "go", "test", "-c", "-o", "side.test", "."],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=_BUILD_SECONDS,
        check=False,
    )
    if built.returncode:
        said = f"{techniques[0].page}: does not build:\n{built.stdout.strip()[-4000:]}"
        yield from (Outcome(technique, error=said) for technique in techniques)
        return
    for number, technique in enumerate(techniques):
        command = [str(folder / "side.test"), "-test.run", f"^TestTechnique$/^t{number:02}$"]
        for _ in range(processes):
            yield ask(technique, command, folder, environment | {"SNIPPET_ROUNDS": str(rounds)})


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


_PREPARE: dict[str, Callable[[Sequence[Technique], Path, int, int], Iterator[Outcome]]] = {
    "python": _python,
    "javascript": _javascript,
    "go": _go_page,
}
