"""Names of things in the store: random where they must not be guessed, never made of what a user wrote."""

from __future__ import annotations

import base64
import hashlib
import secrets

TOKEN_PREFIX = "nmv_usr_"  # noqa: S105 - the wire's prefix, no secret
CLAIM_PREFIX = "clm_"

_SESSION_FLOOR = 10**18
_SESSION_SPAN = 9 * 10**18


def new_user_id(kind: str) -> str:
    """`anon_` or `user_` and 16 hex digits."""
    return f"{'anon' if kind == 'anonymous' else 'user'}_{secrets.token_hex(8)}"


def new_session_id() -> str:
    """19 decimal digits, of which nobody can tell the next."""
    return str(_SESSION_FLOOR + secrets.randbelow(_SESSION_SPAN))


def new_task_id() -> str:
    """`task_` and 16 letters and digits."""
    return "task_" + base64.b32encode(secrets.token_bytes(10)).decode()


def new_token() -> str:
    """A bearer token: the wire's prefix and 32 random bytes."""
    return TOKEN_PREFIX + secrets.token_urlsafe(32)


def new_claim() -> str:
    """A claim token, which opens one read-only page."""
    return CLAIM_PREFIX + secrets.token_urlsafe(24)


def new_key() -> str:
    """32 hex digits: blobs, uploads, webhooks, deliveries."""
    return secrets.token_hex(16)


def digest_of(secret: str) -> str:
    """SHA-256 in hex: all that is kept of a secret that only has to be recognised."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()
