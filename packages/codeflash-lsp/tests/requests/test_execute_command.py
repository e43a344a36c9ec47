import pytest
from lsprotocol import types

from codeflash_lsp.texts.lines import Lines
from codeflash_syntax.edits import Edit, apply


@pytest.fixture
def applying():
    """``applying(editor, answer=…)``: what the server asks the editor to apply, answered as a test wants it."""

    def ready(editor, applied=True, why=None):
        asked = []

        @editor.client.feature(types.WORKSPACE_APPLY_EDIT)
        def apply_edit(params):
            asked.append(params)
            return types.ApplyWorkspaceEditResult(applied=applied, failure_reason=why)

        return asked

    return ready


async def test_the_proven_version_is_applied_by_the_editor_and_no_file_is_written(
    edit, shop, ordering, known, record, applying
) -> None:
    record(known(root=shop.root), shop.state)
    before = shop.contents()
    async with edit() as editor:
        asked = applying(editor)
        uri = editor.uri("src/shop/ordering.py")
        editor.open(uri, ordering)
        answer = await editor.command("codeflash.apply", {"uri": uri, "function": "distinct"})
        assert answer["applied"] is True
        (params,) = asked
        assert params.label.startswith("codeflash: distinct 1.79x at least")
        (change,) = params.edit.document_changes
        lines = Lines(ordering)
        edits = [
            Edit(lines.offset(e.range.start), lines.offset(e.range.end), e.new_text) for e in change.edits
        ]
        assert apply(ordering, edits) == known().after
    assert shop.contents() == before


async def test_what_the_editor_refuses_is_told(edit, shop, ordering, known, record, applying) -> None:
    record(known(root=shop.root), shop.state)
    async with edit() as editor:
        applying(editor, applied=False, why="it is locked")
        uri = editor.uri("src/shop/ordering.py")
        editor.open(uri, ordering)
        with pytest.raises(Exception, match="was not applied: it is locked"):
            await editor.command("codeflash.apply", {"uri": uri, "function": "distinct"})
        assert "it is locked" in editor.client.messages[-1].message
        await editor.command("codeflash.explain", {"uri": uri, "function": "distinct"})
        assert "1.79x at least" in editor.client.messages[-1].message


async def test_commands_that_can_not_be_carried_out_say_why_and_what_to_do(edit, ordering) -> None:
    async with edit() as editor:
        uri = editor.uri("src/shop/ordering.py")
        editor.open(uri, ordering)
        for name, function, said in (
            ("codeflash.apply", "distinct", "no faster version of distinct is proven"),
            ("codeflash.explain", "distinct", "no run has looked at distinct"),
            ("codeflash.optimize", "distinkt", "Did you mean distinct?"),
        ):
            with pytest.raises(Exception, match=said):
                await editor.command(name, {"uri": uri, "function": function})
            assert said.partition("?")[0] in editor.client.messages[-1].message
        with pytest.raises(Exception, match="names no place"):
            await editor.command("codeflash.optimize")
        with pytest.raises(Exception, match="not defined"):
            await editor.command("codeflash.nothing")
        assert not any("Traceback" in each.message for each in editor.client.messages)
