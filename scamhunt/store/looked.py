"""The part of the `Store` that keeps looks, their evidence, and when to look again."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from pathlib import Path

from scamhunt.errors import NotFound
from scamhunt.model import Actor, Kind, State
from scamhunt.observed import Finding, Judgement, Liveness, Look
from scamhunt.store import evidence, evidence_files, feeds, log, look_log, looks
from scamhunt.store.look_log import Changed
from scamhunt.store.opened import Opened, bound
from scamhunt.store.values import CandidateView, EvidenceView, LookView, Watch, WatchView


class Looked(Opened):
    """Looks and evidence of an open database."""

    def save_look(  # noqa: PLR0913  # what is kept of a look
        self,
        look: Look,
        judgement: Judgement,
        *,
        liveness: Liveness,
        candidate_id: int | None,
        actor: Actor,
        watch: Watch | None = None,
    ) -> LookView:
        """Keep a look: its files, its manifest, then rows and events in one transaction; prolong the leases held.

        Stopped in between it leaves files that nobody claims, and nothing else. Raises `StoreError` when disk or
        database refuses or a file of the evidence is not what it was, `LeaseHeld` when another run took over, and
        `ValueError` where a finding names bytes that the look did not bring.
        """
        filed = evidence.file(self.home, look)
        with self._writing() as connection:
            now = self._renewed(connection)
            look_id = looks.save(
                connection,
                filed.look,
                judgement,
                liveness=liveness,
                candidate_id=candidate_id,
                manifest=filed.manifest,
            )
            evidence.save(connection, look_id, filed)
            held = None
            if candidate_id is not None and watch is not None:
                held = looks.set_watch(connection, candidate_id, watch, look.ended)
            view = looks.get(connection, look_id)
            log.append(connection, look_log.look_events(view, filed, held), actor, now)
            return view

    def look(self, look_id: int) -> LookView:
        """Return one look. Raises `NotFound`."""
        with self._reading() as connection:
            return looks.get(connection, look_id)

    def looks(
        self, *, candidate_id: int | None = None, subject: str | None = None, limit: int | None = 50
    ) -> list[LookView]:
        """Return looks, the newest first."""
        with self._reading() as connection:
            return looks.page(connection, candidate_id, subject, bound(limit))

    def looked_subjects(self) -> list[str]:
        """Return the targets of looks that are no candidates: a brand's own domains, what somebody asked about."""
        with self._reading() as connection:
            return looks.subjects(connection)

    def looks_after(self, last: int, limit: int) -> list[LookView]:
        """Return the looks that follow the one with this number, the oldest first."""
        with self._reading() as connection:
            return looks.after(connection, last, limit)

    def latest_looks(
        self, candidate_ids: Collection[int], liveness: Collection[Liveness] | None = None
    ) -> dict[int, LookView]:
        """Return the last look at each of some candidates, by its number; of those that saw it like this."""
        with self._reading() as connection:
            return looks.latest(connection, candidate_ids, liveness)

    def findings(self, look_id: int) -> list[Finding]:
        """Return what a look found, in its order."""
        with self._reading() as connection:
            return looks.findings(connection, look_id)

    # --- evidence ---------------------------------------------------------------------------------------------------

    def evidence(
        self,
        *,
        look_id: int | None = None,
        candidate_id: int | None = None,
        sha256: str | None = None,
        media_type: str | None = None,
        limit: int | None = 50,
    ) -> list[EvidenceView]:
        """Return items, those of the newest look first, as it brought them; `sha256` may be the beginning of one."""
        with self._reading() as connection:
            return evidence.page(
                connection,
                look_id=look_id,
                candidate_id=candidate_id,
                sha256=sha256,
                media_type=media_type,
                limit=bound(limit),
            )

    def evidence_item(self, key: str) -> list[EvidenceView]:
        """Return the rows of one item, the newest first, by its number or the beginning of its sha256.

        Raises `NotFound`, also where several items begin like that.
        """
        with self._reading() as connection:
            return evidence.get(connection, key)

    def evidence_after(self, last: tuple[str, int], limit: int) -> list[EvidenceView]:
        """Return the rows that follow one, given as sha256 and number: those of one file stand together."""
        with self._reading() as connection:
            return evidence.after(connection, last, limit)

    def evidence_file(self, sha256: str) -> Path:
        """Return where the bytes with this hash lie or would lie. Raises `NotFound` for what is no hash."""
        if not evidence_files.is_name(sha256):
            raise NotFound("that is no sha256; it has 64 hexadecimal digits, as shown by: scamhunt evidence list")
        return evidence_files.path(self.home, sha256)

    def evidence_names(self) -> Iterator[str]:
        """Yield the name of every file in the evidence, whoever put it there."""
        return evidence_files.names(self.home)

    def evidence_open_folders(self) -> list[tuple[str, str]]:
        """Return the folders of the evidence that others could exchange or write to, and why."""
        return list(evidence_files.open_folders(self.home))

    def claimed(self, names: Collection[str]) -> set[str]:
        """Return those hashes that a row of the evidence has."""
        with self._reading() as connection:
            return evidence.claimed(connection, names)

    def looks_changed(self, limit: int) -> list[Changed]:
        """Return looks whose rows are not what the log says of them, the oldest first."""
        with self._reading() as connection:
            return look_log.changed_looks(connection, limit)

    def looks_gone(self, limit: int) -> list[tuple[str, str]]:
        """Return looks (`look:12`) that the log tells of and that are not there, with their manifests' hashes."""
        with self._reading() as connection:
            return evidence.gone(connection, limit)

    # --- when to look again -----------------------------------------------------------------------------------------

    def due(self, now: datetime, limit: int) -> list[CandidateView]:
        """Return candidates that are to be looked at again by now, the longest due first; dismissed ones never are."""
        with self._reading() as connection:
            return looks.due(connection, now, bound(limit))

    def never_looked(self, states: Collection[State], kinds: Collection[Kind], limit: int) -> list[CandidateView]:
        """Return candidates of these states and kinds that nobody looked at yet, the strongest first."""
        with self._reading() as connection:
            return looks.never_looked(connection, states, kinds, bound(limit))

    def count_due(self, now: datetime) -> int:
        """Return how many candidates are to be looked at again by now."""
        with self._reading() as connection:
            return looks.count_due(connection, now)

    def count_never_looked(self, states: Collection[State], kinds: Collection[Kind]) -> int:
        """Return how many candidates of these states and kinds nobody looked at yet."""
        with self._reading() as connection:
            return looks.count_never_looked(connection, states, kinds)

    def watch(self, candidate_id: int) -> WatchView | None:
        """Return how a candidate is watched, None when it is not."""
        with self._reading() as connection:
            return looks.watch(connection, candidate_id)

    def set_free_at_all(self, moments: Mapping[str, datetime]) -> None:
        """Note when some hosts may be asked again; later moments that are noted already stay."""
        with self._writing() as connection:
            for host, at in moments.items():
                feeds.set_free_at(connection, host, at)

    def slower(self, host: str) -> int:
        """Return how often the rate for a host was halved because it said that we ask too much."""
        with self._reading() as connection:
            return feeds.slower(connection, host)

    def set_slower(self, host: str, halvings: int) -> None:
        """Note how often the rate for a host is halved."""
        with self._writing() as connection:
            feeds.set_slower(connection, host, halvings, self._now())
