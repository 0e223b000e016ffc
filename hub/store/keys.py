"""Sessions, sign-in links and tokens: made, found by their secret, and ended.

Only HMAC-SHA256(HUB_SECRET_KEY, secret) is stored: a copy of the database opens nothing, and a
new secret key signs everybody out.
"""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session as Db

from hub.domain.audience import Role
from hub.domain.person import Person, Session, SignInLink, Token

SESSION_LASTS = timedelta(days=14)
LINK_LASTS = timedelta(days=7)


class Keyring:
    """Makes and recognises keys with the hub's secret."""

    def __init__(self, secret_key: str) -> None:
        self._key = secret_key.encode()

    def digest(self, secret: str) -> str:
        """What is stored of a secret."""
        return hmac.new(self._key, secret.encode(), hashlib.sha256).hexdigest()

    def sign_in(self, db: Db, person: Person, *, now: datetime) -> str:
        """A new session; returns its secret for the cookie."""
        secret = secrets.token_urlsafe(32)
        db.add(
            Session(
                digest=self.digest(secret),
                person_id=person.id,
                created_at=now,
                expires_at=now + SESSION_LASTS,
            )
        )
        return secret

    def sign_out(self, db: Db, secret: str) -> None:
        """Ends the session of this cookie, if there is one."""
        db.execute(delete(Session).where(Session.digest == self.digest(secret)))

    def make_link(self, db: Db, person: Person, *, now: datetime) -> str:
        """A single-use sign-in link; returns its secret for the address."""
        secret = secrets.token_urlsafe(24)
        db.add(
            SignInLink(
                digest=self.digest(secret),
                person_id=person.id,
                created_at=now,
                expires_at=now + LINK_LASTS,
            )
        )
        return secret

    def person_of_link(self, db: Db, secret: str, *, now: datetime) -> Person | None:
        """Whom the link would sign in; None if it opens nothing, or no longer."""
        link = db.get(SignInLink, self.digest(secret))
        return link.person if link is not None and link.good(now) else None

    def use_link(self, db: Db, secret: str, *, now: datetime) -> Person | None:
        """Whom the link signs in, and it is used up; None if it opens nothing, or no longer."""
        query = select(SignInLink).where(SignInLink.digest == self.digest(secret))
        link = db.scalars(query.with_for_update(of=SignInLink)).one_or_none()
        if link is None or not link.good(now):
            return None
        link.used_at = now
        return link.person

    def make_token(self, db: Db, person: Person, *, now: datetime) -> str:
        """A bearer token for the API."""
        secret = "hub_" + secrets.token_urlsafe(32)
        db.add(Token(digest=self.digest(secret), person_id=person.id, created_at=now))
        return secret

    def person_of_session(self, db: Db, secret: str, *, now: datetime) -> Person | None:
        """Who is signed in with this cookie."""
        found = db.get(Session, self.digest(secret))
        return found.person if found is not None and found.expires_at > now else None

    def person_of_token(self, db: Db, secret: str) -> Person | None:
        """Whose bearer token this is."""
        found = db.get(Token, self.digest(secret))
        return found.person if found is not None else None


def roles(db: Db, digests: set[str], *, now: datetime) -> dict[str, Role]:
    """Of those of these sessions and tokens that are good still: what their people are now."""
    sessions = select(Session.digest, Person.role).join(Session.person)
    tokens = select(Token.digest, Person.role).join(Token.person)
    good = (
        sessions.where(Session.digest.in_(digests), Session.expires_at > now),
        tokens.where(Token.digest.in_(digests)),
    )
    return {row.digest: row.role for query in good for row in db.execute(query)}


def end_keys(db: Db, person: Person) -> None:
    """Ends every session, link and token of this person."""
    for key in (Session, SignInLink, Token):
        db.execute(delete(key).where(key.person_id == person.id))


def forget_spent_keys(db: Db, *, now: datetime) -> None:
    """Throws away sessions and links that are past their time."""
    db.execute(delete(Session).where(Session.expires_at <= now))
    db.execute(delete(SignInLink).where(SignInLink.expires_at <= now))
