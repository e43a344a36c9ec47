import pytest

from codeflash_evals.hidden.behaviour import Word, same_behaviour
from codeflash_evals.hidden.chamber import Version
from codeflash_evals.hidden.failing import Failed


def call(digest, shown="1", opaque=()):
    return {"digest": digest, "shown": shown, "opaque": list(opaque)}


class Scripted:
    """A chamber whose versions answer as they are told."""

    def __init__(self, **answers):
        self.answers = answers

    async def ask(self, version, request, **more):
        answer = self.answers[version.name]
        answer = next(answer) if hasattr(answer, "__next__") else answer
        answer = (
            answer.pop(0) if isinstance(answer, list) and answer and isinstance(answer[0], list) else answer
        )
        return answer if isinstance(answer, Failed) else {"calls": answer}


def versions():
    return Version("before", None), Version("after", None)


async def seen(before, after):
    return await same_behaviour(Scripted(before=before, after=after), *versions())


async def test_equal_digests_are_the_same():
    found = await seen([call("a"), call("b")], [call("a"), call("b")])
    assert (found.word, found.calls) == (Word.SAME, 2)


@pytest.mark.parametrize(
    ("after", "said"),
    [
        ([call("a"), call("c", "2")], "hidden input 2: 1 against 2"),
        ([call("a"), call("c", "1")], "types, arguments or output differ"),
        ([call("a")], "2 calls against 1"),
        (Failed("it ended with 1"), "could not be run: it ended with 1"),
    ],
)
async def test_what_differs_is_named(after, said):
    found = await seen([call("a"), call("b")], after)
    assert found.word is Word.DIFFERENT
    assert said in found.where


@pytest.mark.parametrize(
    ("before", "said"),
    [
        (Failed("no module"), "the original fails"),
        ([[call("a")], [call("b")]], "differs from itself"),
        ([call("a", opaque=["lock: opaque"])], "can't be compared: lock"),
        ([], "no hidden inputs"),
    ],
)
async def test_an_original_that_shows_nothing_leaves_it_undecided(before, said):
    after = [] if before == [] else [call("a", opaque=["lock: opaque"])]
    found = await seen(before, after)
    assert found.word is Word.UNDECIDED
    assert said in found.where


@pytest.mark.parametrize(
    ("after", "said"),
    [
        (Failed("it was ended: disk", telling=False), "could not be run: it was ended: disk"),
        ([{"digest": 1}, {}], "malformed"),
        (iter([Failed("it ended with 1"), [call("a")]]), "the second time only: it ended with 1"),
    ],
    ids=["machinery", "malformed", "once"],
)
async def test_a_failure_that_may_not_be_the_versions_leaves_it_undecided(after, said):
    found = await seen([call("a")], after)
    assert found.word is Word.UNDECIDED
    assert said in found.where
