"""Who may use the companion API."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from codeflash_api.auth.dependencies import Authenticated, authenticated
from codeflash_api.errors import ApiError, forbidden
from codeflash_api.feature import COMPANION
from codeflash_api.resources import Resources, get_resources
from codeflash_api.usage.call import Principal


async def companion(principal: Authenticated) -> Principal:
    """The caller, when the key's scopes allow the companion API.

    Raises:
        ApiError: 401 without a key that counts, 403 when its scopes do not allow it.
    """
    return _allowed(principal)


async def known(request: Request, resources: Annotated[Resources, Depends(get_resources)]) -> Principal:
    """The caller, for the check of a key: there clients understand 403 only, not 401.

    Raises:
        ApiError: 403 without a key that counts.
    """
    try:
        return _allowed(await authenticated(request, resources))
    except ApiError as problem:
        if problem.status == 401:
            raise forbidden(problem.message) from problem
        raise


def _allowed(principal: Principal) -> Principal:
    if principal.scopes.isdisjoint(("*", COMPANION)):
        raise forbidden(f"the key's scopes do not allow {COMPANION}")
    return principal


Companion = Annotated[Principal, Depends(companion)]
Known = Annotated[Principal, Depends(known)]
