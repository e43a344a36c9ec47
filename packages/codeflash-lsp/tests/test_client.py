import pytest
from lsprotocol import types

from codeflash_core.errors import UsageError
from codeflash_lsp.client import Client
from codeflash_lsp.server import EditorServer


@pytest.mark.parametrize(("versions", "said"), [(True, "code action"), (False, "command line")])
async def test_an_editor_that_can_not_be_asked_to_apply_an_edit_is_not_asked(versions, said) -> None:
    client = Client(EditorServer())
    edits = types.WorkspaceEditClientCapabilities(document_changes=versions)
    client.can = types.ClientCapabilities(workspace=types.WorkspaceClientCapabilities(workspace_edit=edits))
    with pytest.raises(UsageError, match="can't be asked") as caught:
        await client.apply(types.WorkspaceEdit(), "x")
    assert said in caught.value.hint
