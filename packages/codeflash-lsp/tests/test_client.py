from unittest.mock import Mock

import pytest
from lsprotocol import types

from codeflash_core.errors import UsageError
from codeflash_lsp.client import Client, Progress
from codeflash_lsp.server import EditorServer


@pytest.mark.parametrize(("versions", "said"), [(True, "code action"), (False, "command line")])
async def test_an_editor_that_can_not_be_asked_to_apply_an_edit_is_not_asked(versions, said) -> None:
    client = Client(EditorServer())
    edits = types.WorkspaceEditClientCapabilities(document_changes=versions)
    client.can = types.ClientCapabilities(workspace=types.WorkspaceClientCapabilities(workspace_edit=edits))
    with pytest.raises(UsageError, match="can't be asked") as caught:
        await client.apply(types.WorkspaceEdit(), "x")
    assert said in caught.value.hint


@pytest.mark.parametrize("token", ["a token", None])
def test_after_its_end_a_progress_reports_nothing(token) -> None:
    client, server = Mock(), Mock()
    progress = Progress(client, server, token, "Optimizing f")
    progress.report("at work")
    progress.end("it ended")
    progress.report("too late")
    told = str(client.mock_calls + server.mock_calls)
    assert "at work" in told
    assert "it ended" in told
    assert "too late" not in told
