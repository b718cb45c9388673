"""Tokens: how another system proves who it is, and what it may do.

A token is `onestop_ID_SECRET`, told once and kept as a hash: 256 random bits need no slow hashing.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from sqlalchemy import select
from sqlalchemy.orm import Session

from callback.access import Desks
from ivr.records.case_tables import ApiToken

Scope = Literal["cases:read", "cases:write", "reports:read", "metrics:read"]
SCOPES: tuple[Scope, ...] = get_args(Scope)

_TOKEN = re.compile(r"onestop_([0-9a-f]{8})_[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class System:
    """Another system, known by its token."""

    name: str
    scopes: frozenset[str]
    desks: Desks


def issue(session: Session, system: str, scopes: Sequence[Scope], desks: Sequence[str], now: datetime) -> str:
    """A new token of a system, limited to `desks` (none: all of them, but no sensitive case). It can't be had again."""
    id = secrets.token_hex(4)
    token = f"onestop_{id}_{secrets.token_urlsafe(32)}"
    row = ApiToken(
        id=id,
        hash=_hash(token),
        system=system,
        scopes=" ".join(scopes),
        desks=" ".join(desks),
        created_at=now,
        revoked_at=None,
    )
    session.add(row)
    session.flush()
    return token


def known(session: Session, token: str) -> System | None:
    """The system that a token is of; None when there is none, or it was revoked."""
    match = _TOKEN.fullmatch(token)
    row = session.get(ApiToken, match[1]) if match else None
    if row is None or row.revoked_at is not None or not hmac.compare_digest(row.hash, _hash(token)):
        return None
    return System(row.system, frozenset(row.scopes.split()), frozenset(row.desks.split()) or None)


def listed(session: Session) -> list[ApiToken]:
    """All tokens, old ones first."""
    return list(session.scalars(select(ApiToken).order_by(ApiToken.created_at, ApiToken.id)))


def revoke(session: Session, id: str, now: datetime) -> bool:
    """Take a token's rights away for good; False when there is none with this id. A revoked one stays as it is."""
    row = session.get(ApiToken, id)
    if row is not None and row.revoked_at is None:
        row.revoked_at = now
    return row is not None


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
