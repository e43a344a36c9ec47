import pytest

from codeflash_core.errors import GitHubError
from codeflash_github_app.patience import Patience
from codeflash_github_app.posts.publisher import Posted, Publisher

WANTED = Posted("comment:1", "comment", "1")


class Book(dict):
    async def find(self, key):
        return self.get(key)

    async def intend(self, posted):
        self.setdefault(posted.key, posted)

    async def keep(self, posted):
        self[posted.key] = posted


class Away:
    """A GitHub that loses answers after the work is done."""

    def __init__(self, lost):
        self.there, self.lost, self.made = [], lost, 0

    async def find(self):
        return self.there[0] if self.there else None

    async def make(self):
        self.made += 1
        self.there.append(Posted("comment:1", "comment", "1", 40 + self.made, "url"))
        if self.lost:
            self.lost -= 1
            raise GitHubError("lost", passing=True)
        return self.there[-1]


@pytest.fixture
def publisher():
    return Publisher(Book(), Patience(tries=3, first=0.0))


@pytest.mark.parametrize("lost", [0, 1])
async def test_a_thing_is_made_once_though_its_answer_is_lost(publisher, lost):
    github = Away(lost)
    posted = await publisher.once(WANTED, github.find, github.make)
    assert (posted.number, github.made) == (41, 1)
    assert await publisher.book.find("comment:1") == posted


async def test_what_is_kept_is_not_looked_for(publisher):
    await publisher.book.keep(Posted("comment:1", "comment", "1", 7))

    async def never():
        raise AssertionError

    assert (await publisher.once(WANTED, never, never)).number == 7


async def test_what_was_only_intended_is_looked_for_first(publisher):
    github = Away(0)
    github.there.append(Posted("comment:1", "comment", "1", 9))
    await publisher.book.intend(WANTED)
    assert (await publisher.once(WANTED, github.find, github.make)).number == 9
    assert github.made == 0


@pytest.mark.parametrize(("status", "there"), [(404, False), (410, False)])
async def test_what_people_took_away_is_not_put_back(publisher, status, there):
    async def gone():
        raise GitHubError("gone", status=status)

    assert await publisher.change(gone) is there


async def test_a_refusal_is_told(publisher):
    async def refused():
        raise GitHubError("no", status=403)

    with pytest.raises(GitHubError, match="no"):
        await publisher.change(refused)
