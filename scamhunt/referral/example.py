"""An invented packet: three sites, two numbers, one actor. For tests and documentation."""

import hashlib
from datetime import UTC, datetime, timedelta

from scamhunt.referral.agencies import Agency
from scamhunt.referral.dossier import (
    Brand,
    CaseFacts,
    Count,
    Dossier,
    Exhibit,
    Handled,
    HoldFact,
    Identifier,
    LinkFact,
    Moment,
    NameFacts,
    NumberFacts,
    ReportFact,
    Sender,
    Subject,
)

START = datetime(2026, 11, 2, 8, 30, tzinfo=UTC)
NUMBER, OTHER = "+18005550142", "+18005550143"
NAMES = ("amazon-refund-desk.example", "amazon-help-line.example", "prime-refund.example")
AGENCY = Agency(
    id="generic",
    name="Law enforcement agency",
    country="",
    zone="Asia/Kolkata",
    date_format="%d/%m/%Y",
    channel="desk",
    takes="a packet with evidence and hashes",
    attachments=True,
    forms=("ic3_paste", "fre902", "bsa63", "traceback"),
    hold_days=14,
    source="https://agency.example/",
    verified_on="2026-11-01",
    how="documented",
)


def hashed(text: str) -> str:
    """Return a sha256 that stands for some bytes."""
    return hashlib.sha256(text.encode()).hexdigest()


def dossier() -> Dossier:
    """Return the whole example."""
    return Dossier(
        packet="p-3f9a12cd04e1",
        day="2026-11-22",
        as_of=START + timedelta(days=19),
        agency=AGENCY,
        purpose="criminal complaint",
        sender=Sender("Example Trust", "abuse@trust.example", "in-house team of the brand", "A. Example, +1 555 0100"),
        tool="scamhunt 0.1",
        brands=(Brand("amazon", "Amazon", ("amazon.com",)),),
        subjects=(
            Subject(
                "S-1",
                "c-0123456789ab",
                (1, 2, 3, 4, 5),
                (
                    LinkFact(1, 4, (f"both show the number {NUMBER}",), 1.0, ("EX-0001",)),
                    LinkFact(2, 4, (f"both show the number {NUMBER}",), 1.0, ("EX-0003",)),
                    LinkFact(2, 3, ("both have the account G-EXAMPLE01 at Google Analytics",), 0.9, ("EX-0003",)),
                    LinkFact(3, 5, (f"both show the number {OTHER}",), 1.0, ("EX-0005",)),
                ),
                ("the account G-EXAMPLE01 at Google Analytics: without it 1, 2 and 4 part from 3 and 5",),
            ),
        ),
        cases=(*_names(), _number(4, NUMBER, 23), _number(5, OTHER, 4)),
        identifiers=tuple(_identifiers()),
        timeline=tuple(_timeline()),
        reports=(
            ReportFact(
                *(11, 1, "Example Registrar Ltd", "registrar", "phishing", "verified_down"),
                START + timedelta(days=2),
                START + timedelta(days=2, hours=3),
                START + timedelta(days=3),
                "LAB-77",
            ),
            ReportFact(12, 2, "host.example", "host", "phishing", "sent", START + timedelta(days=4)),
        ),
        holds=(HoldFact(3, "law_enforcement", START + timedelta(days=10), START + timedelta(days=24)),),
        counts=(
            Count("reports of the number", "ftc_dnc", "23", "reports", "complaints that name it; not all lost money"),
            Count("victims", "US-CA", "fewer than 5", "people", "as typed for this packet"),
        ),
        exhibits=tuple(_exhibits()),
        custody=tuple(_custody()),
        log_head=(42, hashed("head")),
        offences="Impersonation of a retailer to obtain payments for refunds that do not exist.",
        settings=(("clock", "compared with two servers, 0.2 s off"), ("browser profile", "desktop")),
    )


def _names() -> list[CaseFacts]:
    return [
        CaseFacts(
            at,
            name,
            "domain",
            "amazon",
            "confirmed",
            0.97,
            ("'amazon' stands in the name", "the page asks for a card"),
            START + timedelta(days=at),
            START + timedelta(days=at + 9),
            START + timedelta(days=at, hours=5),
            "c-0123456789ab",
            NameFacts(
                "Example Registrar Ltd",
                "9999",
                START - timedelta(days=3),
                ("active",),
                ("ns1.dns.example", "ns2.dns.example"),
                ("192.0.2.10",),
                ("192.0.2.0/24 Example Hosting (SE)",),
                hashed(name),
                f"https://{name}/refund",
                "Refund department",
                ("card", "password"),
                "impersonates",
                "live",
                START + timedelta(days=at, hours=1),
            ),
        )
        for at, name in enumerate(NAMES, 1)
    ]


def _number(at: int, number: str, reports: int) -> CaseFacts:
    facts = NumberFacts("callback", "toll_free", "", "", "", "RespOrg unknown", "2026-10-01", reports, 3)
    seen, confirmed = START + timedelta(days=1), START + timedelta(days=2)
    last = START + timedelta(days=15)
    return CaseFacts(
        *(at, number, "phone", "amazon", "confirmed", 0.93, ("reports name Amazon",), seen, last, confirmed),
        campaign="c-0123456789ab",
        number=facts,
    )


def _identifiers() -> list[Identifier]:
    seen, last = START + timedelta(days=1), START + timedelta(days=15)
    own = [
        Identifier(at, "domain", name, "target", seen, last, "feed", f"EX-{2 * at - 1:04}")
        for at, name in enumerate(NAMES, 1)
    ]
    numbers = [Identifier(at, "number", one, "target", seen, last, "reports") for at, one in ((4, NUMBER), (5, OTHER))]
    shown = [
        Identifier(case, "number", number, "callback", seen, last, "page", f"EX-{2 * case - 1:04}")
        for case, number in ((1, NUMBER), (2, NUMBER), (3, OTHER))
    ]
    accounts = [
        Identifier(case, "tracker", "Google Analytics G-EXAMPLE01", "counts visitors", seen, last, "page", exhibit)
        for case, exhibit in ((2, "EX-0003"), (3, "EX-0005"))
    ]
    return [*own, *numbers, *shown, *accounts]


def _timeline() -> list[Moment]:
    told = [Moment(START + timedelta(days=at), at, "first seen by a source", "feed nrd_list") for at in range(1, 4)]
    told += [
        Moment(START + timedelta(days=at, hours=1), at, "page seen live", "look", f"EX-{2 * at - 1:04}")
        for at in (1, 2, 3)
    ]
    told += [
        Moment(START + timedelta(days=2), 1, "reported to Example Registrar Ltd", "report 11"),
        Moment(START + timedelta(days=3), 1, "seen down", "look"),
    ]
    return sorted(told, key=lambda one: (one.at, one.case))


def _exhibits() -> list[Exhibit]:
    made = []
    for at, name in enumerate(NAMES, 1):
        for turn, (what, media_type, ending) in enumerate(
            (("page as it came", "text/html", ".html.txt"), ("screenshot", "image/png", ".png"))
        ):
            number, digest = 2 * at - 1 + turn, hashed(f"{name}{what}")
            made.append(
                Exhibit(
                    f"EX-{number:04}",
                    f"EX-{number:04}",
                    at,
                    number,
                    at,
                    f"evidence/{at}/{at}-{number:03}-{digest[:16]}{ending}",
                    what,
                    media_type,
                    1_000 + number,
                    digest,
                    hashlib.sha512(f"{name}{what}".encode()).hexdigest(),
                    START + timedelta(days=at, hours=1),
                    "scamhunt 0.1",
                    "operator 1",
                    f"https://{name}/refund",
                    "desktop",
                    "",
                    "",
                    "0.2 s ahead of two servers",
                )
            )
    return made


def _custody() -> list[Handled]:
    rows = []
    for at in (1, 2, 3):
        numbers = (f"EX-{2 * at - 1:04}", f"EX-{2 * at:04}")
        before, here = hashed(f"row {9 + at}"), hashed(f"row {10 + at}")
        moment = START + timedelta(days=at, hours=1)
        rows.append(
            Handled(
                10 + at,
                moment,
                "operator 1",
                "password",
                "evidence.acquire",
                f"look:{at}",
                numbers,
                "taken",
                before,
                here,
            )
        )
    return rows
