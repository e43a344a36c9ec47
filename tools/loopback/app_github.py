"""GitHub as an app sees it, on a loopback address: tokens, check runs, comments, reviews, and git over HTTP.

    known = AppGitHub(app=7, public_key=pem, repositories={"acme/shop": bare}, ids={"acme/shop": 1})
    with app_github(known) as server:
        ... server.url is the API and the place that repositories are fetched from

Every token is checked for the repository and for the permission that a request needs. It can be told to be slow, to refuse,
to fail, or to lose an answer after the work is done.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import re
import secrets
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import jwt

from loopback.app_rules import NEEDS, Misbehaviour
from loopback.git_http import serve_git
from loopback.github import DOCUMENTATION, GitHub, Refused, _Handler, _said


class AppGitHub(GitHub):
    """Repositories that an app is installed on.

    Attributes:
        app: The app's id.
        checks: Check runs, in the order in which they were made.
        comments: Comments, likewise, by pull request.
        reviews: Reviews, likewise.
        reactions: Comment, who, and sign.
        grants: What each token may do.
        permissions: What people may do.
        granted: What the installation allows; everything where it is None.
        sizes: Kilobytes of repositories that are not as large as they say.
        planned: What is to go wrong.
        calls: Method and path of every request that changes something.
        listener: Is told of every request, with ``before`` when it comes and ``after`` when its work is done.
    """

    def __init__(
        self,
        *,
        app: int,
        public_key: bytes,
        repositories: Mapping[str, Path],
        ids: Mapping[str, int],
        forks: Mapping[str, str] | None = None,
        installation: int = 1,
    ) -> None:
        super().__init__("", repositories, forks)
        self.app, self._key, self.ids, self.installation = app, public_key, dict(ids), installation
        self.checks: list[dict[str, Any]] = []
        self.comments: dict[tuple[str, int], list[dict[str, Any]]] = {}
        self.reviews: dict[tuple[str, int], list[dict[str, Any]]] = {}
        self.reactions: list[tuple[int, str, str]] = []
        self.grants: dict[str, dict[str, Any]] = {}
        self.permissions: dict[str, str] = {}
        self.granted: dict[str, str] | None = None
        self.sizes: dict[str, int] = {}
        self.planned: list[Misbehaviour] = []
        self.calls: list[tuple[str, str]] = []
        self.listener: Callable[[str], None] = lambda moment: None
        self._numbers = itertools.count(1001)

    def go_wrong(self, method: str, path: str, **how: Any) -> None:
        """Let requests go wrong, see :class:`Misbehaviour`."""
        self.planned.append(Misbehaviour(method, path, **how))

    def open(self, repository: str, head: str, title: str, body: str | None = "", **more: Any) -> int:
        """Somebody opens a pull request."""
        number = super().open(repository, head, title, body, **more)
        self.moved(repository, number)
        return number

    def moved(self, repository: str, number: int) -> str:
        """The pull request's branch is looked at again, such as after a push."""
        found = self.pull(repository, number)
        owner, _, branch = found["head"]["label"].partition(":")
        source = next(name for name in self.repositories if name.partition("/")[0] == owner)
        found["head"]["sha"] = self._commit(source, branch)
        found["head"]["repo"] = {"full_name": source}
        found["base"]["repo"] = {"full_name": repository}
        found["base"]["sha"] = self._commit(repository, found["base"]["ref"])
        spec = f"+refs/heads/{branch}:refs/pull/{number}/head"
        fetch = ["git", "--git-dir", str(self.repositories[repository]), "fetch", "-q"]
        subprocess.run([*fetch, str(self.repositories[source]), spec], check=True, capture_output=True)
        return str(found["head"]["sha"])

    def says(self, repository: str, number: int, person: str, body: str) -> int:
        """Somebody comments; the comment's number."""
        return int(self._comment(repository, number, body, {"login": person, "type": "User"}, None)["id"])

    def token_document(self, installation: int, token: str, body: Any) -> dict[str, Any]:
        """A token for an installation; the app's own token is looked at.

        Raises:
            Refused: It is not the app's, or more is asked for than there is.
        """
        try:
            claims = jwt.decode(
                token, self._key, algorithms=["RS256"], options={"require": ["exp", "iat", "iss"]}
            )
        except jwt.PyJWTError as problem:
            raise Refused(401, {"message": f"A JSON web token could not be decoded: {problem}"}) from None
        if claims["iss"] != str(self.app) or claims["exp"] > time.time() + 600:
            raise Refused(401, {"message": "'Expiration time' claim ('exp') is too far in the future"})
        wanted = (body or {}).get("repository_ids")
        if installation != self.installation or not wanted or not set(wanted) <= set(self.ids.values()):
            raise Refused(422, {"message": "There is at least one repository that does not exist"})
        asked = dict(body.get("permissions") or {})
        if self.granted is not None and any(
            self.granted.get(name) not in (level, "write") for name, level in asked.items()
        ):
            told = "The permissions requested are not granted to this installation."
            raise Refused(422, {"message": told})
        made = f"ghs_{secrets.token_hex(18)}"
        ends = datetime.now(UTC) + timedelta(hours=1)
        self.grants[made] = {"repositories": set(wanted), "permissions": asked}
        return {
            "token": made,
            "expires_at": ends.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "permissions": body.get("permissions"),
        }

    def allow(self, token: str, repository: str, permission: str, level: str) -> None:
        """See that a token may do something.

        Raises:
            Refused: It may not.
        """
        grant = self.grants.get(token)
        if grant is None:
            raise Refused(401, {"message": "Bad credentials", "documentation_url": DOCUMENTATION})
        if self.ids.get(repository) not in grant["repositories"]:
            raise Refused(404, {"message": "Not Found"})
        given = grant["permissions"].get(permission, "read" if permission == "metadata" else "")
        if given != "write" and given != level:
            raise Refused(403, {"message": "Resource not accessible by integration"})

    def answer_as(self, token: str, method: str, target: str, body: Any) -> tuple[int, Any, dict[str, str]]:
        """What a request is answered.

        Raises:
            Refused: With an error.
        """
        parts = urlsplit(target)
        words = [unquote(word) for word in parts.path.strip("/").split("/")]
        match method, words:
            case "POST", ["app", "installations", number, "access_tokens"]:
                return 201, self.token_document(int(number), token, body), {}
            case _, ["repos", owner, name, *_]:
                repository = f"{owner}/{name}"
            case _:
                raise Refused(404, {"message": "Not Found"})
        rest = parts.path.removeprefix(f"/repos/{repository}")
        needed = next(
            (each for each in NEEDS if re.fullmatch(each[0], method) and re.fullmatch(each[1], rest)), None
        )
        if needed is None:
            raise Refused(404, {"message": "Not Found"})
        self.allow(token, repository, needed[2], needed[3])
        query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
        return self._apps(method, repository, words[3:], query, body, target) or self.answer(
            method, target, body
        )

    def _apps(
        self, method: str, name: str, words: list[str], query: Mapping[str, str], body: Any, target: str
    ) -> tuple[int, Any, dict[str, str]] | None:
        match method, words:
            case "GET", ["pulls", number]:
                return 200, self.pull(name, int(number)), {}
            case "GET", ["commits", commit, "check-runs"]:
                found = [
                    each
                    for each in self.checks
                    if each["head_sha"] == commit and each["name"] == query.get("check_name", each["name"])
                ]
                entries, link = self._page(found, target, query)
                return 200, {"total_count": len(found), "check_runs": entries}, link
            case "GET", ["check-runs", number]:
                return 200, self._check(int(number)), {}
            case "POST", ["check-runs"]:
                return 201, self._new_check(name, body), {}
            case "PATCH", ["check-runs", number]:
                return 200, self._changed_check(self._check(int(number)), body), {}
            case "GET", ["issues", number, "comments"]:
                return 200, *self._page(self.comments.get((name, int(number)), []), target, query)
            case "POST", ["issues", number, "comments"]:
                app = {"login": "codeflash[bot]", "type": "Bot"}
                return 201, self._comment(name, int(number), body["body"], app, self.app), {}
            case "GET", ["issues", "comments", number]:
                return 200, self._known_comment(int(number)), {}
            case "PATCH", ["issues", "comments", number]:
                comment = self._known_comment(int(number))
                comment["body"] = body["body"]
                return 200, comment, {}
            case "POST", ["issues", "comments", number, "reactions"]:
                self._known_comment(int(number))
                self.reactions.append((int(number), "codeflash[bot]", body["content"]))
                return 201, {"id": 1, "content": body["content"]}, {}
            case "GET", ["pulls", number, "reviews"]:
                return 200, *self._page(self.reviews.get((name, int(number)), []), target, query)
            case "POST", ["pulls", number, "reviews"]:
                return 200, self._review(name, int(number), body), {}
            case "GET", ["collaborators", person, "permission"]:
                return 200, {"permission": self.permissions.get(person, "read")}, {}
            case "GET", ["compare", between]:
                return 200, self._between(name, *between.split("...")), {}
            case "GET", ["git", "ref", "heads", *parts]:
                commit = self._commit(name, "/".join(parts))
                if not commit:
                    raise Refused(404, {"message": "Not Found"})
                return 200, {"ref": f"refs/heads/{'/'.join(parts)}", "object": {"sha": commit}}, {}
        return None

    def _repository(self, name: str) -> dict[str, Any]:
        return {**super()._repository(name), "id": self.ids[name], "size": self.sizes.get(name, 100)}

    def _created(self, name: str, body: Any) -> dict[str, Any]:
        made = super()._created(name, body)
        self.moved(name, made["number"])
        made["user"] = {"login": "codeflash[bot]", "type": "Bot"}
        return made

    def _check(self, number: int) -> dict[str, Any]:
        for each in self.checks:
            if each["id"] == number:
                return each
        raise Refused(404, {"message": "Not Found"})

    def _new_check(self, name: str, body: Any) -> dict[str, Any]:
        number = next(self._numbers)
        made = {
            "id": number,
            "app": {"id": self.app},
            "html_url": f"{self.url}/{name}/runs/{number}",
            "conclusion": None,
            "external_id": "",
            "repository": name,
            **{key: body[key] for key in ("name", "head_sha", "external_id", "status") if key in body},
            "output": {},
        }
        self.checks.append(made)
        return self._changed_check(made, body)

    def _changed_check(self, check: dict[str, Any], body: Any) -> dict[str, Any]:
        told = dict(body.get("output") or {})
        added = told.pop("annotations", [])
        if len(added) > 50:
            raise Refused(422, {"message": "Invalid request: no more than 50 items are allowed"})
        check.update({key: body[key] for key in ("status", "conclusion") if key in body})
        output = check["output"]
        output.update(told)
        output["annotations"] = [*output.get("annotations", []), *added]  # they are added, never replaced
        output["annotations_count"] = len(output["annotations"])
        return check

    def _comment(self, name: str, number: int, body: str, user: Any, app: int | None) -> dict[str, Any]:
        identity = next(self._numbers)
        made = {
            "id": identity,
            "body": body,
            "user": user,
            "html_url": f"{self.url}/{name}/pull/{number}#issuecomment-{identity}",
            "performed_via_github_app": {"id": app} if app else None,
        }
        self.comments.setdefault((name, number), []).append(made)
        return made

    def _known_comment(self, number: int) -> dict[str, Any]:
        for each in itertools.chain.from_iterable(self.comments.values()):
            if each["id"] == number:
                return each
        raise Refused(404, {"message": "Not Found"})

    def _review(self, name: str, number: int, body: Any) -> dict[str, Any]:
        pull = self.pull(name, number)
        patches = {each["filename"]: each["patch"] for each in self._files(name, number)}
        for remark in body["comments"]:
            lines = {
                line
                for match in re.finditer(
                    r"^@@ -\S+ \+(\d+)(?:,(\d+))? @@", patches.get(remark["path"], ""), re.M
                )
                for line in range(int(match[1]), int(match[1]) + int(match[2] or "1"))
            }
            if not {remark["line"], remark.get("start_line", remark["line"])} <= lines:
                raise Refused(
                    422, {"message": "Unprocessable Entity", "errors": ["Line could not be resolved"]}
                )
        if body["commit_id"] != pull["head"]["sha"]:
            raise Refused(
                422, {"message": "Unprocessable Entity", "errors": ["commit_id is not of this pull request"]}
            )
        identity = next(self._numbers)
        made = {
            "id": identity,
            "body": body["body"],
            "html_url": f"{pull['html_url']}#pullrequestreview-{identity}",
            "user": {"login": "codeflash[bot]", "type": "Bot"},
            "comments": body["comments"],
        }
        self.reviews.setdefault((name, number), []).append(made)
        return made

    def _between(self, name: str, base: str, head: str) -> dict[str, Any]:
        git = ["git", "--git-dir", str(self.repositories[name])]
        found = _said([*git, "merge-base", base, head])
        if not found:
            raise Refused(404, {"message": f"No common ancestor between {base} and {head}."})
        ahead = int(_said([*git, "rev-list", "--count", f"{base}..{head}"]) or "0")
        return {"status": "ahead", "ahead_by": ahead, "merge_base_commit": {"sha": found}}


class _AppHandler(_Handler):
    def _serve(self) -> None:
        known: AppGitHub = self.server.known
        path = self.path.partition("?")[0]
        git = re.fullmatch(r"/([^/]+/[^/]+)\.git/(info/refs|git-upload-pack|git-receive-pack)", path)
        planned = self._planned(known, path)
        if planned is not None and planned.seconds:
            time.sleep(planned.seconds)
        if planned is not None and planned.status and not planned.lost:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            return self._send(planned.status, planned.document, planned.headers)
        known.listener("before")
        if git is not None:
            serve_git(self, known, git[1], git[2])
            return known.listener("after")
        sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = json.loads(sent) if sent else None
        word, _, token = (self.headers.get("Authorization") or "").partition(" ")
        with known._lock:
            if self.command != "GET":
                known.calls.append((self.command, path))
            try:
                if word != "Bearer":
                    raise Refused(401, {"message": "Bad credentials"})
                status, document, headers = known.answer_as(token, self.command, self.path, body)
            except Refused as refused:
                status, document, headers = refused.status, refused.document, refused.headers
        known.listener("after")
        if planned is not None and planned.lost:
            if planned.status is None:
                self.close_connection = True
                return None
            return self._send(planned.status, planned.document, planned.headers)
        return self._send(status, document, headers)

    def _planned(self, known: AppGitHub, path: str) -> Misbehaviour | None:
        with known._lock:
            for each in known.planned:
                if each.times > 0 and each.method == self.command and re.fullmatch(each.path, path):
                    each.times -= 1
                    return each
        return None

    def _send(self, status: int, document: Any, headers: Mapping[str, str]) -> None:
        raw = json.dumps(document).encode()
        self.send_response(status)
        told = {"X-RateLimit-Limit": "5000", "X-RateLimit-Remaining": "4990", **headers}
        told.setdefault("X-RateLimit-Reset", str(int(time.time()) + 3600))
        told["Content-Type"] = "application/json; charset=utf-8"
        for name, value in told.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        with contextlib.suppress(ConnectionError):
            self.wfile.write(raw)


@contextlib.contextmanager
def app_github(known: AppGitHub) -> Iterator[AppGitHub]:
    """Serve on a free port of 127.0.0.1 until the block ends; ``known.url`` is the address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _AppHandler)
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
