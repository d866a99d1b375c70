from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Protocol

import pytest

from scamhunt import bundle
from scamhunt.errors import Refused
from scamhunt.model import Channel, Reason
from scamhunt.observed import Liveness, Verdict
from scamhunt.takedown import asks
from scamhunt.takedown.case import Case, Desk, Draft, Earlier, Recipient, Reporter, Said
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


PLAIN: dict[str, Any] = {"proofs": (), "asks": (), "kits": (), "verdict": Verdict.PARKED}


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
        looked = replace(case, site=site, related=more.pop("related", ()), earlier=more.pop("earlier", ()))
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
    assert (
        "there a form that asks for password, card (evidence 12) Observed by a look of ours, 2026-11-21 14:05 UTC."
        in text
    )
    assert text.count("look of ours") == 1
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
        ("suspicious_registration", PLAIN, []),
        ("suspicious_registration", {"registered": None, **PLAIN}, ["registered", "abuse_type"]),
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
    assert (draft.text.count("sha256"), draft.text.count("user agent"), draft.text.count(": same")) == (8, 6, 20)
    assert "and 292 more, on request" in draft.text
    assert "and 280 more" in draft.text
    assert draft.proofs == tuple(range(8))


@pytest.mark.parametrize("kind", [str(kind) for kind in OF_NAMES if str(kind) != "compliance"])
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


ABOUT = "<0123456789abcdef0123456789abcdef@trust.example>"
SENT = {"about_sent": "2026-11-20T09:30:00+00:00", "about_ticket": "ABC-1", "why": "the owner is a partner"}


def test_a_report_is_taken_back(written: Write) -> None:
    """A withdrawal names the report, its ticket and the reason, and needs no observation."""
    draft = written("withdrawal", Site(), said=Said(fields=SENT))
    assert (draft.missing, [tick.field for tick in draft.ticks]) == ((), ["unlisted"])
    assert "Our report\n  - sent 2026-11-20 09:30 UTC, your ticket ABC-1\n" in draft.text
    assert "> the owner is a partner\n" in draft.text
    assert [one.field for one in written("withdrawal", Site()).missing] == ["about", "why"]


def test_what_follows_a_report_answers_it(written: Write) -> None:
    """The subject is that of the report with Re: before it; the text names it by subject, time, Message-ID, ticket."""
    subject = "Phishing observed at amazon-refund-desk.com in the name of Amazon"
    draft = written("withdrawal", Site(), said=Said(fields={**SENT, "about": ABOUT, "about_subject": subject}))
    assert draft.subject == "Re: Phishing observed at amazon-refund-desk[.]com in the name of Amazon"
    assert (
        "'Phishing observed at amazon-refund-desk[.]com in the name of Amazon', sent 2026-11-20 09:30 UTC, "
        f"Message-ID {ABOUT}, your ticket ABC-1"
    ) in " ".join(draft.text.split())
    assert (
        written("withdrawal", Site(), said=Said(fields=SENT)).subject
        == "We withdraw our report on amazon-refund-desk[.]com"
    )


def test_a_report_of_which_nobody_knows_whether_it_came_is_closed_too(written: Write) -> None:
    """Without the time at which it was taken, the text says that the recipient may have got it."""
    site = replace(SITE, liveness=Liveness.TAKEN_DOWN, liveness_at=AT)
    draft = written("closure", site, said=Said(fields={"about": ABOUT, "about_sent": ""}))
    text = " ".join(draft.text.split())
    assert f"you may have got our report, we do not know whether it reached you: Message-ID {ABOUT}" in text
    assert draft.missing == ()


@pytest.mark.parametrize("kind", ["platform", "registrar", "carrier"])
def test_a_closure_asks_for_nothing_but_to_close(kind: str, written: Write, desk: Recipient) -> None:
    """The ticket is to be closed and nobody else is to be hit; a desk for numbers is told of no domains."""
    asked = asks.ask(kind, "closure")
    assert asked.startswith("Please close your ticket on that report, and take no further action because of it")
    assert asked.endswith("Thank you for your help.")
    assert ("not against a whole domain or platform" in asked) == (kind != "carrier")
    if kind != "carrier":
        site = replace(SITE, liveness=Liveness.TAKEN_DOWN, liveness_at=AT)
        draft = written("closure", site, to=replace(desk, kind=kind), said=Said(fields=SENT))
        assert asked in " ".join(draft.text.split())
        assert not any(reason in draft.text for reason in ("Why the name", "password", "kit.zip"))


@pytest.mark.parametrize(
    ("change", "fits"),
    [
        ({"popups": ("fake scan",)}, "tech_support_fraud"),
        ({"asks": ("password",)}, "phishing"),
        ({"kits": ("kit.zip",)}, "impersonation"),
        ({"asks": ("email",), "verdict": Verdict.SUSPICIOUS}, "impersonation"),
        ({"verdict": Verdict.IMPERSONATES}, "impersonation"),
        ({"asks": ("email",)}, ""),
        ({"verdict": Verdict.SUSPICIOUS}, ""),
        ({"asks": ("password",), "verdict": Verdict.BENIGN}, ""),
    ],
)
def test_no_report_says_that_nothing_was_seen_where_it_was(change: dict[str, Any], fits: str, written: Write) -> None:
    """A registration is suspicious as long as no look saw abuse there; else the report that fits is named."""
    missing = written("suspicious_registration", replace(SITE, **{**PLAIN, **change})).missing
    assert [one.field for one in missing] == (["abuse_type"] if fits else [])
    assert not fits or missing[0].text.endswith(f"what fits is {fits}")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, "evidence 12: screenshot, 2026-11-21 14:05 UTC, sha256"),
        ({"vantage": "phone_us"}, "evidence 12: screenshot, seen as phone_us, 2026-11-21 14:05 UTC, sha256"),
        (
            {"what": "DNS answer", "url": "dns://192.0.2.53/amazon-refund-desk.com?type=MX"},
            "evidence 12: DNS answer (MX), 2026-11-21 14:05 UTC, sha256",
        ),
        ({"url": "https://amazon-refund-desk.com/?type=MX"}, "evidence 12: screenshot, 2026-11-21 14:05 UTC, sha256"),
    ],
)
def test_each_item_of_the_evidence_can_be_told_from_the_others(
    change: dict[str, Any], words: str, written: Write
) -> None:
    """The profile of the visit and the type of the DNS record stand there."""
    draft = written("phishing", replace(SITE, proofs=(replace(SHOT, **change),)))
    assert words in " ".join(draft.text.split())


HEADINGS = {
    "What was reported before": "earlier",
    "What looks of ours found": "seen",
    "How to see it again": "visits",
    "What proves it": "proofs",
    "Why the name drew our attention": "reasons",
    "Names and numbers that we link with it": "related",
}


@pytest.mark.parametrize("name", ["phishing", "impersonation", "tech_support_fraud", "suspicious_registration"])
def test_no_heading_stands_above_nothing(
    name: str, written: Write, case: Case, reporter: Reporter, now: datetime
) -> None:
    """What has nothing to say is left out, heading and all, and what has something keeps its heading."""
    bare = render(replace(case, reasons=()), shipped(name), reporter=reporter, now=now).text
    assert not [heading for heading in HEADINGS if heading in bare]
    assert "\n\n\n" not in bare
    assert "\0" not in bare
    earlier = (Earlier("registrar", "Desk", AT, "taken", "no answer"),)
    full = written(name, related=(("amazon-order-desk.test", "the same"),), earlier=earlier).text
    assert [heading for heading in HEADINGS if f"\n\n{heading}" in full] == list(HEADINGS)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("One.\n{% for a in seen %}\n- {{ a }}\n{% endfor %}\nTwo.", "One.\nTwo.\n"),
        ("{% for a in seen %}\n- {{ a }}\n{% endfor %}\nTwo.", "Two.\n"),
        ("- one\n{% for a in seen %}\n- {{ a }}\n{% endfor %}\nTwo.", "- one\nTwo.\n"),
        ("A list:\n{% for a in seen %}\n- {{ a }}\n{% endfor %}", "A list:\n"),
        ("Head\n{% for a in seen %}\n- {{ a }}\n{% endfor %}\nTwo.", "Two.\n"),
        ("Head\n- {{ seen | join(', ') }}\n\n\nTwo.", "Two.\n"),
    ],
)
def test_only_a_heading_goes_with_a_list_that_has_nothing(
    body: str, text: str, case: Case, reporter: Reporter, now: datetime
) -> None:
    """In a template of the team's own a sentence above such a list stays."""
    head = '+++\nkinds = ["registrar"]\npurpose = "phishing"\nlang = "en"\nsubject = "s"\n+++\n'
    assert render(case, parse_template("t", head + body), reporter=reporter, now=now).text == text


@pytest.mark.parametrize(
    "reason",
    [
        Reason("noise", 1.0, "noise"),
        Reason("model", 1.0, "the page scored 0.9"),
        Reason("model", 1.0, "it has a score of 0.97"),
        Reason("model", 1.0, "the words weigh 3.1"),
        Reason("ordinary_word", -0.5, "'desk' is an ordinary word"),
    ],
)
def test_a_reason_that_says_nothing_to_a_desk_is_left_out(
    reason: Reason, case: Case, reporter: Reporter, now: datetime
) -> None:
    """Our scores, words of the model, and what speaks against it are for the team."""
    told = replace(case, reasons=(reason, *case.reasons))
    text = render(told, shipped("phishing"), reporter=reporter, now=now).text
    assert f"  - {reason.text}" not in text
    assert "  - 'amazon' stands as a word of its own" in text


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
    assert (f"> since 2026-11-21 14:05 UTC or before: {words}\n" in draft.text) == bool(words)
