import pytest


@pytest.fixture
def generate(tool):
    return tool("tools/generate.py")


def test_the_reference_pages_are_what_the_code_says(generate, capsys):
    assert generate.main(["--check"]) == 0, capsys.readouterr().out + "run `make docs`"


def test_a_stale_page_is_reported_and_left_alone_by_a_check(generate, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(generate, "PAGES", tmp_path)
    (tmp_path / "errors.md").write_text("old")
    assert generate.main(["--check"]) == 1
    assert "errors.md: out of date" in capsys.readouterr().out
    assert (tmp_path / "errors.md").read_text() == "old"


def test_writing_makes_the_next_check_pass(generate, tmp_path, monkeypatch):
    monkeypatch.setattr(generate, "PAGES", tmp_path / "new")
    assert generate.main([]) == 0
    assert generate.main(["--check"]) == 0


def test_every_rule_has_its_section(generate):
    text = generate.rules_page()
    for rule in generate.RULES:
        assert f"\n## {rule.slug}\n" in text


def test_every_error_stands_on_its_page(generate):
    text = generate.errors_page()
    for code in ("usage", "prerequisite", "stage", "delivery", "bug"):
        assert f"| `{code}` |" in text


def test_the_services_commands_variables_and_requests_are_there(generate):
    assert "\n## codeflash-api keys create\n" in generate.service_page()
    settings = generate.service_settings_page()
    for name in ("DATABASE_URL", "CODEFLASH_API_PROVIDERS", "CODEFLASH_API_BEDROCK_SECRET_KEY"):
        assert f"| `{name}` |" in settings
    assert '"/ai/optimize"' in generate.openapi_text()


def test_defaults_of_this_machine_are_not_in_the_pages(generate, tmp_path, monkeypatch):
    before = generate.service_page()
    monkeypatch.setenv("CODEFLASH_API_DATA", str(tmp_path))
    monkeypatch.setenv("CODEFLASH_API_PORT", "4321")
    assert generate.service_page() == before
