import pytest
from lsprotocol import types

from codeflash_core.errors import ContractViolation, StageError, UsageError
from codeflash_lsp.door import Overtaken, Refusal, Stopped, answered, untold


async def failing(problem):
    raise problem


@pytest.mark.parametrize(
    ("problem", "code"),
    [
        (UsageError("no", "do this"), types.ErrorCodes.InvalidParams),
        (StageError("rank", "no"), types.LSPErrorCodes.RequestFailed),
        (Stopped("no", by_edit=True), types.LSPErrorCodes.ContentModified),
        (Stopped("no", by_edit=False), types.LSPErrorCodes.RequestCancelled),
        (Overtaken("no"), types.LSPErrorCodes.ContentModified),
        (ContractViolation("no"), types.ErrorCodes.InternalError),
    ],
)
async def test_an_error_keeps_its_kind_its_message_and_its_hint(problem, code) -> None:
    told = []
    with pytest.raises(Refusal) as caught:
        await answered("x", lambda: failing(problem), told.append)
    assert caught.value.code == code
    assert caught.value.message == "\n".join(part for part in (problem.message, problem.hint) if part)
    assert caught.value.data["code"] == problem.code
    assert told == [problem]


async def test_a_bug_is_logged_and_told_without_its_stack(caplog) -> None:
    with pytest.raises(Refusal) as caught:
        await answered("hover", lambda: failing(KeyError("x")), untold)
    assert "Traceback" not in str(caught.value.to_response_error())
    assert caught.value.message.startswith("a bug of ours stopped hover: KeyError")
    assert caplog.records[0].exc_info
