import pytest

from codeflash_core.errors import UsageError
from codeflash_evals.subjects.names import parse_subject


def test_sources_are_joined_in_their_order(tmp_path):
    subject = parse_subject("rewrites+service:rules+agent:codex:some-model")
    assert subject.sources == ("rewrites", "service", "agent:codex:some-model")
    assert subject.provider == "rules"
    recorded = parse_subject(f"service:recorded:{tmp_path}")
    assert (recorded.sources, recorded.provider, recorded.recording) == (("service",), "recorded", tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "rewrite",
        "agent",
        "agent:gpt",
        "service",
        "service:",
        "service:recorded",
        "service:rules:x",
        "rewrites+",
    ],
)
def test_an_unknown_subject_is_refused_with_those_there_are(text):
    with pytest.raises(UsageError, match="there is no subject") as raised:
        parse_subject(text)
    assert "agent:claude" in raised.value.hint


def test_one_service_and_no_source_twice():
    with pytest.raises(UsageError, match="no subject"):
        parse_subject("service:rules+service:rules")
    with pytest.raises(UsageError, match="twice"):
        parse_subject("rewrites+rewrites")


def test_a_folder_of_recorded_answers_must_be_there(tmp_path):
    with pytest.raises(UsageError, match="no folder of recorded answers"):
        parse_subject(f"service:recorded:{tmp_path / 'none'}")
