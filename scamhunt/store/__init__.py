"""The database: candidates, readings, quarantine, the log, reports and leases. `Store` is its door."""

from scamhunt.store.acting import Acting
from scamhunt.store.log import Broken, Head
from scamhunt.store.repository import Store
from scamhunt.store.values import (
    Body,
    Book,
    CandidateView,
    CarrierView,
    Counts,
    EventView,
    Found,
    Gathered,
    MatchView,
    QuarantinedView,
    Reading,
    ReportDraft,
    ReportView,
    Run,
    Said,
    Saved,
    Validator,
)

__all__ = [
    "Acting",
    "Body",
    "Book",
    "Broken",
    "CandidateView",
    "CarrierView",
    "Counts",
    "EventView",
    "Found",
    "Gathered",
    "Head",
    "MatchView",
    "QuarantinedView",
    "Reading",
    "ReportDraft",
    "ReportView",
    "Run",
    "Said",
    "Saved",
    "Store",
    "Validator",
]
