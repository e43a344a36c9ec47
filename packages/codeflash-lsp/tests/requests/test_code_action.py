import pytest
from lsprotocol import types

from codeflash_lsp.texts.lines import Lines
from codeflash_syntax.edits import Edit, apply

pytestmark = pytest.mark.asyncio(loop_scope="module")


def applied(text, edits):
    lines = Lines(text)
    return apply(
        text, [Edit(lines.offset(e.range.start), lines.offset(e.range.end), e.new_text) for e in edits]
    )


def named(actions, part):
    (found, *_) = [action for action in actions if part in action.title]
    return found


async def of_the_rule(editor, uri):
    (found,) = await editor.shown(uri, bool)
    return named(await editor.actions(uri, found.range.start.line), "(unproven)")


@pytest.fixture
def opened(editor, ordering):
    uri = editor.uri("src/shop/ordering.py")
    editor.open(uri, ordering, version=7)
    yield uri
    editor.close(uri)


async def test_a_rule_is_applied_unproven_and_never_preferred(editor, opened, ordering) -> None:
    action = await of_the_rule(editor, opened)
    assert action.kind == types.CodeActionKind.QuickFix
    assert action.is_preferred is False
    assert action.edit is None
    done = await editor.client.code_action_resolve_async(action)
    (change,) = done.edit.document_changes
    assert change.text_document.version == 7
    (note,) = done.edit.change_annotations.values()
    assert "unproven" in note.label
    assert note.needs_confirmation
    assert "Not the same when" in note.description
    text = applied(ordering, change.edits)
    assert text != ordering
    compile(text, "x", "exec")


async def test_a_function_can_be_optimized_from_anywhere_in_it(editor, opened) -> None:
    action = named(await editor.actions(opened, 15), "Optimize total")
    assert "codeflash.optimize" in str(action.command)


async def test_only_the_kinds_that_are_wanted_are_told(editor, opened) -> None:
    line = (await editor.shown(opened, bool))[0].range.start.line
    quick = await editor.actions(opened, line, [types.CodeActionKind.QuickFix])
    assert quick
    assert all(action.kind == types.CodeActionKind.QuickFix for action in quick)
    assert await editor.actions(opened, 9, [types.CodeActionKind.SourceOrganizeImports]) == []
    assert await editor.actions(opened, 2) == []


async def test_a_rewrite_that_does_not_fit_any_more_is_refused_with_a_message(
    editor, opened, ordering
) -> None:
    action = await of_the_rule(editor, opened)
    editor.replace(opened, ordering.replace("if name not in seen", "if True"), 8)
    with pytest.raises(Exception, match="does not fit"):
        await editor.client.code_action_resolve_async(action)
    assert "does not fit" in editor.client.messages[-1].message


async def test_the_proven_version_is_preferred_and_bound_to_the_version(
    editor, opened, ordering, known, record, shop_of_the_module
) -> None:
    record(known(root=shop_of_the_module.root), shop_of_the_module.state)
    await editor.ask("codeflash/results", opened)
    action = named(await editor.actions(opened, 9), "Apply the proven version")
    assert action.is_preferred
    done = await editor.client.code_action_resolve_async(action)
    (change,) = done.edit.document_changes
    assert change.text_document.version == 7
    assert applied(ordering, change.edits) == known().after
    (note,) = done.edit.change_annotations.values()
    assert "1.79x at least" in note.label


async def test_simpler_clients_get_simpler_edits_at_once(edit, ordering) -> None:
    async with edit(capabilities=types.ClientCapabilities()) as editor:
        uri = editor.uri("src/shop/ordering.py")
        editor.open(uri, ordering)
        action = await of_the_rule(editor, uri)
        assert action.edit.document_changes is None
        assert applied(ordering, action.edit.changes[uri]) != ordering
