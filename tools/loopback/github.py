"""GitHub's HTTP API on a loopback address, as far as pull requests go: real repositories behind it, pages, limits, refusals.

    with github(GitHub("a-token", {"acme/shop": bare}, forks={"ada/shop": "acme/shop"})) as server:
        ... GITHUB_API_URL=server.url, GITHUB_TOKEN=server.token

What it answers follows the REST API's reference (version 2022-11-28): keys that no client of ours reads are left out.
"""

from __future__ import annotations

import contextlib
import json
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

DOCUMENTATION = "https://docs.github.com/rest"


class Refused(Exception):
    """A request that is answered with an error."""

    def __init__(
        self, status: int, document: Any, headers: Mapping[str, str] | None = None, *, raw: bytes = b""
    ) -> None:
        super().__init__(status)
        self.status, self.document, self.headers, self.raw = status, document, dict(headers or {}), raw


class GitHub:
    """Repositories, their pull requests, and all that was asked.

    Attributes:
        token: The one token that is known.
        repositories: Bare repositories by ``OWNER/REPO``.
        forks: Parents by the names of forks.
        asked: Method, path with query, and body of every request, in order.
        tokens: What each request brought to show who it is from.
        page: Most entries of one page, whatever a client asks for.
        failures: What the next requests with a path that begins so are answered instead; each is used once.
    """

    def __init__(
        self,
        token: str,
        repositories: Mapping[str, Path],
        forks: Mapping[str, str] | None = None,
        page: int = 100,
    ) -> None:
        self.token, self.repositories, self.forks, self.page = (
            token,
            dict(repositories),
            dict(forks or {}),
            page,
        )
        self.asked: list[tuple[str, str, Any]] = []
        self.tokens: list[str] = []
        self.failures: list[tuple[str, str, Refused]] = []
        self.url = ""
        self._pulls: dict[str, list[dict[str, Any]]] = {}
        self._patches: dict[tuple[str, int], list[dict[str, Any]]] = {}
        self._lock = threading.Lock()

    @property
    def sent(self) -> list[tuple[str, str]]:
        """Method and path of the requests that change something."""
        return [(method, path) for method, path, _ in self.asked if method != "GET"]

    def fail(
        self,
        method: str,
        path: str,
        status: int,
        document: Any = None,
        headers: Mapping[str, str] | None = None,
        *,
        raw: bytes = b"",
    ) -> None:
        """Answer the next request of that kind with something else."""
        self.failures.append((method, path, Refused(status, document, headers, raw=raw)))

    def open(
        self,
        repository: str,
        head: str,
        title: str,
        body: str | None = "",
        *,
        base: str = "main",
        files: list[dict[str, Any]] | None = None,
        draft: bool = False,
    ) -> int:
        """Somebody opens a pull request; its files are those of the branches unless they are given."""
        known = self._pulls.setdefault(repository, [])
        number = 1 + sum(len(each) for each in self._pulls.values())
        owner, _, branch = head.partition(":")
        source = next((name for name in self.repositories if name.partition("/")[0] == owner), repository)
        sha = self._commit(source, branch) or "0" * 40
        known.append(
            {
                "number": number,
                "state": "open",
                "title": title,
                "body": body,
                "draft": draft,
                "html_url": f"{self.url}/{repository}/pull/{number}",
                "head": {"label": head, "ref": branch, "sha": sha},
                "base": {"label": f"{repository.partition('/')[0]}:{base}", "ref": base},
                "user": {"login": owner},
            }
        )
        if files is not None:
            self._patches[repository, number] = files
        return number

    def close(self, repository: str, number: int) -> None:
        """Somebody closes a pull request."""
        self.pull(repository, number)["state"] = "closed"

    def pull(self, repository: str, number: int) -> dict[str, Any]:
        """A pull request."""
        for each in self._pulls.get(repository, []):
            if each["number"] == number:
                return each
        raise Refused(404, {"message": "Not Found", "documentation_url": DOCUMENTATION, "status": "404"})

    def answer(self, method: str, target: str, body: Any) -> tuple[int, Any, dict[str, str]]:
        """What a request is answered.

        Raises:
            Refused: With an error.
        """
        parts = urlsplit(target)
        words = parts.path.strip("/").split("/")
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        name = "/".join(words[1:3])
        if words[0] != "repos" or name not in self.repositories:
            raise Refused(404, {"message": "Not Found", "documentation_url": DOCUMENTATION, "status": "404"})
        match method, words[3:]:
            case "GET", []:
                return 200, self._repository(name), {}
            case "GET", ["pulls"]:
                return 200, *self._page(self._listed(name, query), target, query)
            case "GET", ["pulls", number, "files"]:
                return 200, *self._page(self._files(name, int(number)), target, query)
            case "POST", ["pulls"]:
                return 201, self._created(name, body), {}
            case "PATCH", ["pulls", number]:
                found = self.pull(name, int(number))
                found.update({key: body[key] for key in ("title", "body", "state") if key in body})
                return 200, found, {}
        raise Refused(404, {"message": "Not Found", "documentation_url": DOCUMENTATION, "status": "404"})

    def taken_failure(self, method: str, path: str) -> Refused | None:
        """The failure that was planned for a request."""
        for planned in self.failures:
            if planned[0] == method and path.startswith(planned[1]):
                self.failures.remove(planned)
                return planned[2]
        return None

    def _repository(self, name: str) -> dict[str, Any]:
        parent = self.forks.get(name)
        found: dict[str, Any] = {
            "id": 1,
            "full_name": name,
            "default_branch": self._default(name),
            "fork": parent is not None,
        }
        return found | ({"parent": {"full_name": parent}} if parent else {})

    def _listed(self, name: str, query: Mapping[str, str]) -> list[dict[str, Any]]:
        state = query.get("state", "open")
        found = [each for each in self._pulls.get(name, []) if state in ("all", each["state"])]
        if ":" in query.get("head", ""):  # a filter without an owner is passed over, as GitHub does
            found = [each for each in found if each["head"]["label"] == query["head"]]
        return found[::-1]

    def _files(self, name: str, number: int) -> list[dict[str, Any]]:
        found = self.pull(name, number)
        if (name, number) in self._patches:
            return self._patches[name, number]
        source = found["head"]["label"].partition(":")[0]
        fork = next(each for each in self.repositories if each.partition("/")[0] == source)
        base = self._commit(name, found["base"]["ref"])
        git = ["git", "--git-dir", str(self.repositories[fork])]
        start = _said([*git, "merge-base", base, found["head"]["sha"]])
        listed = _said([*git, "diff", "--name-only", start, found["head"]["sha"]]).splitlines()
        patches = []
        for path in listed:
            diff = _said([*git, "diff", start, found["head"]["sha"], "--", path])
            patches.append({"filename": path, "status": "modified", "patch": diff[diff.find("@@") :]})
        return patches

    def _created(self, name: str, body: Any) -> dict[str, Any]:
        owner, _, branch = body["head"].partition(":")
        fork = next((each for each in self.repositories if each.partition("/")[0] == owner), "")
        missing = [
            {"resource": "PullRequest", "field": field, "code": "invalid"}
            for field, there in (
                ("head", self._commit(fork, branch) if fork else ""),
                ("base", self._commit(name, body["base"])),
            )
            if not there
        ]
        if any(
            each["head"]["label"] == body["head"] and each["state"] == "open"
            for each in self._pulls.get(name, [])
        ):
            told = f"A pull request already exists for {body['head']}."
            missing.append({"resource": "PullRequest", "code": "custom", "message": told})
        if missing:
            raise Refused(
                422,
                {
                    "message": "Validation Failed",
                    "errors": missing,
                    "documentation_url": DOCUMENTATION,
                    "status": "422",
                },
            )
        number = self.open(
            name, body["head"], body["title"], body["body"], base=body["base"], draft=body.get("draft", False)
        )
        return self.pull(name, number)

    def _page(
        self, entries: list[Any], target: str, query: Mapping[str, str]
    ) -> tuple[list[Any], dict[str, str]]:
        size = min(self.page, int(query.get("per_page", "30")))
        number = int(query.get("page", "1"))
        last = max(1, -(-len(entries) // size))
        plain = target.partition("&page=")[0]
        link = (
            f'<{self.url}{plain}&page={number + 1}>; rel="next", <{self.url}{plain}&page={last}>; rel="last"'
        )
        return entries[(number - 1) * size : number * size], {"Link": link} if number < last else {}

    def _default(self, name: str) -> str:
        return _said(["git", "--git-dir", str(self.repositories[name]), "symbolic-ref", "--short", "HEAD"])

    def _commit(self, name: str, branch: str) -> str:
        place = str(self.repositories[name])
        return _said(["git", "--git-dir", place, "rev-parse", "--verify", "--quiet", f"refs/heads/{branch}"])


def _said(words: list[str]) -> str:
    return subprocess.run(words, capture_output=True, text=True, check=False).stdout.strip()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Any

    def do_GET(self) -> None:
        """Answer."""
        self._serve()

    def do_POST(self) -> None:
        """Answer."""
        self._serve()

    def do_PATCH(self) -> None:
        """Answer."""
        self._serve()

    def _serve(self) -> None:
        known: GitHub = self.server.known
        length = int(self.headers.get("Content-Length") or 0)
        sent = self.rfile.read(length)
        body = json.loads(sent) if sent else None
        with known._lock:
            known.asked.append((self.command, self.path, body))
            known.tokens.append(self.headers.get("Authorization") or "")
            try:
                if known.tokens[-1].partition(" ")[2] != known.token:
                    raise Refused(
                        401,
                        {"message": "Bad credentials", "documentation_url": DOCUMENTATION, "status": "401"},
                    )
                planned = known.taken_failure(self.command, self.path)
                if planned is not None:
                    raise planned
                status, document, headers = known.answer(self.command, self.path, body)
                raw = json.dumps(document).encode()
            except Refused as refused:
                status, headers = refused.status, refused.headers
                raw = refused.raw or json.dumps(refused.document).encode()
        left = {
            "X-RateLimit-Limit": "5000",
            "X-RateLimit-Remaining": "4990",
            "X-RateLimit-Reset": str(int(time.time()) + 3600),
            "X-GitHub-Media-Type": "github.v3; format=json",
            "Content-Type": "application/json; charset=utf-8",
        }
        self.send_response(status)
        for name, value in (left | headers).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextlib.contextmanager
def github(known: GitHub) -> Iterator[GitHub]:
    """Serve on a free port of 127.0.0.1 until the block ends; ``known.url`` is the address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    server.known = known  # type: ignore[attr-defined]
    known.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield known
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
