"""The part of the `Store` that keeps campaigns, packets and what came of them."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager

import sqlalchemy as sa

from scamhunt.campaigns.sign import Ruling, Sign
from scamhunt.model import Kind, State
from scamhunt.store import campaigns, packets
from scamhunt.store.campaigns import CampaignView
from scamhunt.store.opened import bound
from scamhunt.store.referred_values import OutcomeView, OverlapView, PacketView
from scamhunt.store.reported import Reported
from scamhunt.store.tables import EVENT


class Referred(Reported):
    """Campaigns and packets of an open database."""

    def unread_looks(self, last: int, *, limit: int) -> list[tuple[int, int, str, Kind]]:
        """Return looks at candidates that follow one: number, candidate, target and kind; the oldest first."""
        with self._reading() as connection:
            return campaigns.unread_looks(connection, last, bound(limit))

    @contextmanager
    def signs(self, states: Sequence[State], near: Sequence[int] | None = None) -> Iterator[Iterator[Sign]]:
        """Open the signs of the candidates in some states; with `near` only those that one of these has."""
        with self._reading() as connection:
            yield campaigns.signs(connection, states, near)

    def members(self) -> dict[int, str]:
        """Return which campaign each candidate belongs to, by its number."""
        with self._reading() as connection:
            return campaigns.members(connection)

    def campaigns(self, *, gone: bool = False, limit: int | None = 50) -> list[CampaignView]:
        """Return campaigns, the largest first; those that are gone come last, where they are asked for."""
        with self._reading() as connection:
            return campaigns.page(connection, gone=gone, limit=bound(limit))

    def campaign(self, campaign_id: str) -> CampaignView:
        """Return one campaign. Raises `NotFound`."""
        with self._reading() as connection:
            return campaigns.get(connection, campaign_id)

    def rulings(self, *, ended: bool = False) -> list[Ruling]:
        """Return what people said of links, the oldest first; also what was taken back, where that is asked for."""
        with self._reading() as connection:
            return campaigns.rulings(connection, ended=ended)

    def happened_since(self, seq: int, acts: Collection[str]) -> bool:
        """Say whether one of some acts stands in the log after a row."""
        with self._reading() as connection:
            query = sa.select(EVENT.c.seq).where(EVENT.c.seq > seq, EVENT.c.act.in_(acts)).limit(1)
            return connection.execute(query).first() is not None

    def packets(self, *, limit: int | None = 50) -> list[PacketView]:
        """Return packets, the newest first."""
        with self._reading() as connection:
            return packets.page(connection, bound(limit))

    def packet(self, packet_id: str) -> PacketView:
        """Return one packet. Raises `NotFound`."""
        with self._reading() as connection:
            return packets.get(connection, packet_id)

    def outcomes(self, *, packet_id: str | None = None, due: bool = False) -> list[OutcomeView]:
        """Return what agencies said, of one packet where it is said; `due` leaves out what asks for nothing more."""
        with self._reading() as connection:
            return packets.outcomes(connection, packet_id=packet_id, due=due)

    def overlap(self, overlap_id: str) -> OverlapView:
        """Return one comparison with another brand. Raises `NotFound`."""
        with self._reading() as connection:
            return packets.overlap(connection, overlap_id)

    def overlaps(self, *, limit: int | None = 50) -> list[OverlapView]:
        """Return comparisons with other brands, the newest first."""
        with self._reading() as connection:
            return packets.overlaps(connection, bound(limit))
