import pytest

from codeflash_core.workflows.detecting import ENVIRONMENT, PYTHON, UV, detect

VENV = 'python -m venv "$RUNNER_TEMP/project"'
PIP = '"$RUNNER_TEMP/project"/bin/python -m pip install'


def project(root, **files):
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return detect(root)


def test_a_lock_of_uv_is_synced(tmp_path):
    found = project(tmp_path, **{"uv.lock": "", "pyproject.toml": "[project]\nname='a'\n"})
    assert found.told == "uv.lock"
    assert found.lines == (
        f"pipx install {UV}",
        f'UV_PROJECT_ENVIRONMENT={ENVIRONMENT} uv sync --locked --python "$(command -v python)"',
        f"uv pip install --python {ENVIRONMENT}/bin/python pytest",
    )


@pytest.mark.parametrize(
    ("text", "words", "pytest_named"),
    [
        ("[project.optional-dependencies]\ntest=['pytest']\ndocs=['x']\n", " --extra test", True),
        ("[project.optional-dependencies]\ntest=['hypothesis']\n", " --extra test", False),
        ("[dependency-groups]\ntests=['pytest>=8']\ndocs=['x']\n", " --group tests", True),
        (
            "[project.optional-dependencies]\ndev=['x']\n[dependency-groups]\ntest=['pytest']\n",
            " --extra dev --group test",
            True,
        ),
        ("[tool.uv]\ndev-dependencies=['pytest']\n", "", True),
        ("[dependency-groups]\ndocs=['pytest']\n", "", False),
        ("[tool]\nuv=3\n", "", False),
    ],
)
def test_a_lock_is_synced_with_what_tests_need(tmp_path, text, words, pytest_named):
    found = project(tmp_path, **{"uv.lock": "", "pyproject.toml": f"[project]\nname='a'\n{text}"})
    assert f" uv sync --locked{words} --python " in found.lines[1]
    assert (len(found.lines) == 2) is pytest_named


def test_what_only_uv_installs_does_not_count_for_pip(tmp_path):
    found = project(
        tmp_path, **{"pyproject.toml": "[project]\nname='a'\n[tool.uv]\ndev-dependencies=['pytest']\n"}
    )
    assert found.lines[-1].endswith("-e . pytest")


def test_the_version_of_uv_is_the_one_that_builds_this_repository(request):
    root = next(each for each in request.path.parents if (each / "tools/uv-requirements.txt").exists())
    assert (root / "tools/uv-requirements.txt").read_text().split()[0] == UV


def test_requirements_are_installed_in_order_with_the_package(tmp_path):
    found = project(
        tmp_path,
        **{
            "requirements-dev.txt": "pytest==8\n",
            "requirements.txt": "attrs\n",
            "setup.py": "raise SystemExit('never run')\n",
        },
    )
    assert found.lines == (VENV, f"{PIP} -r requirements.txt -r requirements-dev.txt -e .")
    assert found.told == "requirements.txt and requirements-dev.txt and setup.py"


def test_a_package_is_installed_with_its_tests_and_pytest(tmp_path):
    text = "[project]\nname='a'\n[project.optional-dependencies]\ntest=['hypothesis']\ndocs=['x']\n"
    found = project(tmp_path, **{"pyproject.toml": text})
    assert found.lines == (VENV, f"{PIP} -e '.[test]' pytest")


def test_groups_need_a_pip_that_knows_them(tmp_path):
    text = "[project]\nname='a'\n[dependency-groups]\ndev=['pytest>=8']\ndocs=['x']\n"
    found = project(tmp_path, **{"pyproject.toml": text})
    assert found.lines == (VENV, f"{PIP} --upgrade 'pip>=25.1'", f"{PIP} -e . --group dev")


def test_settings_of_tools_make_no_package(tmp_path):
    found = project(tmp_path, **{"pyproject.toml": "[tool.ruff]\nline-length=100\n"})
    assert found.lines == (VENV, f"{PIP} pytest")
    assert found.told == ""


def test_a_plugin_of_pytest_is_not_pytest(tmp_path):
    found = project(tmp_path, **{"requirements.txt": "pytest-cov\n"})
    assert found.lines[-1].endswith("-r requirements.txt pytest")


@pytest.mark.parametrize(
    "text",
    [
        "[project\n",
        "project = 3\n",
        "[project]\nrequires-python = 3\noptional-dependencies = 1\n",
        "dependency-groups = 'dev'\n",
    ],
)
def test_an_odd_pyproject_is_passed_over(tmp_path, text):
    assert project(tmp_path, **{"pyproject.toml": text}).python == PYTHON


@pytest.mark.parametrize(
    ("pinned", "wanted", "version"),
    [
        ("3.11\n", ">=3.9", "3.11"),
        ("3.13t", "", "3.13t"),
        ("pypy@3.10", ">=3.10", ">=3.10"),
        ("", ">=3.10,<3.14", ">=3.10 <3.14"),
        ("", "> 3.9", ">3.9"),
        ("", "~=3.10", PYTHON),
        ("", ">=3.9,!=3.9.1", PYTHON),
        ("", "", PYTHON),
    ],
)
def test_the_version_of_python_is_the_projects(tmp_path, pinned, wanted, version):
    files = {"pyproject.toml": f"[project]\nname='a'\nrequires-python='{wanted}'\n"}
    if pinned:
        files[".python-version"] = pinned
    assert project(tmp_path, **files).python == version
