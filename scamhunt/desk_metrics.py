"""Counts and ages for Prometheus: no name of a person, target, brand or recipient. Part of `desk.py`.

Strangers may read them. Every label is one of a few words of ours: states, bands, kinds, roles.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from scamhunt import desk_dashboard, reference
from scamhunt.desk_dashboard import Recent, Slow
from scamhunt.desk_feeds import FeedState
from scamhunt.model import PersonRole, ReportState
from scamhunt.settings import Settings
from scamhunt.store import Standing, Store

if TYPE_CHECKING:
    from prometheus_client.core import Metric

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
"""What the text is served as."""
FEED_STATES = ("ok", "running", "late", "stopped", "held", "failed", "skipped", "new", "off")
"""All states that a feed may have; another one, of a later version, counts as `other`."""


def metrics(store: Store, settings: Settings, recent: Recent | None = None) -> str:
    """Return the counts and ages of now in the text format of Prometheus.

    What takes long to work out (feeds, due work) is a minute old at most where `recent` keeps it.
    """
    from prometheus_client import generate_latest  # noqa: PLC0415  # slow, and only where metrics are asked for

    slow = (recent or Recent()).slow(store, settings)
    standing = store.standing(reference.bands())
    return generate_latest(_Found(list(_metrics(standing, slow, settings.now())))).decode()


class _Found:
    """What a registry of the library is asked for."""

    def __init__(self, found: "Sequence[Metric]") -> None:
        self.found = found

    def collect(self) -> "Iterable[Metric]":
        return self.found


def _metrics(standing: Standing, slow: Slow, now: datetime) -> "Iterator[Metric]":
    from prometheus_client.core import CounterMetricFamily  # noqa: PLC0415  # as above

    yield _by_state_and_band(standing)
    yield _gauge("candidates_by_kind", "Candidates by what they are.", "kind", standing.kinds)
    reports = {state: standing.reports.get(state, 0) for state in ReportState}
    yield _gauge("reports", "Reports by state.", "state", reports)
    yield _gauge("feeds", "Feeds by how their last run went.", "state", _by_state(slow.feeds))
    waiting = {one.what: one.age.total_seconds() for one in desk_dashboard.oldest(standing, slow.oldest_due, now)}
    yield _gauge(
        "oldest_seconds", "For how long the oldest of each kind waits; 0 where nothing waits.", "what", waiting
    )
    yield _number("due_works", "Works that are due.", slow.due)
    roles = {role: standing.roles.get(role, 0) for role in PersonRole}
    yield _gauge("people_by_role", "People who may act, by role.", "role", roles)
    yield _number("people", "People who may act.", standing.people)
    yield _number("quarantined_rows", "Rows of feeds that could not be used.", standing.quarantined)
    ended = standing.last_sweep.timestamp() if standing.last_sweep else 0.0
    yield _number("last_sweep_timestamp_seconds", "When the last run over a feed ended; 0 before the first.", ended)
    yield CounterMetricFamily("scamhunt_log_events", "Rows of the log.", value=standing.events)


def _by_state_and_band(standing: Standing) -> "Metric":
    from prometheus_client.core import GaugeMetricFamily  # noqa: PLC0415  # as above

    found = GaugeMetricFamily("scamhunt_candidates", "Candidates by state and band of score.", labels=("state", "band"))
    for state, told in standing.candidates.items():
        for band, count in told.items():
            found.add_metric((state, band), count)
    return found


def _by_state(feeds: Iterable[FeedState]) -> dict[str, int]:
    found = dict.fromkeys((*FEED_STATES, "other"), 0)
    for one in feeds:
        found[one.state if one.state in found else "other"] += 1
    return found


def _gauge(name: str, about: str, label: str, values: Mapping[Any, float]) -> "Metric":
    from prometheus_client.core import GaugeMetricFamily  # noqa: PLC0415  # as above

    found = GaugeMetricFamily(f"scamhunt_{name}", about, labels=(label,))
    for word, value in values.items():
        found.add_metric((str(word),), value)
    return found


def _number(name: str, about: str, value: float) -> "Metric":
    from prometheus_client.core import GaugeMetricFamily  # noqa: PLC0415  # as above

    return GaugeMetricFamily(f"scamhunt_{name}", about, value=value)
