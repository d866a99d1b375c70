from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Protocol

import pytest

from scamhunt import bundle
from scamhunt.errors import Refused
from scamhunt.model import Channel
from scamhunt.observed import Liveness, Verdict
from scamhunt.takedown import asks
from scamhunt.takedown.case import Case, Desk, Draft, Recipient, Reporter, Said
from scamhunt.takedown.draft import render
from scamhunt.takedown.kinds import OF_NAMES
from scamhunt.takedown.lint import lint
from scamhunt.takedown.site import Machine, Proof, Reproduced, Site
from scamhunt.takedown.template import Template, parse_template

AT = datetime(2026, 11, 21, 14, 5, tzinfo=UTC)
URL = "https://amazon-refund-desk.com/login?id=7"
SHOT = Proof(12, "ab" * 32, "image/png", "screenshot", URL, AT, 9)
AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0"
VISIT = Reproduced("desktop_de", URL, AT, AGENT, "de", "", 200, "a form that asks for password")
SITE = Site(
    look=1,
    looked_at=AT,
    url=URL,
    final_url="https://amazon-refund-desk.com/next",
    verdict=Verdict.IMPERSONATES,
    registrar="Example Registrar LLC",
    registrar_id="9999",
    registered=datetime(2026, 11, 19, tzinfo=UTC),
    machines=(Machine("192.0.2.7", "192.0.2.0/24"),),
    title="Sign in",
    asks=("password", "card"),
    posts_to=("drop.collect.test",),
    kits=("kit.zip",),
    visits=(VISIT,),
    proofs=(SHOT,),
)


class Write(Protocol):
    """Drafts a report on the case, of which looks found this, after a template."""

    def __call__(self, name: str, site: Site = SITE, **more: Any) -> Draft:  # noqa: ANN401  # what `render` takes
        """Return the draft, which has no fault."""


def shipped(name: str) -> Template:
    """Return a shipped template."""
    file = bundle.shipped() / "takedown_templates" / f"{name}.txt.j2"
    return parse_template(file.name, file.read_bytes())


@pytest.fixture
def written(case: Case, reporter: Reporter, desk: Recipient, now: datetime) -> Write:
    """Return what drafts a report on the case, of which looks found this, after a template."""

    def write(name: str, site: Site = SITE, **more: Any) -> Draft:  # noqa: ANN401  # what `render` takes
        looked = replace(case, site=site, related=more.pop("related", ()))
        template, given = shipped(name), {"to": desk, **more}
        draft = render(looked, template, reporter=reporter, **given, now=now)
        assert lint(draft, looked, template) == []
        return draft

    return write


def test_a_look_alone_makes_a_report_ready(written: Write) -> None:
    """What a look found is the observation, with its evidence; nobody has to say it again."""
    draft = written("phishing", related=(("amazon-order-desk.test", "the same card form"),))
    assert (draft.missing, draft.proofs, [tick.field for tick in draft.ticks]) == ((), (12,), ["unlisted"])
    text = " ".join(draft.text.replace("\n> ", " ").split())
    assert "2026-11-21 14:05 UTC, a look of ours: a form that asks for password, card (evidence 12)" in text
    assert "Observed by a look of ours." in text
    assert (
        "opened: hxxps://amazon-refund-desk[.]com/login?id=7, which led to hxxps://amazon-refund-desk[.]com/n" in text
    )
    assert f"desktop_de, 2026-11-21 14:05 UTC: hxxps://amazon-refund-desk[.]com/login?id=7; user agent: {AGENT}" in text
    assert "language: de; referrer: none; answer: 200; saw: a form that asks for password" in text
    assert f"evidence 12: screenshot, 2026-11-21 14:05 UTC, sha256 {'ab' * 32}" in text
    assert "Registrar: Example Registrar LLC (IANA 9999)" in text
    assert "what is typed in goes to: drop[.]collect[.]test" in text
    assert "it leads to: 192[.]0[.]2[.]7 in 192[.]0[.]2[.]0/24" in text
    assert "amazon-order-desk[.]test: the same card form" in text


@pytest.mark.parametrize(
    ("name", "change", "fields"),
    [
        ("phishing", {"asks": ()}, ["abuse_type"]),
        ("phishing", {"asks": ("email",)}, ["abuse_type"]),
        ("phishing", {"proofs": ()}, ["observed"]),
        ("phishing", {"proofs": (replace(SHOT, media_type="application/rdap+json"),)}, ["observed"]),
        ("impersonation", {"asks": (), "kits": (), "verdict": Verdict.INCONCLUSIVE}, ["observed", "abuse_type"]),
        ("impersonation", {"asks": ("email",), "verdict": Verdict.BENIGN}, ["observed", "abuse_type"]),
        ("impersonation", {"asks": (), "kits": ()}, []),
        ("impersonation", {"asks": (), "verdict": None}, []),
        ("tech_support_fraud", {}, ["abuse_type"]),
        ("tech_support_fraud", {"asks": (), "popups": ("fake scan",)}, []),
        ("suspicious_registration", {"proofs": (), "asks": ()}, []),
        ("suspicious_registration", {"registered": None}, ["registered", "abuse_type"]),
    ],
)
def test_a_report_is_about_what_was_observed(
    name: str, change: dict[str, Any], fields: list[str], written: Write
) -> None:
    """A type of abuse that nobody observed blocks; a page without evidence is no observation."""
    assert [one.field for one in written(name, replace(SITE, **change)).missing] == fields


@pytest.mark.parametrize("name", ["phishing", "impersonation", "tech_support_fraud"])
def test_a_person_who_signs_may_say_what_he_saw(name: str, written: Write, said: Said) -> None:
    """A signed observation stands for a look; an unsigned one blocks, and its name stays in the log."""
    draft = written(name, Site(), said=replace(said, fields={"url": URL}))
    assert (draft.missing, [tick.field for tick in draft.ticks]) == ((), ["capture", "rdap", "unlisted"])
    assert "> a login form for Amazon accounts\n" in draft.text
    assert "seen at hxxps://amazon-refund-desk[.]com/login?id=7" in draft.text
    assert "ann" not in draft.text.replace("cannot", "").split()
    unsigned = written(name, Site(), said=replace(said, observer=""))
    assert {one.field: one.text for one in unsigned.missing}["observed"].startswith("whoever saw it has to sign it")


@pytest.mark.parametrize("note", ["the page is clearly a scam", "they are fraudsters", "this is proven", "it is fake"])
def test_a_report_claims_no_more_than_was_seen(note: str, written: Write, said: Said) -> None:
    """Words stronger than an observation block."""
    assert [one.field for one in written("phishing", said=replace(said, note=note)).missing] == ["claim_wording"]


def test_nothing_about_a_person_is_quoted_from_a_page(written: Write) -> None:
    """What a page or an address holds of somebody is left out, and the rest of the report stands."""
    site = replace(
        SITE,
        url="https://amazon-refund-desk.com/login?mail=jane.roe@mail.example",
        final_url="https://amazon-refund-desk.com/jane.roe@mail.example/x",
        title="Hello jane.roe@mail.example",
    )
    text = " ".join(written("phishing", site).text.split())
    assert "jane" not in text
    assert "opened: hxxps://amazon-refund-desk[.]com/login [left out: it may hold personal data]" in text
    assert "which led to hxxps://amazon-refund-desk[.]com [left out: it may hold personal data]" in text
    assert "title of the page: [left out: it may hold personal data]" in text


def test_long_lists_of_a_look_are_cut(written: Write) -> None:
    """Hundreds of items of evidence, visits and links still give a report that can be read."""
    many = replace(SITE, proofs=tuple(replace(SHOT, id=n) for n in range(300)), visits=(VISIT,) * 300)
    draft = written("phishing", many, related=tuple((f"amazon{n}.test", "same") for n in range(300)))
    assert (draft.text.count("sha256"), draft.text.count("user agent"), draft.text.count(": same")) == (12, 6, 20)
    assert "and 288 more, on request" in draft.text
    assert "and 280 more" in draft.text
    assert draft.proofs == tuple(range(12))


@pytest.mark.parametrize("kind", OF_NAMES)
def test_each_desk_is_asked_for_what_it_can_do(kind: str, written: Write, desk: Recipient) -> None:
    """Every kind of recipient that can act on a name has a request of its own."""
    text = " ".join(written("phishing", to=replace(desk, kind=kind)).text.split())
    assert f"What we ask {asks.ask(kind, 'phishing')}" in text
    assert len({asks.ask(each, "phishing") for each in OF_NAMES}) == len(OF_NAMES)


def test_what_a_desk_says_of_itself_is_quoted(written: Write, desk: Recipient) -> None:
    """A policy stands by its own title; a desk of the list needs no tick, and one without mail is named."""
    listed = Desk("Example Desk", "host", Channel.FORM, "https://host.example/abuse", "s", "2026-11-01", "documented")
    listed = replace(listed, policy="Illegal and unlawful use")
    to = replace(desk, kind="host", channel=Channel.FORM, name="Example Desk", desk=listed, how="documented", yours="")
    draft = written("phishing", to=to)
    assert (draft.recipient, draft.ticks) == ("Example Desk", ())
    assert "by its own title\n> Illegal and unlawful use\n" in draft.text
    assert "> We were given this address as the one to ask." in draft.text
    published = written("phishing", to=replace(desk, how="published", source="https://rdap.example/")).ticks
    assert [tick.text for tick in published] == [
        "abuse@registrar.example is not in the list: published by https://rdap.example/, 2026-11-22"
    ]


def test_a_template_is_for_its_own_kinds(written: Write, desk: Recipient) -> None:
    """A registration without abuse is nobody's but the registrar's and the registry's."""
    with pytest.raises(Refused, match=r"is a report to a registrar or registry, not to a host$"):
        written("suspicious_registration", to=replace(desk, kind="host"))


SENT = {"about_sent": "2026-11-20T09:30:00+00:00", "about_ticket": "ABC-1", "why": "the owner is a partner"}


def test_a_report_is_taken_back(written: Write) -> None:
    """A withdrawal names the report, its ticket and the reason, and needs no observation."""
    draft = written("withdrawal", Site(), said=Said(fields=SENT))
    assert (draft.missing, [tick.field for tick in draft.ticks]) == ((), ["unlisted"])
    assert "Our report:  sent 2026-11-20 09:30 UTC, your ticket ABC-1\n" in draft.text
    assert "> the owner is a partner\n" in draft.text
    assert [one.field for one in written("withdrawal", Site()).missing] == ["about", "why"]


@pytest.mark.parametrize(
    ("liveness", "words"),
    [
        (Liveness.SUSPENDED, "the name is suspended"),
        (Liveness.TAKEN_DOWN, "the page is taken down"),
        (Liveness.UNREACHABLE, ""),
        (Liveness.LIVE, ""),
        (None, ""),
    ],
)
def test_only_what_was_seen_to_be_gone_is_closed(liveness: Liveness | None, words: str, written: Write) -> None:
    """What does not answer is not gone."""
    site = replace(SITE, liveness=liveness, liveness_at=AT)
    draft = written("closure", site, said=Said(fields=SENT))
    assert [one.field for one in draft.missing] == ([] if words else ["gone"])
    assert (f"> 2026-11-21 14:05 UTC: {words}\n" in draft.text) == bool(words)
