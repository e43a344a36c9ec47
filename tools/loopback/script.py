"""A model that follows a script: a generator that yields what the model does and is sent what came of it.

    def script() -> Script:
        answer = yield Call("mcp__codeflash__rules_for", {"code": "..."})
        assert "membership" in answer.text
        yield Say("Done.")

An assertion that fails ends the conversation and is raised again by `Model.check`, in the test. A script that ends
without last words says that there is nothing more to do.
"""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Callable, Generator, Mapping
from typing import Any

from attrs import field, frozen, mutable


@frozen
class Call:
    """The model calls a tool.

    Attributes:
        tool: The tool's name, as the agent offers it.
        arguments: What it is called with.
    """

    tool: str
    arguments: Mapping[str, Any] = field(factory=dict)


@frozen
class Say:
    """The model says something and ends its turn.

    Attributes:
        text: What it says.
    """

    text: str


@frozen
class Answer:
    """What the agent handed back for a call.

    Attributes:
        text: The result as the model sees it.
        failed: Whether the agent marked it as an error.
    """

    text: str
    failed: bool = False

    @property
    def data(self) -> Any:
        """The first JSON value in the text; agents put headings before what a tool says."""
        decoder = json.JSONDecoder()
        for start, character in enumerate(self.text):
            if character in "{[":
                try:
                    return decoder.raw_decode(self.text, start)[0]
                except json.JSONDecodeError:
                    continue
        raise AssertionError(f"no JSON in the answer: {self.text[:500]}")


Move = Call | Say
Script = Generator[Move, Answer, None]


@frozen
class Request:
    """One request of an agent, reduced to what a script decides on.

    Attributes:
        key: Names the point in the conversation; a request that is sent again has the same.
        system: The instructions of the model.
        tools: The names of the tools it may call.
        said: The last thing that was said to it, by a person or by the agent.
        call: The number of the move that this answers; None when it answers none.
        answer: What came of that call.
    """

    key: str
    system: str
    tools: tuple[str, ...]
    said: str
    call: int | None = None
    answer: Answer = Answer("")


@mutable
class Model:
    """Plays scripts: each conversation follows the first script whose test accepts its opening.

    What opens no conversation goes on with the script that spoke last: an agent's hook may refuse to let it stop.

    Attributes:
        scripts: Pairs of a test on an opening, and the script's beginning.
        requests: Every request, in order, those that are repeated once.
        failures: What went wrong inside scripts.
        finished: How many scripts came to their end, their last words said.
    """

    scripts: list[tuple[Callable[[Request], bool], Callable[[], Script]]]
    requests: list[Request] = field(factory=list)
    failures: list[BaseException] = field(factory=list)
    finished: int = 0
    _calling: dict[int, Script] = field(factory=dict)
    _speaking: list[Script] = field(factory=list)
    _made: dict[str, tuple[Move, int]] = field(factory=dict)
    _lock: threading.RLock = field(factory=threading.RLock)

    def move(self, request: Request) -> tuple[Move, int]:
        """Return what the model does next and its number; the same again for a request that is repeated."""
        with self._lock:
            if request.key not in self._made:
                self.requests.append(request)
                number = len(self._made) + 1
                self._made[request.key] = (self._next(request, number), number)
            return self._made[request.key]

    def _next(self, request: Request, number: int) -> Move:
        opening = (
            None if request.call else next((begin for fits, begin in self.scripts if fits(request)), None)
        )
        try:
            if opening is not None:
                script = opening()
                move = next(script)
            elif request.call in self._calling:
                script = self._calling.pop(request.call)
                move = script.send(request.answer)
            elif self._speaking and request.tools:
                script = self._speaking.pop()
                move = script.send(Answer(request.said))
            else:
                return Say("ok")  # titles and summaries, which agents ask for beside the conversation
        except StopIteration:
            self.finished += 1
            return Say("There is nothing more to do.")
        except (AssertionError, AttributeError, LookupError, OSError, TypeError, ValueError) as problem:
            self.failures.append(problem)
            return Say(f"The script failed: {problem!r}")
        if isinstance(move, Call):
            self._calling[number] = script
        else:
            self._speaking.append(script)
        return move

    def check(self) -> None:
        """Raise what failed in a script, or that one never came to its last words.

        Raises:
            AssertionError: An agent ended while a script still waited for an answer.
        """
        for script in self._speaking:
            with contextlib.suppress(StopIteration):
                script.send(Answer(""))
                raise AssertionError("the script had more to do after its last words")
            self.finished += 1
        self._speaking.clear()
        if self.failures:
            raise self.failures[0]
        if self._calling:
            raise AssertionError("the agent never handed back what came of a call")
        if not self.finished:
            raise AssertionError(f"no script was begun; {len(self.requests)} requests came")
