import ast

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


async def test_every_action_can_be_resolved(editor, opened) -> None:
    command = types.Command(
        "Optimize", "codeflash.optimize", arguments=[{"uri": opened, "function": "total"}]
    )
    action = types.CodeAction("Optimize", command=command, data={"uri": opened})
    assert action.title in named(await editor.actions(opened, 15), "Optimize total").title
    done = await editor.client.code_action_resolve_async(action)
    assert "codeflash.optimize" in str(done.command)


TWO = """def f(xs, ys, wanted):
    first = 0
    for x in xs:
        if x in wanted:
            first += 1
    second = 0
    for y in ys:
        if y in wanted:
            second += 1
    return first, second
"""


@pytest.mark.parametrize(("line", "kept"), [(3, "if y in wanted:"), (7, "if x in wanted:")])
async def test_of_two_places_the_one_at_the_cursor_is_rewritten(editor, line, kept) -> None:
    uri = editor.uri("src/shop/two.py")
    editor.open(uri, TWO)
    await editor.shown(uri, lambda shown: len(shown) == 2)
    made = [one for one in await editor.actions(uri, line) if "(unproven)" in one.title]
    assert made
    for action in made:
        done = await editor.client.code_action_resolve_async(action)
        text = applied(TWO, done.edit.document_changes[0].edits)
        assert kept in text
        assert text.count("in wanted:") == 1
    editor.close(uri)


async def test_text_typed_elsewhere_after_an_action_was_shown_is_kept(editor, opened, ordering) -> None:
    action = await of_the_rule(editor, opened)
    typed = ordering.replace("LIMIT = 3\n", "LIMIT = 4\n# typed\n").replace("sum(prices)", "sum(prices) + 0")
    editor.replace(opened, typed, 8)
    done = await editor.client.code_action_resolve_async(action)
    (change,) = done.edit.document_changes
    assert change.text_document.version == 8
    text = applied(typed, change.edits)
    compile(text, "x", "exec")
    assert "LIMIT = 4\n# typed\n" in text
    assert "sum(prices) + 0" in text
    assert text != typed


@pytest.mark.parametrize("mark", ["", "\ufeff"])
async def test_line_ends_and_a_byte_order_mark_are_kept(
    editor, ordering, known, record, shop_of_the_module, mark
) -> None:
    shop = shop_of_the_module
    record(known(root=shop.root), shop.state)
    uri, held = editor.uri("src/shop/ordering.py"), mark + ordering.replace("\n", "\r\n")
    editor.open(uri, held)
    await editor.ask("codeflash/results", uri)
    for action in (await of_the_rule(editor, uri), named(await editor.actions(uri, 9), "Apply the proven")):
        done = await editor.client.code_action_resolve_async(action)
        text = applied(held, done.edit.document_changes[0].edits)
        assert text.startswith(mark + '"""Orders')
        assert text.count("\ufeff") == len(mark)
        assert "\n" not in text.replace("\r\n", "")
    assert text == mark + known().after.replace("\n", "\r\n")
    editor.close(uri)


def command_of(action):
    """The command of an action; the client's library reads one without data as a command itself."""
    return ast.literal_eval(action.command) if isinstance(action.command, str) else action.command._asdict()


def able(**more) -> types.ClientCapabilities:
    return types.ClientCapabilities(workspace=types.WorkspaceClientCapabilities(**more))


async def test_a_client_that_can_not_tell_versions_gets_commands(edit, ordering, shop, known, record) -> None:
    record(known(root=shop.root), shop.state)
    async with edit(capabilities=able(apply_edit=True)) as editor:
        uri = editor.uri("src/shop/ordering.py")
        editor.open(uri, ordering)
        (found,) = await editor.shown(uri, bool)
        made = await editor.actions(uri, found.range.start.line)
        assert {command_of(one)["command"] for one in made} == {
            "codeflash.apply",
            "codeflash.optimize",
            "codeflash.rewrite",
        }
        assert all(getattr(one, "edit", None) is None for one in made)


async def test_a_client_that_can_not_apply_either_is_offered_no_change(edit, ordering) -> None:
    async with edit(capabilities=types.ClientCapabilities()) as editor:
        uri = editor.uri("src/shop/ordering.py")
        editor.open(uri, ordering)
        (found,) = await editor.shown(uri, bool)
        made = await editor.actions(uri, found.range.start.line)
        assert [command_of(one)["command"] for one in made] == ["codeflash.optimize"]


async def test_a_client_that_does_not_resolve_gets_edits_of_a_version_at_once(edit, ordering) -> None:
    versions = types.WorkspaceEditClientCapabilities(document_changes=True)
    async with edit(capabilities=able(workspace_edit=versions)) as editor:
        uri = editor.uri("src/shop/ordering.py")
        editor.open(uri, ordering, version=4)
        action = await of_the_rule(editor, uri)
        (change,) = action.edit.document_changes
        assert change.text_document.version == 4
        assert applied(ordering, change.edits) != ordering
