"""A tiny shop to work on, and editors: clients that speak the protocol to a server, in a process of its own or not."""

import asyncio
import contextlib
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from attrs import define, frozen
from lsprotocol import types
from pytest_lsp import LanguageClient, client_capabilities
from pytest_lsp.client import make_test_lsp_client

ORDERING = '''"""Orders things."""

LIMIT = 3


def distinct(names):
    """The names without repetitions, in order of first appearance."""
    seen = []
    for name in names:
        if name not in seen:
            seen.append(name)
    return seen


def total(prices):
    """The sum of all prices."""
    return sum(prices)


class Basket:
    """What a customer takes."""

    def __init__(self, names):
        self.names = names

    def different(self):
        """How many different names there are."""
        return len(distinct(self.names))
'''
FILES = {
    "pyproject.toml": '[project]\nname = "shop"\nversion = "1"\n\n[tool.pytest.ini_options]\npythonpath = ["src"]\n',
    "src/shop/__init__.py": "",
    "src/shop/ordering.py": ORDERING,
    "src/shop/prices.py": "RATE = 2\n\n\ndef doubled(price):\n    return price * RATE\n",
    "tests/test_ordering.py": """from shop.ordering import distinct, total


def test_distinct_keeps_the_first():
    assert distinct(["b", "a", "b"]) == ["b", "a"]


def test_distinct_of_many():
    names = ["name%d" % (n % 150) for n in range(300)]
    assert distinct(names) == names[:150]


def test_total():
    assert total([1, 2, 3]) == 6
""",
}


@frozen
class Shop:
    """A project with a state folder beside it."""

    root: Path
    state: Path

    @property
    def ordering(self) -> Path:
        return self.root / "src/shop/ordering.py"

    def environment(self, **more: str) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        return {**kept, "CODEFLASH_STATE_DIR": str(self.state), "PYTHONUTF8": "1", **more}

    def contents(self) -> dict[str, bytes]:
        return {str(path): path.read_bytes() for path in sorted(self.root.rglob("*")) if path.is_file()}

    def scratch(self) -> list[str]:
        folder = self.state / "scratch"
        return sorted(path.name for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []


def build_shop(folder: Path) -> Shop:
    made = Shop(folder / "my pröject", folder / "state")
    for name, text in FILES.items():
        path = made.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return made


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    made = build_shop(tmp_path)
    monkeypatch.setenv("CODEFLASH_STATE_DIR", str(made.state))
    return made


@pytest.fixture(scope="module")
def shop_of_the_module(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return build_shop(tmp_path_factory.mktemp("module"))


@define(eq=False)
class Editor:
    """A client with what tests do over and over."""

    client: LanguageClient
    result: types.InitializeResult
    root: Path

    def uri(self, name: str) -> str:
        return (self.root / name).as_uri()

    def open(self, uri: str, text: str, version: int = 1, language: str = "python") -> None:
        item = types.TextDocumentItem(uri=uri, language_id=language, version=version, text=text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(text_document=item))

    def replace(self, uri: str, text: str, version: int) -> None:
        change = types.TextDocumentContentChangeWholeDocument(text=text)
        self.change(uri, change, version)

    def change(self, uri: str, change: Any, version: int) -> None:
        named = types.VersionedTextDocumentIdentifier(uri=uri, version=version)
        self.client.text_document_did_change(
            types.DidChangeTextDocumentParams(text_document=named, content_changes=[change])
        )

    def close(self, uri: str) -> None:
        named = types.TextDocumentIdentifier(uri=uri)
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(text_document=named))

    async def shown(self, uri: str, wanted: Callable[[Any], bool] = lambda found: True) -> Any:
        """The diagnostics of a document, as soon as they are as wanted."""
        await until(lambda: uri in self.client.diagnostics and wanted(self.client.diagnostics[uri]))
        return self.client.diagnostics[uri]

    async def lenses(self, uri: str) -> list[types.CodeLens]:
        named = types.TextDocumentIdentifier(uri=uri)
        return list(
            await self.client.text_document_code_lens_async(types.CodeLensParams(text_document=named))
        )

    async def titles(self, uri: str) -> list[str]:
        return [lens.command.title for lens in await self.lenses(uri)]

    async def actions(self, uri: str, line: int, only: list[str] | None = None) -> list[Any]:
        place = types.Position(line=line, character=4)
        params = types.CodeActionParams(
            text_document=types.TextDocumentIdentifier(uri=uri),
            range=types.Range(start=place, end=place),
            context=types.CodeActionContext(diagnostics=[], only=only),
        )
        return list(await self.client.text_document_code_action_async(params) or ())

    async def hover(self, uri: str, line: int, character: int) -> types.Hover | None:
        params = types.HoverParams(
            text_document=types.TextDocumentIdentifier(uri=uri),
            position=types.Position(line=line, character=character),
        )
        return await self.client.text_document_hover_async(params)

    async def command(self, name: str, *arguments: Any) -> Any:
        params = types.ExecuteCommandParams(command=name, arguments=list(arguments))
        return await self.client.workspace_execute_command_async(params)

    async def ask(self, method: str, uri: str, function: str = "", **more: Any) -> Any:
        """One of our own requests, its answer as plain data."""
        params = {"textDocument": {"uri": uri}, **({"function": function} if function else {}), **more}
        return plain(await self.client.protocol.send_request_async(method, params))


def plain(value: Any) -> Any:
    if hasattr(value, "_asdict"):
        value = value._asdict()
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    return value


async def until(ready: Callable[[], bool], seconds: float = 60) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(seconds):
        while not ready():  # noqa: ASYNC110 - the client's callbacks set plain fields
            await asyncio.sleep(0.02)


def capable(**of_workspace: Any) -> types.ClientCapabilities:
    """What a good editor of today can do, but for asking for diagnostics."""
    found = client_capabilities("visual_studio_code")
    assert found.workspace is not None
    for name, value in of_workspace.items():
        setattr(found.workspace, name, value)
    return found


Edit = Callable[..., contextlib.AbstractAsyncContextManager[Editor]]


@contextlib.asynccontextmanager
async def editing(
    shop: Shop,
    *,
    capabilities: types.ClientCapabilities | None = None,
    options: Any = None,
    configuration: dict[str, Any] | None = None,
    folders: list[Path] | None = None,
    start: Callable[[LanguageClient], contextlib.AbstractAsyncContextManager[None]] | None = None,
) -> AsyncIterator[Editor]:
    client = make_test_lsp_client()
    client.feature(types.CLIENT_REGISTER_CAPABILITY)(lambda params: None)
    client.feature(types.WORKSPACE_CODE_LENS_REFRESH)(lambda params: None)
    if configuration is not None:
        client.set_configuration(configuration, section="codeflash")
    async with (start or a_process(shop))(client):
        result = await client.initialize_session(
            types.InitializeParams(
                capabilities=capabilities or capable(),
                initialization_options={"delay": 0, **(options or {})},
                workspace_folders=[
                    types.WorkspaceFolder(uri=folder.as_uri(), name=folder.name)
                    for folder in folders or [shop.root]
                ],
            )
        )
        yield Editor(client, result, shop.root)
        await client.shutdown_async(None)


def a_process(shop: Shop, environment: dict[str, str] | None = None) -> Any:
    """A server in a process of its own, as editors start it."""

    @contextlib.asynccontextmanager
    async def started(client: LanguageClient) -> AsyncIterator[None]:
        env = {**shop.environment(), **(environment or {})}
        await client.start_io(sys.executable, "-m", "codeflash_lsp", env=env, cwd=shop.root)
        try:
            yield
        finally:
            client.exit(None)  # whatever happened: it is waited for
            await client.stop()

    return started


@contextlib.asynccontextmanager
async def in_this_process(client: LanguageClient) -> AsyncIterator[None]:
    """A server over a socket, without the seconds that a process needs to begin."""
    from codeflash_lsp.server import build_server
    from codeflash_lsp.transports import attend

    server, left = build_server(), asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await attend(server, reader, writer)
        await asyncio.to_thread(server.close)
        left.set()

    listening = await asyncio.start_server(serve, "127.0.0.1", 0)
    await client.start_tcp(*listening.sockets[0].getsockname()[:2])
    try:
        yield
    finally:
        client.protocol.writer.close()
        await left.wait()
        await client.stop()
        listening.close()


@pytest.fixture
def edit(shop: Shop) -> Edit:
    """``async with edit() as editor``: an editor of its own, and a server of its own."""

    @contextlib.asynccontextmanager
    async def started(**options: Any) -> AsyncIterator[Editor]:
        async with editing(shop, start=in_this_process, **options) as editor:
            yield editor

    return started


@pytest.fixture
def edit_apart(shop: Shop) -> Edit:
    """The same with a server in a process of its own: the engine is at work, or its environment matters."""

    @contextlib.asynccontextmanager
    async def started(environment: dict[str, str] | None = None, **options: Any) -> AsyncIterator[Editor]:
        async with editing(shop, start=a_process(shop, environment), **options) as editor:
            yield editor

    return started


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def editor(shop_of_the_module: Shop) -> AsyncIterator[Editor]:
    """One editor and one server for all tests of a module; each test opens documents of its own."""
    async with editing(shop_of_the_module) as made:
        yield made


@pytest.fixture
def waiting() -> Callable[..., Awaitable[None]]:
    return until


@pytest.fixture
def capabilities() -> Callable[..., types.ClientCapabilities]:
    return capable


@pytest.fixture(scope="session")
def ordering() -> str:
    return ORDERING


FASTER = '''"""Orders things."""

LIMIT = 3


def distinct(names):
    """The names without repetitions, in order of first appearance."""
    return list(dict.fromkeys(names))
'''


@pytest.fixture
def known(tmp_path: Path) -> Callable[..., Any]:
    """``known(before=…, after=…)``: an answer of a run about ``distinct`` as the records would give it."""
    from codeflash_core.model.candidate import Candidate, unified_diff
    from codeflash_core.model.comparison import Comparison, Control, Interval, Outcome
    from codeflash_core.model.decision import Attempt, Decision, DecisionWord, TargetResult
    from codeflash_core.model.verdict import Evidence, Same
    from codeflash_lsp.evidence.known import Known

    def made(
        before: str = ORDERING,
        after: str | None = None,
        word: str = "accepted",
        path: str = "src/shop/ordering.py",
        function: str = "distinct",
        **more: Any,
    ) -> Known:
        after = after if after is not None else FASTER + before[before.index("\n\ndef total") :]
        interval = Interval(1.83, 1.79, 1.88, 0.999, 6)
        attempt = Attempt(
            Candidate("abc", "rewrites:membership-in-growing-list", {path: after}, why="`seen` is a set."),
            unified_diff({path: before}, {path: after}),
            Decision(DecisionWord(word), ("it is so",)),
            verdict=Same(Evidence(calls=34, grades={"test": 2, "typed": 32}, tests_passed=3)),
            comparison=Comparison(
                Outcome.FASTER, interval, 0.05, cold=Interval(1.7, 1.6, 1.8, 0.999, 6), memory_ratio=1.01
            ),
        )
        result = TargetResult(
            f"{path}::{function}",
            attempt.decision,
            best=attempt,
            original={path: before},
            calls=34,
            control=Control(0.0, 0.01, 0.001, 6, False, 0.004),
        )
        root = more.pop("root", tmp_path / "my pröject")
        return Known(
            "20260101-000000-0001",
            f"codeflash optimize {path}::{function}",
            "2026-01-01T00:00:00Z",
            root,
            path,
            function,
            result,
            **more,
        )

    return made


@pytest.fixture
def record() -> Callable[..., str]:
    """``record(known, state)``: writes an answer down as a run of any door would; returns the run's name."""
    import hashlib

    from codeflash_core.model.run import RunReport
    from codeflash_core.model.target import Ranked, Target
    from codeflash_core.ports.language import Profile
    from codeflash_core.records.blobs import BlobStore
    from codeflash_core.records.encoding import make_converter
    from codeflash_core.records.fingerprint import Fingerprint
    from codeflash_core.records.journal import Journal
    from codeflash_core.records.runs import JOURNAL, Runs
    from codeflash_core.reports.document import run_document

    def written(known: Any, state: Path, shares: dict[str, float] | None = None) -> str:
        folder = Runs(state).create()
        blobs = BlobStore(folder / "blobs")
        report = RunReport(folder.name, "shop", known.command, known.started, 1.0, "1", 0, (known.result,))
        files = {
            path.relative_to(known.root).as_posix(): f"file - {hashlib.sha256(path.read_bytes()).hexdigest()}"
            for path in known.root.rglob("*.py")
        }
        with Journal(folder / JOURNAL) as journal:
            words = known.command.split()[1:]
            journal.append(
                "header",
                {
                    "run": folder.name,
                    "started": known.started,
                    "project": str(known.root),
                    "arguments": words,
                },
            )
            journal.append("inputs", Fingerprint(files).record(blobs))
            if shares is not None:
                ranked = tuple(
                    Ranked(Target(*name.split("::"), module="m"), 1.0, 1.0, 1, share)
                    for name, share in shares.items()
                )
                value = make_converter().unstructure(Profile(ranked, 1.0))
                journal.append("step", {"name": "profile", "value": value, "seconds": 1.0})
            value = make_converter(blobs).unstructure(report)
            journal.append("end", {"how": "done", "report": run_document(report), "value": value})
        return folder.name

    return written
