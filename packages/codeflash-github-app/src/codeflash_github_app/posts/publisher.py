"""Posts each thing once: what is known, then what GitHub has, then what is made, then what is kept.

A process may be killed between any two lines of this, and an answer may be lost after GitHub did the work: the key stands
in what is posted, so that it is found again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

from attrs import evolve, frozen

from codeflash_core.errors import GitHubError
from codeflash_github_app.patience import Patience


@frozen
class Posted:
    """Something that stands on GitHub, or is about to.

    Attributes:
        key: The name that we gave it.
        kind: What it is: ``check``, ``comment``, ``review``, ``pull``, ``refusal``.
        place: Where it is: a commit, a pull request's number, a branch.
        number: GitHub's number for it; 0 while it is not known whether it is there.
        url: Where people read it.
    """

    key: str
    kind: str
    place: str
    number: int = 0
    url: str = ""

    @property
    def there(self) -> bool:
        """Whether it is known to stand on GitHub."""
        return self.number > 0


class PostBook(Protocol):
    """What was posted, kept where it outlives us."""

    async def find(self, key: str) -> Posted | None:
        """What is known under a key; None when nothing is."""
        ...

    async def intend(self, posted: Posted) -> None:
        """Keep that it is about to be posted; what is known already under the key stays."""
        ...

    async def keep(self, posted: Posted) -> None:
        """Keep that it stands on GitHub."""
        ...


@frozen
class Publisher:
    """Posts things once.

    Attributes:
        book: What was posted.
        patience: How long GitHub is asked again.
    """

    book: PostBook
    patience: Patience

    async def once(
        self,
        wanted: Posted,
        find: Callable[[], Awaitable[Posted | None]],
        make: Callable[[], Awaitable[Posted]],
    ) -> Posted:
        """What stands on GitHub under a key, made now if it was not there.

        Args:
            wanted: Key, kind and place.
            find: Looks for it on GitHub.
            make: Makes it.

        Raises:
            GitHubError: It is refused, or there is no answer after all tries.
        """
        known = await self.book.find(wanted.key)
        if known is not None and known.there:
            return known
        if known is None:
            await self.book.intend(wanted)

        async def found_or_made() -> Posted:
            return await find() or await make()

        made = await self.patience.asked(found_or_made)
        posted = evolve(wanted, number=made.number, url=made.url, place=made.place or wanted.place)
        await self.book.keep(posted)
        return posted

    async def change(self, work: Callable[[], Awaitable[object]]) -> bool:
        """Change what stands on GitHub; to be told the same twice does it no harm.

        Returns:
            Whether it is still there: what people took away is not put back.

        Raises:
            GitHubError: It is refused, or there is no answer after all tries.
        """
        try:
            await self.patience.asked(work)
        except GitHubError as problem:
            if problem.status in (404, 410):
                return False
            raise
        return True
