"""The part of the `Store` that knows who is signed in, and with what."""

from datetime import datetime

from scamhunt.store import sessions
from scamhunt.store.referred import Referred
from scamhunt.store.sessions import SecondFactorView, SessionView, TokenView


class Entered(Referred):
    """Sessions, second factors and tokens of an open database."""

    def session(self, session: str) -> SessionView | None:
        """Return a session that has not ended and that the log tells of."""
        with self._reading() as connection:
            return sessions.find(connection, session)

    def touch_session(self, session: str, *, proved: bool = False) -> None:
        """Note that a session was used now, or that its person gave the password anew."""
        with self._writing() as connection:
            sessions.touch(connection, session, self._now(), proved=proved)

    def sessions_of(self, person: str) -> list[SessionView]:
        """Return the sessions of a person that have not ended, the newest first."""
        with self._reading() as connection:
            return sessions.open_of(connection, person)

    def seen_before(self, session: SessionView) -> datetime | None:
        """Return when a person's sessions before this one were used last, None at the first visit."""
        with self._reading() as connection:
            return sessions.seen_before(connection, session)

    def second_factor(self, person: str) -> tuple[SecondFactorView | None, bool]:
        """Return the second factor of a person, and whether the log tells that there is one."""
        with self._reading() as connection:
            return sessions.second_factor(connection, person), sessions.has_second_factor(connection, person)

    def token(self, number: int) -> TokenView | None:
        """Return a token that counts now."""
        with self._reading() as connection:
            return sessions.token_that_counts(connection, number, self._now())

    def tokens_of(self, person: str) -> list[TokenView]:
        """Return the tokens of a person that have not ended, the newest first."""
        with self._reading() as connection:
            return sessions.tokens_of(connection, person)
