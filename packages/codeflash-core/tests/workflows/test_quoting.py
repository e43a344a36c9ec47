import subprocess

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from codeflash_core.errors import UsageError
from codeflash_core.workflows.quoting import literal_pattern, one_line, shell_word, yaml_text


@given(st.text())
def test_a_text_is_refused_or_is_one_text_in_yaml_and_one_word_in_a_shell(text):
    try:
        line = one_line("--it", text)
    except UsageError:
        return
    assert line == text.strip()
    assert yaml.safe_load(f"[{yaml_text(line)}, 1]") == [line, 1]
    assert "\n" not in yaml_text(line) + shell_word(line)


@pytest.mark.parametrize("text", ["a b", "$(id)", "'; id; '", "`id`", '"', "\\", "ä", "#"])
def test_a_shell_reads_a_word_back(text):
    said = subprocess.run(
        ["bash", "-c", f"printf %s {shell_word(text)}"], capture_output=True, text=True, check=True
    )
    assert said.stdout == text


@pytest.mark.parametrize(
    "text", ["", " ", "a\nb", "a\0", "a\x1b[31m", "a\u202eb", "a\u2028b", "\ud800", "\ufeffa", "a\x7f"]
)
def test_what_is_not_one_line_of_visible_characters_is_refused(text):
    with pytest.raises(UsageError, match=r"^--it"):
        one_line("--it", text)


@pytest.mark.parametrize("text", ["${{ secrets.KEY }}", "a${{github.token}}"])
def test_what_github_would_evaluate_is_refused(text):
    with pytest.raises(UsageError, match="expression"):
        one_line("--it", text)


def test_a_pattern_means_just_the_name():
    assert literal_pattern("!a*b?[c]+") == r"\!a\*b\?\[c\]\+"
    assert literal_pattern("release/1.x") == "release/1.x"
