"""The Go and JavaScript overlays: the commands of their references run, every domain has its agent and its techniques."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from snippets.techniques import read

HERE = Path(__file__).resolve().parent
LANGUAGES = HERE.parents[1] / "plugin/languages"
TOOLS = {"go": "go", "javascript": "node"}
BLOCK = re.compile(
    r"(?:^<!-- (?P<mark>[^\n]*) -->\n)?^```console\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL
)
SEARCH = os.pathsep.join(
    [str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath), "/usr/local/go/bin"]
)


def blocks():
    """Every console block that is meant to be run: its language, the tool it needs, its commands."""
    for language in TOOLS:
        for page in ("profiling", "proving"):
            text = (LANGUAGES / language / f"references/{page}.md").read_text(encoding="utf-8")
            for number, block in enumerate(BLOCK.finditer(text)):
                mark = block["mark"] or ""
                if mark.startswith("not run: "):
                    continue
                needs = mark.removeprefix("needs: ") or TOOLS[language]
                yield pytest.param(language, needs, block["body"], id=f"{language}-{page}-{number}")


def commands(body):
    """The commands of a block; lines that begin with > belong to the one before."""
    found = []
    for line in body.splitlines():
        if line.startswith("$ "):
            found.append(line.removeprefix("$ "))
        else:
            assert line.startswith("> "), line
            found[-1] += "\n" + line.removeprefix("> ")
    return found


@pytest.fixture
def project(tmp_path):
    """Copy a project into a repository of two commits."""

    def copy(language):
        folder = shutil.copytree(HERE / f"profiled_{language}", tmp_path / "project")
        git = ["git", "-c", "user.name=Tests", "-c", "user.email=tests@example.test"]
        for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "One"]):
            subprocess.run([*git, *words], cwd=folder, check=True)
        subprocess.run([*git, "commit", "-qm", "Two", "--allow-empty"], cwd=folder, check=True)
        return folder

    return copy


@pytest.mark.slow
@pytest.mark.parametrize(("language", "needs", "body"), list(blocks()))
def test_the_commands_of_the_page_run(language, needs, body, project, tmp_path):
    if not shutil.which(needs, path=SEARCH):
        pytest.skip(f"{needs} is not installed")
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("NODE_", "COV"))}
    environment |= {"PATH": SEARCH, "GOPROXY": "off", "CODEFLASH_STATE_DIR": str(tmp_path / "state")}
    folder = project(language)
    for command in commands(body):
        done = subprocess.run(
            ["bash", "-ec", command],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"


@pytest.mark.parametrize("language", TOOLS)
def test_agents_say_that_the_engine_cannot_judge_the_language(language):
    proving = "${CLAUDE_PLUGIN_ROOT}/languages/" + language + "/references/proving.md"
    agents = sorted((LANGUAGES / language / "agents").glob("*.md"))
    assert len(agents) == 4
    for agent in agents:
        text = agent.read_text(encoding="utf-8")
        assert proving in text
        assert "engine" in text
    assert "backend yet" in (LANGUAGES / language / "references/proving.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("language", "domain", "least"),
    [
        ("go", "cpu", 10),
        ("go", "memory", 8),
        ("go", "concurrency", 8),
        ("go", "structure", 3),
        ("javascript", "cpu", 10),
        ("javascript", "memory", 6),
        ("javascript", "async", 8),
        ("javascript", "bundle", 6),
    ],
)
def test_every_domain_has_an_agent_and_techniques_whose_effect_is_counted(language, domain, least):
    assert (LANGUAGES / language / f"agents/codeflash-{domain}.md").is_file()
    techniques = read(LANGUAGES / language / f"references/techniques/{domain}.md")
    counting = [each for each in techniques if "counted(" in each.check.text]
    assert len(counting) >= least
