"""Who a request comes from, for endpoints that are neither limited nor metered."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy import bindparam

from codeflash_api.auth.callers import caller, principal
from codeflash_api.auth.keys import bearer, digest
from codeflash_api.db.tables import api_keys
from codeflash_api.resources import Resources, get_resources
from codeflash_api.usage.call import Principal

_CALLER = caller(bindparam("hash", type_=api_keys.c.hash.type))


async def authenticated(
    request: Request, resources: Annotated[Resources, Depends(get_resources)]
) -> Principal:
    """The caller, read from the database each time: a revoked key ends at once.

    Raises:
        ApiError: 401 without a key that counts.
    """
    secret = bearer(request.headers.get("authorization"))
    async with resources.database.single() as connection:
        row = (await connection.execute(_CALLER, {"hash": digest(secret)})).one_or_none()
    return principal(row)


Authenticated = Annotated[Principal, Depends(authenticated)]
