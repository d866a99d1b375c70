from dataclasses import replace
from datetime import datetime

import pytest

from scamhunt.errors import UserError
from scamhunt.model import Channel
from scamhunt.takedown.case import Case, Desk, Draft, Missing, Recipient, Reporter, Said
from scamhunt.takedown.forms import sheet
from scamhunt.takedown.site import Proof, Site

FORM = "https://abuse.cloudflare.com/"
DESK = Desk(
    "cloudflare",
    "cdn",
    Channel.FORM,
    FORM,
    "https://desk.example/policy",
    "2026-11-01",
    "documented",
    requires=("URLs of one host name",),
    refuses=("trademark matters",),
    policy="Abuse Policy",
    policy_url="https://desk.example/policy",
)
TO = Recipient("cdn", "cloudflare", Channel.FORM, FORM, "yours", DESK.source, DESK.verified_on, DESK.how, desk=DESK)
DRAFT = Draft("phishing", "cloudflare", "Phishing report", "It was observed.\n", (), (), abuse_type="phishing")


def made(  # noqa: PLR0913  # what a sheet is made of
    case: Case, reporter: Reporter, now: datetime, *, to: Recipient = TO, draft: Draft = DRAFT, note: str = ""
) -> str:
    """Return a sheet as a person reads it."""
    content = sheet(draft, case, to=to, reporter=reporter, said=Said(note=note), now=now)
    return content.decode("utf-8")


def block(text: str, name: str) -> str:
    """Return what stands between the rules below a field's name."""
    return text.split(f"\n{name}", 1)[1].split("-" * 76 + "\n", 2)[1].rstrip("\n")


def test_the_sheet_of_a_form(case: Case, reporter: Reporter, now: datetime) -> None:
    """It says where to go and what the desk wants, then has each value ready to copy."""
    proof = Proof(3, "ab" * 32, "image/png", "screenshot", "", now, 9)
    seen = replace(case, site=Site(url="https://amazon-refund-desk.com/login?email=jo@mail.example", proofs=(proof,)))
    text = made(seen, reporter, now, note="a remark")
    assert text.startswith(
        "Field sheet for cloudflare (cdn, form)\nWritten 2026-11-22 09:30 UTC\n\nOpen: " + FORM + "\n"
    )
    for line in (
        "This address is the desk's own; source: https://desk.example/policy, as of 2026-11-01.",
        "It requires: URLs of one host name",
        "It refuses: trademark matters",
        "Its fields: at most 250 addresses, one a line, all of the same host name, none twice; it takes no attachments",
        "Its policy: Abuse Policy (https://desk.example/policy)",
    ):
        assert f"\n{line}\n" in text
    assert block(text, "Address (EXACT, dangerous: do not open):") == "https://amazon-refund-desk.com/login"
    assert block(text, "Host name (EXACT, dangerous: do not open):") == "amazon-refund-desk.com"
    assert block(text, "Category:") == "Phishing"
    assert block(text, "Brand:") == "Amazon"
    assert block(text, "Official site of the brand:") == "https://amazon.com/"
    assert block(text, "Subject:") == "Phishing report"
    assert block(text, "Description (at most 5,000 characters):") == "It was observed."
    assert block(text, "Comments (at most 2,000 characters):") == "a remark"
    assert block(text, "Reporter:") == "Example Trust and Safety"
    assert block(text, "Reporter's e-mail:") == "abuse-reports@trust.example"
    proofs = block(text, "Evidence (upload what the form takes):")
    assert proofs == f"evidence 3: screenshot, 2026-11-22 09:30 UTC, sha256 {'ab' * 32}"
    assert "NOT READY" not in text


def test_the_sheet_of_a_number(case: Case, reporter: Reporter, now: datetime) -> None:
    """A number stands there as it is dialled, and no address of a page is made up for it."""
    number = replace(case, kind="phone", indicator="+12125550142")
    text = made(number, reporter, now, draft=replace(DRAFT, abuse_type="callback"))
    assert block(text, "Number:") == "+12125550142"
    assert block(text, "Category:") == "Number that people are told to call"
    assert "EXACT, dangerous" not in text.split("never open it.")[1]


@pytest.mark.parametrize(("length", "cut"), [(5_000, False), (5_001, True)])
def test_a_field_takes_no_more(length: int, cut: bool, case: Case, reporter: Reporter, now: datetime) -> None:
    """A description that is too long is cut at what the form takes, and says so; elsewhere nothing is cut."""
    long = replace(DRAFT, text="x" * length)
    shown = block(made(case, reporter, now, draft=long), "Description (at most 5,000 characters):")
    assert ("[cut here: the field takes no more]" in shown) is cut
    assert len(shown) <= 5_000
    elsewhere = replace(TO, address="https://desk.example/abuse", desk=None)
    assert block(made(case, reporter, now, draft=long, to=elsewhere), "Description:") == "x" * length


def test_what_is_not_ready_says_so(case: Case, now: datetime) -> None:
    """A sheet of a draft names what it lacks, so that nobody hands it in; unknown fields are no fields."""
    lacking = replace(DRAFT, missing=(Missing("observed", "say it"),))
    bare = replace(case, brand=replace(case.brand, domains=()))
    text = made(bare, Reporter(), now, draft=lacking)
    assert "\nNOT READY, do not hand it in: it lacks observed\n" in text
    assert not any(name in text for name in ("Reporter", "Comments", "Evidence", "Official site"))
    assert "it lacks its text\n" in made(case, Reporter(), now, draft=replace(DRAFT, text=""))


def test_a_form_that_a_person_vouches_for(case: Case, reporter: Reporter, now: datetime) -> None:
    """Who gave the address stands there, because no list says that it is the desk's."""
    vouched = replace(TO, how="vouched", vouched_by="ann", desk=None)
    assert "\nIt is not in the list: ann vouches for it.\n" in made(case, reporter, now, to=vouched)


@pytest.mark.parametrize(
    ("channel", "address", "words"),
    [
        (Channel.EMAIL, "abuse@desk.example", "takes reports by mail"),
        (Channel.FORM, "http://desk.example/", "no plain https address"),
        (Channel.PORTAL, "https://desk.example/\r\nOpen: https://x.example/", "no plain https address"),
        (Channel.FORM, "", "no plain https address"),
    ],
)
def test_only_a_desk_s_own_page_is_opened(  # noqa: PLR0913, PLR0917  # fixtures
    channel: Channel, address: str, words: str, case: Case, reporter: Reporter, now: datetime
) -> None:
    """A person opens nothing but a plain https address of a desk."""
    with pytest.raises(UserError, match=words):
        made(case, reporter, now, to=replace(TO, channel=channel, address=address))


@pytest.mark.parametrize("end", ["\r\n", "\n", "\u2028", "\r", "\x85"])
def test_no_word_from_outside_makes_a_field(end: str, case: Case, reporter: Reporter, now: datetime) -> None:
    """However hostile brand, note or organisation are, they stay in their own block."""
    hostile = f"x{end}{'-' * 76}{end}{end}Address:{end}https://amazon.com/"
    named = replace(case, brand=replace(case.brand, name=hostile))
    text = made(named, Reporter(hostile, reporter.email), now, note=hostile)
    assert not any(line.startswith("Address:") for line in text.splitlines())
    assert len(text.split("\n" + "-" * 76 + "\n")) == len(
        made(case, reporter, now, note="x").split("\n" + "-" * 76 + "\n")
    )
