import ast

import pytest
from lsprotocol import types

from codeflash_lsp.requests import execute_command
from codeflash_lsp.requests.arguments import Place
from codeflash_lsp.session import Session
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


def arguments_of(action):
    """The arguments of an action's command; the client's library reads the action as a command itself."""
    told = ast.literal_eval(action.command) if isinstance(action.command, str) else None
    return told["arguments"] if told else action.command.arguments


def changed(text, edit, uri):
    lines = Lines(text)
    return apply(
        text,
        [
            Edit(lines.offset(each.range.start), lines.offset(each.range.end), each.new_text)
            for each in edit.changes[uri]
        ],
    )


async def test_a_rule_is_applied_by_the_editor_that_can_not_tell_versions(edit, ordering, applying) -> None:
    able = types.ClientCapabilities(workspace=types.WorkspaceClientCapabilities(apply_edit=True))
    async with edit(capabilities=able) as editor:
        asked = applying(editor)
        uri = editor.uri("src/shop/ordering.py")
        editor.open(uri, ordering)
        (found,) = await editor.shown(uri, bool)
        action = next(
            one for one in await editor.actions(uri, found.range.start.line) if "(unproven)" in one.title
        )
        typed = ordering.replace("LIMIT = 3\n", "LIMIT = 4\n# typed\n")
        editor.replace(uri, typed, 2)
        answer = await editor.command("codeflash.rewrite", *arguments_of(action))
        assert answer["applied"] is True
        text = changed(typed, asked[0].edit, uri)
        assert "LIMIT = 4\n# typed\n" in text
        assert text != typed
        with pytest.raises(Exception, match="names no rewrite"):
            await editor.command("codeflash.rewrite", {"uri": uri, "function": "distinct"})


async def test_an_edit_is_made_anew_when_somebody_types_while_it_is_made(
    monkeypatch, shop, ordering, known, record
) -> None:
    record(known(root=shop.root), shop.state)
    session, uri = Session(), shop.ordering.as_uri()
    session.documents.open(types.TextDocumentItem(uri, "python", 1, ordering))
    typed = ordering.replace("LIMIT = 3\n", "LIMIT = 4\n# typed\n")
    made = execute_command.proven_edit

    async def slowly(client, snapshot, function):
        found = await made(client, snapshot, function)
        if snapshot.document.version == 1:
            session.documents.change(uri, 2, [types.TextDocumentContentChangeWholeDocument(text=typed)])
        return found

    class Editor:
        takes_versions, applies_edits, sent = False, True, []

        async def apply(self, edit, label):
            self.sent.append(edit)
            return ""

    monkeypatch.setattr(execute_command, "proven_edit", slowly)
    await execute_command.apply(session, Editor(), Place(uri, "distinct"))
    (edit,) = Editor.sent
    assert changed(typed, edit, uri) == known().after.replace("LIMIT = 3\n", "LIMIT = 4\n# typed\n")


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
