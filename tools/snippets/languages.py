"""How the techniques of each language are run: Python and JavaScript a process each, Go one program a page."""

from __future__ import annotations

import importlib.util
import random
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from attrs import evolve, frozen

from snippets.running import DRIVERS, SECONDS, Outcome, ask, program, surroundings
from snippets.techniques import Technique

_GO_HOME = Path("/usr/local/go/bin/go")
_GO_TEST = re.compile(r"^func (Test\w*)\(\w+ \*testing\.T\)", re.MULTILINE)
_GO_BENCHMARK = re.compile(r"^func (Benchmark\w*)\(\w+ \*testing\.B\)", re.MULTILINE)
_GO_FIGURE = re.compile(r"^BenchmarkTechnique/t\d+/(slow|fast)\S*\s+\d+\s+([\d.e+]+) ns/op", re.MULTILINE)
_GO_TIME = "5ms"
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
        rounds: Quads of samples in a process, in Go one whatever is asked; 0 to check only.
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
        functions = []
        for pattern in (_GO_TEST, _GO_BENCHMARK):
            named = pattern.findall(technique.check.text)
            functions.append(f"{name}.{named[0]}" if len(named) == 1 else "nil")
        imports.append(f'\t"snippets/{name}"')
        entries.append(f'\t"{name}": {{{", ".join(functions)}, &{name}.Counted}},')
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
        for _ in range(processes):
            yield _go_technique(technique, f"t{number:02}", folder, rounds, environment)


def _go_technique(
    technique: Technique, name: str, folder: Path, rounds: int, environment: dict[str, str]
) -> Outcome:
    """Check a technique, then run the benchmark of each side in processes that take turns."""
    program = str(folder / "side.test")
    outcome = ask(technique, [program, "-test.run", f"^TestTechnique$/^{name}$"], folder, environment)
    times: dict[str, list[float]] = {"slow": [], "fast": []}
    if rounds:  # a process a sample is dear, and one quad of them says as much as several inside one process
        first, second = random.sample(sorted(times), 2)
        for side in (first, second, second, first):
            bench = f"^BenchmarkTechnique$/^{name}$/^{side}$"
            command = [program, "-test.run", "^$", "-test.bench", bench, "-test.benchtime", _GO_TIME]
            done = subprocess.run(
                command,
                cwd=folder,
                env=environment,
                capture_output=True,
                text=True,
                timeout=SECONDS,
                check=True,
            )
            times[side] += [float(figure) for told, figure in _GO_FIGURE.findall(done.stdout) if told == side]
    if any(times.values()) and not all(times.values()):
        return evolve(
            outcome,
            error=f"{technique.page}: {technique.title!r}: its benchmark needs b.Run of slow and of fast",
        )
    return evolve(outcome, slow_ns=tuple(times["slow"]), fast_ns=tuple(times["fast"]))


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


_PREPARE: dict[str, Callable[[Sequence[Technique], Path, int, int], Iterator[Outcome]]] = {
    "python": _python,
    "javascript": _javascript,
    "go": _go_page,
}
