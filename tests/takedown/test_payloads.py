import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import xarf

from scamhunt import bundle
from scamhunt.errors import UserError
from scamhunt.model import Channel
from scamhunt.takedown.case import Case, Desk, Draft, Recipient, Reporter, Said
from scamhunt.takedown.desks import parse_desks
from scamhunt.takedown.exact import WHAT
from scamhunt.takedown.payloads import PAYLOADS, payload
from scamhunt.takedown.site import Proof, Site

AT = datetime(2026, 11, 21, 14, 5, tzinfo=UTC)
SHOT = Proof(12, "ab" * 32, "image/png", "screenshot", "", AT, 9)
REASON = (
    "Phishing observed at amazon-refund-desk[.]com in the name of Amazon, 2026-11-21 14:05 UTC. "
    "What was observed: a form that asks for password (evidence 12). Official domains of Amazon: amazon.com, amazon.de."
    " Opened: hxxps://amazon-refund-desk[.]com/login [left out: it may hold personal data]. "
    "Its forms ask for: password."
)
URL = "https://amazon-refund-desk.com/login"
TEXT = "It was observed.\n"


def to(name: str) -> Recipient:
    """Return a desk that takes a payload."""
    api = "https://api.desk.example/"
    desk = Desk("a-desk", "host", Channel.API, api, "https://desk.example/", "2026-11-01", "documented", payload=name)
    return Recipient("host", "a-desk", Channel.API, api, "yours", desk.source, "2026-11-01", "documented", desk=desk)


def draft(purpose: str = "phishing", text: str = TEXT) -> Draft:
    """Return a draft that lacks nothing."""
    return Draft(purpose, "a-desk", "subject", text, (), (), abuse_type=purpose)


def made(  # noqa: PLR0913  # what a payload is made of
    name: str,
    case: Case,
    now: datetime,
    *,
    given: Draft | None = None,
    email: str = "r@trust.example",
    note: str = "",
    asks: tuple[str, ...] = ("password",),
) -> dict[str, object]:
    """Return what a desk's program reads."""
    seen = replace(case, site=Site(url=f"{URL}?email=jo@mail.example", looked_at=AT, asks=asks, proofs=(SHOT,)))
    content = payload(
        given or draft(), seen, to=to(name), reporter=Reporter("Org", email), said=Said(note=note), now=now
    )
    assert content.isascii()
    found = json.loads(content)
    assert isinstance(found, dict)
    return found


def test_netcraft(case: Case, now: datetime) -> None:
    """The fields are those of its interface; the reason says what was seen, and is no part of the letter."""
    given = draft(text="To the abuse desk\n" * 100)
    expected = {"email": "r@trust.example", "reason": REASON, "urls": [{"url": URL}]}
    assert made("netcraft", case, now, given=given) == expected


@pytest.mark.parametrize(
    ("name", "field", "most"), [("netcraft", "reason", 1_000), ("cloudflare", "justification", 5_000)]
)
def test_a_reason_ends_with_a_whole_sentence(name: str, field: str, most: int, case: Case, now: datetime) -> None:
    """However much was seen, the field takes it, what matters most stands there, and no sentence is cut."""
    long = replace(case, brand=replace(case.brand, domains=tuple(f"{'a' * 60}{n}.{'b' * 60}.com" for n in range(9))))
    for count in range(1, 40):
        reason = str(made(name, long, now, asks=tuple("x" * 40 + str(n) for n in range(count)))[field])
        assert len(reason) <= most
        assert reason.startswith("Phishing observed at amazon-refund-desk[.]com in the name of Amazon")
        assert reason.endswith(".")
        assert "amazon-refund-desk.com" not in reason


def test_a_reason_is_what_a_person_saw_where_he_signs_it(case: Case, now: datetime) -> None:
    """An observation of an analyst goes before that of a look, with its own time and without a live link."""
    said = Said(f"a log-in at {URL}", "ann", now)
    content = payload(draft(), case, to=to("netcraft"), reporter=Reporter(), said=said, now=now)
    reason = json.loads(content)["reason"]
    assert reason == (
        "Phishing observed at amazon-refund-desk[.]com in the name of Amazon, 2026-11-22 09:30 UTC. "
        "What was observed: a log-in at hxxps://amazon-refund-desk[.]com/login. "
        "Official domains of Amazon: amazon.com, amazon.de."
    )


def test_phishreport(case: Case, now: datetime) -> None:
    """A case is one address; one that is there already is not opened again."""
    assert made("phishreport", case, now) == {"url": URL, "ignore_duplicates": False}


def test_godaddy(case: Case, now: datetime) -> None:
    """A ticket has the address, whom it imitates, and the text."""
    expected = {"type": "PHISHING", "source": URL, "target": "Amazon", "info": REASON}
    assert made("godaddy", case, now) == expected
    long = replace(case, kind="url", indicator=f"https://amazon-refund-desk.com/{'x' * 220}")
    for extra, fits in (("", True), ("x", False)):
        asked = Said(fields={"url": f"https://amazon-refund-desk.com/{'x' * 219}{extra}"})
        if fits:
            assert payload(draft(), long, to=to("godaddy"), reporter=Reporter(), said=asked, now=now)
        else:
            with pytest.raises(UserError, match="at most 250 characters"):
                payload(draft(), long, to=to("godaddy"), reporter=Reporter(), said=asked, now=now)


@pytest.mark.parametrize(
    ("purpose", "act"),
    [("phishing", "abuse_phishing"), ("impersonation", "abuse_general"), ("tech_support_fraud", "abuse_general")],
)
def test_cloudflare(purpose: str, act: str, case: Case, now: datetime) -> None:
    """The mailbox stands twice, and whoever runs the site is not told who reports him."""
    assert made("cloudflare", case, now, given=draft(purpose), note="a remark") == {
        "act": act,
        "email": "r@trust.example",
        "email2": "r@trust.example",
        "name": "Org",
        "company": "Org",
        "urls": URL,
        "host_notification": "send",
        "owner_notification": "none",
        "justification": REASON.replace("Phishing", WHAT[purpose]),
        "comments": "a remark",
    }
    assert "comments" not in made("cloudflare", case, now)
    assert len(str(made("cloudflare", case, now, note="x" * 3_000)["comments"])) == 2_000


def test_aws(case: Case, now: datetime) -> None:
    """It takes XARF below `report`, with a token that makes a second try the same report."""
    found = made("aws", case, now)
    assert list(found) == ["clientToken", "report"]
    assert isinstance(found["report"], dict)
    report = found["report"]["xarf"]
    again = xarf.parse(json.dumps(report))
    assert (again.errors, again.warnings) == ([], [])
    assert (report["type"], report["url"]) == ("phishing", URL)
    assert found["clientToken"] == report["report_id"]
    assert made("aws", case, now) == found
    assert made("aws", case, now, given=draft(text="other\n"))["clientToken"] != found["clientToken"]


@pytest.mark.parametrize(
    ("name", "purpose"),
    [
        *((name, purpose) for name in PAYLOADS for purpose in ("withdrawal", "closure")),
        *((name, "suspicious_registration") for name in ("cloudflare", "godaddy", "netcraft", "phishreport")),
        ("godaddy", "impersonation"),
        ("godaddy", "tech_support_fraud"),
    ],
)
def test_an_interface_without_the_type(name: str, purpose: str, case: Case, now: datetime) -> None:
    """Nothing is reported as what it is not: where there is no type for it, another channel is named."""
    with pytest.raises(UserError, match=r"'s API has no type for|^phish\.report's API"):
        made(name, case, now, given=draft(purpose))


@pytest.mark.parametrize("name", PAYLOADS)
def test_no_number_goes_to_a_list_of_pages(name: str, case: Case, now: datetime) -> None:
    """A number has its own desks."""
    with pytest.raises(UserError, match="takes addresses of pages, not numbers"):
        made(name, replace(case, kind="phone", indicator="+12125550142"), now)


@pytest.mark.parametrize("name", ["", "netcrafft", "x\r\ny"])
def test_a_payload_that_nobody_wrote(name: str, case: Case, now: datetime) -> None:
    """A desk of the list that names none, or another, says which there are."""
    with pytest.raises(UserError, match="there is: aws, cloudflare, godaddy, netcraft, phishreport"):
        made(name, case, now)
    with pytest.raises(UserError, match="there is no payload"):
        payload(draft(), case, to=replace(to("aws"), desk=None), reporter=Reporter(), said=Said(), now=now)


@pytest.mark.parametrize("name", ["cloudflare", "netcraft"])
def test_a_draft_without_a_reporter_can_be_read(name: str, case: Case, now: datetime) -> None:
    """While the reporter is not set its field is empty: the draft lacks it and is not sent."""
    assert made(name, case, now, email="")["email"] == ""


def test_each_listed_interface_has_its_payload() -> None:
    """Every API of the shipped list that names a payload names one that there is."""
    content = (bundle.shipped() / "data" / "recipients.toml").read_text("utf-8")
    named = {desk.payload for desk in parse_desks("recipients.toml", content) if desk.channel is Channel.API}
    assert named
    assert named <= set(PAYLOADS)


def test_nothing_secret_stands_there(case: Case, now: datetime) -> None:
    """Keys belong to whoever sends: no body has a field for one."""
    for name in PAYLOADS:
        assert not {"key", "token", "authorization", "api_key", "password"} & {
            one.lower() for one in made(name, case, now)
        }
