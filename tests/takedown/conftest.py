from datetime import UTC, datetime

import pytest

from scamhunt import bundle
from scamhunt.model import Brand, Channel, Reason
from scamhunt.takedown.case import Case, Recipient, Reporter, Said
from scamhunt.takedown.template import Template, parse_template


@pytest.fixture(scope="session")
def template() -> Template:
    """Return the shipped report on impersonation."""
    file = bundle.shipped() / "takedown_templates" / "impersonation.txt.j2"
    return parse_template(file.name, file.read_text("utf-8"))


@pytest.fixture
def case() -> Case:
    """Return a confirmed case with an invented name."""
    return Case(
        indicator="amazon-refund-desk.com",
        kind="domain",
        brand=Brand("amazon", "Amazon", ("amazon.com", "amazon.de")),
        score=0.97,
        reasons=(
            Reason("brand_token", 2.2, "'amazon' stands as a word of its own"),
            Reason("lure_word", 2.0, "'refund' is a word that scammers pair with Amazon"),
        ),
        first_seen=datetime(2026, 11, 20, 6, 0, tzinfo=UTC),
        last_seen=datetime(2026, 11, 21, 6, 0, tzinfo=UTC),
        feeds=("nrd_list",),
        state="confirmed",
    )


@pytest.fixture
def reporter() -> Reporter:
    """Return an invented organisation."""
    return Reporter("Example Trust and Safety", "abuse-reports@trust.example")


@pytest.fixture
def now() -> datetime:
    """Return the time of these tests."""
    return datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


@pytest.fixture
def desk() -> Recipient:
    """Return an invented registrar that a person vouches for."""
    yours = "You are the registrar of record (IANA 9999)."
    address = "abuse@registrar.example"
    return Recipient(
        "registrar", address, Channel.EMAIL, address, yours, "ann", "2026-11-22", "vouched", vouched_by="ann"
    )


@pytest.fixture
def said(now: datetime) -> Said:
    """Return what an analyst saw, and signs."""
    return Said("a login form for Amazon accounts", "ann", now)
