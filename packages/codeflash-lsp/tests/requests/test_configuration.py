import asyncio

import pytest
from lsprotocol import types

from codeflash_lsp.requests import configuration
from codeflash_lsp.session import Session


async def lenses_until(editor, uri, wanted):
    async with asyncio.timeout(30):
        while bool(await editor.lenses(uri)) != wanted:  # noqa: ASYNC110 - the server has no event for it
            await asyncio.sleep(0.05)


async def test_the_editor_is_asked_and_told_what_was_not_understood(edit, ordering) -> None:
    async with edit(configuration={"codeLens": False, "budgt": 1}) as editor:
        uri = editor.uri("src/shop/ordering.py")
        editor.open(uri, ordering)
        await lenses_until(editor, uri, False)
        assert any("did you mean budget?" in each.message for each in editor.client.log_messages)
        editor.client.set_configuration({"codeLens": True}, section="codeflash")
        editor.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(settings=None))
        await lenses_until(editor, uri, True)


async def test_a_client_that_only_sends_settings_is_listened_to(edit, ordering) -> None:
    async with edit(capabilities=types.ClientCapabilities()) as editor:
        uri = editor.uri("src/shop/ordering.py")
        editor.open(uri, ordering)
        assert await editor.lenses(uri)
        settings = {"codeflash": {"codeLens": False}}
        editor.client.workspace_did_change_configuration(
            types.DidChangeConfigurationParams(settings=settings)
        )
        await lenses_until(editor, uri, False)


async def test_settings_that_are_withdrawn_are_gone(edit, ordering) -> None:
    async with edit(configuration={"codeLens": False}) as editor:
        uri = editor.uri("src/shop/ordering.py")
        editor.open(uri, ordering)
        await lenses_until(editor, uri, False)
        editor.client.set_configuration({}, section="codeflash")
        editor.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(settings=None))
        await lenses_until(editor, uri, True)


@pytest.fixture
def session():
    return Session()


class Answering:
    """An editor that answers questions about settings as a test wants it."""

    answers_configuration = True

    def __init__(self, *told):
        self.told, self.notes = list(told), []
        self.note = self.notes.append

    async def configuration(self, scopes):
        return self.told[: len(scopes)]


async def test_a_workspace_does_not_declare_itself_trusted(session, tmp_path) -> None:
    session.open_folder(tmp_path.as_uri(), tmp_path)
    client = Answering({"trusted": True}, {"trusted": True, "python": "evil"})
    configuration.started(session, client, {"trusted": False})
    await configuration.asked_for(session, client)
    assert not session.settings.trusted
    found = session.settings_for(tmp_path / "a.py")
    assert not found.trusted
    assert found.for_the_engine() == {"sandbox": "require", "trusted": False}


async def test_a_folder_may_withdraw_trust(session, tmp_path) -> None:
    session.open_folder(tmp_path.as_uri(), tmp_path)
    client = Answering({}, {"trusted": False})
    configuration.started(session, client, None)
    await configuration.asked_for(session, client)
    assert session.settings_for(tmp_path.parent / "a.py").trusted
    assert not session.settings_for(tmp_path / "a.py").trusted
    client.told = [None, None]
    await configuration.asked_for(session, client)
    assert session.settings_for(tmp_path / "a.py").trusted


async def test_each_answer_takes_the_place_of_the_one_before(session) -> None:
    client = Answering({"budget": "9s"})
    configuration.started(session, client, {"seed": 3})
    await configuration.asked_for(session, client)
    assert session.settings.engine == {"seed": 3, "budget": "9s"}
    client.told = [{"delay": 7}]
    await configuration.asked_for(session, client)
    assert (session.settings.engine, session.settings.delay) == ({"seed": 3}, 7)
    configuration.taken(session, client, {"codeflash": None})
    assert (session.settings.engine, session.settings.delay) == ({"seed": 3}, 200)


async def test_two_workspaces_have_settings_of_their_own(edit, shop, ordering, tmp_path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "pyproject.toml").write_text("[project]\nname = 'other'\n")
    (other / "things.py").write_text(ordering)
    async with edit(folders=[shop.root, other]) as editor:
        editor.client.set_configuration({"codeflash": {"codeLens": False}}, scope_uri=other.as_uri())
        editor.client.workspace_did_change_configuration(types.DidChangeConfigurationParams(settings=None))
        first, second = editor.uri("src/shop/ordering.py"), (other / "things.py").as_uri()
        editor.open(first, ordering)
        editor.open(second, ordering)
        await lenses_until(editor, second, False)
        assert await editor.lenses(first)
        gone = types.WorkspaceFolder(uri=other.as_uri(), name="other")
        event = types.WorkspaceFoldersChangeEvent(added=[], removed=[gone])
        editor.client.workspace_did_change_workspace_folders(
            types.DidChangeWorkspaceFoldersParams(event=event)
        )
        await lenses_until(editor, second, True)


@pytest.mark.parametrize(("encoding", "size"), [("utf-8", 1), ("utf-16", 2), ("utf-32", 4)])
async def test_the_unit_of_columns_is_negotiated(edit, capabilities, encoding, size) -> None:
    able = capabilities()
    able.general.position_encodings = [encoding]
    text = "def f(xs):\n    '𝒳é'; return [x for x in xs if x in ['é', '𝒳', 'a', 'b']]\n"
    async with edit(capabilities=able) as editor:
        assert editor.result.capabilities.position_encoding == encoding
        uri = editor.uri("src/shop/ordering.py")
        editor.open(uri, text)
        (found, *_) = await editor.shown(uri, bool)
        codec = encoding if size == 1 else f"{encoding}-le"
        units = text.splitlines()[1].encode(codec)
        place = units[found.range.start.character * size : found.range.end.character * size]
        assert place.decode(codec) == "['é', '𝒳', 'a', 'b']"
