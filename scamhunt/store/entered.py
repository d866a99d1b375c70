"""The part of the `Store` that knows who is signed in, and with what."""

from datetime import datetime

from scamhunt.access import Person
from scamhunt.store import people, sessions
from scamhunt.store.referred import Referred
from scamhunt.store.sessions import SecondFactorView, SessionView, TokenView


class Entered(Referred):
    """Sessions, second factors and tokens of an open database."""

    def visit(self, session: str) -> tuple[SessionView, Person | None, bool] | None:
        """Return a session that counts, its person, and whether the log tells of a second factor; None: none counts."""
        with self._reading() as connection:
            found = sessions.find(connection, session)
            if found is None:
                return None
            person = people.everybody(connection).get(found.person)
            return found, person, sessions.has_second_factor(connection, found.person)

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
