from datetime import UTC, datetime

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from codeflash_core.errors import UsageError
from codeflash_github_app.tokens.signing import app_token


def test_it_begins_a_minute_ago_and_ends_within_ten():
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    now = datetime.now(UTC)
    claims = jwt.decode(app_token(7, pem, now), key.public_key(), algorithms=["RS256"])
    moment = int(now.timestamp())
    assert claims == {"iat": moment - 60, "exp": moment + 540, "iss": "7"}


def test_a_key_that_is_none_is_told_and_not_repeated():
    with pytest.raises(UsageError) as told:
        app_token(7, b"a secret that is no key", datetime.now(UTC))
    assert "secret" not in str(told.value)
