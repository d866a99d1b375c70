from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from scamhunt.errors import UserError
from scamhunt.model import Brand, Reason
from scamhunt.takedown.case import Case, Missing, Recipient, Reporter, Said
from scamhunt.takedown.claims import authority
from scamhunt.takedown.draft import render
from scamhunt.takedown.lint import lint
from scamhunt.takedown.recipients import check_recipient
from scamhunt.takedown.template import Template
from scamhunt.takedown.words import defang

OBSERVED = "2026-11-21 14:05 UTC: a login form for Amazon accounts at https://amazon-refund-desk.com/login"
SEEN = Said(OBSERVED, "ann", datetime(2026, 11, 22, 9, 0, tzinfo=UTC))
WHOLE = """\
To the abuse desk abuse@registrar.example

we report a name that was observed to pretend to be Amazon.

  Name:        amazon-refund-desk[.]com
  Registrar:   not known to us
  First seen:  2026-11-20 06:00 UTC, in nrd_list

Why this is yours
> You are the registrar of record (IANA 9999).

What was observed there
> 2026-11-21 14:05 UTC: a login form for Amazon accounts at
> hxxps://amazon-refund-desk[.]com/login
Observed by an analyst of Example Trust and Safety, noted 2026-11-22 09:00
UTC.

Why the name drew our attention
  - 'amazon' stands as a word of its own
  - 'refund' is a word that scammers pair with Amazon
Resemblance alone does not prove abuse. What counts is what was observed.

Official domains of Amazon, as far as we know them; the name above is not
among them
  amazon.com, amazon.de

What we ask
Please look at what was observed. If you can confirm it, please suspend the
name or put it on hold, as your own policy provides. If you need more, or if
somebody else is the right one to ask, please tell us.

one more line

Who writes
Example Trust and Safety, abuse-reports@trust.example
We are a third party and do not speak for the brand.
Whoever thinks that this report is wrong can say so:
abuse-reports@trust.example

Written 2026-11-22 09:30 UTC. Suspected names and addresses are written with
[.] so that nobody opens one by accident; the attached file has them
exactly.
"""


def test_the_whole_text(case: Case, template: Template, reporter: Reporter, desk: Recipient, now: datetime) -> None:
    """A report on a confirmed case that nobody looked at, to a desk that is not in the list, reads exactly so."""
    noted = replace(SEEN, note="one more line")
    draft = render(case, template, reporter=reporter, to=desk, said=noted, now=now)
    assert draft.text == WHOLE
    assert draft.subject == "Please review amazon-refund-desk[.]com: suspected impersonation of Amazon"
    assert (draft.template, draft.abuse_type) == ("impersonation.txt.j2", "impersonation")
    assert (draft.missing, draft.ready, draft.proofs) == ((), True, ())
    assert draft.ticks == (
        Missing("capture", "no screenshot and no page is kept; run scamhunt investigate"),
        Missing("rdap", "no registration data is known; run scamhunt investigate"),
        Missing("unlisted", "abuse@registrar.example is not in the list: ann vouches for it, 2026-11-22"),
    )
    assert draft.warnings == ("the brand pack gives no authority: written as a third party",)
    assert lint(draft, case, template) == []


def test_all_that_is_missing_is_marked(case: Case, template: Template, now: datetime) -> None:
    """What nobody knows yet is listed, and marked in the text where it belongs, each with the way to get it."""
    draft = render(case, template, reporter=Reporter(), now=now)
    assert [missing.field for missing in draft.missing] == ["observed", "recipient", "reporter", "abuse_type"]
    text = " ".join(draft.text.replace("\n> ", " ").split())
    assert text.count("[missing: ") == 3
    assert all(f"[missing: {missing.text}]" in text for missing in draft.missing[:3])
    assert (draft.recipient, draft.ready) == ("", False)
    assert "only the name's resemblance is known" in draft.warnings[0]
    assert lint(draft, case, template) == []


@pytest.mark.parametrize("state", ["new", "watched", "dismissed", "closed", ""])
def test_what_nobody_confirmed_says_so(
    state: str, case: Case, template: Template, reporter: Reporter, now: datetime
) -> None:
    """A preview of an unjudged candidate starts with NOT CONFIRMED and warns."""
    draft = render(replace(case, state=state), template, reporter=reporter, said=SEEN, now=now)
    assert draft.text.startswith("NOT CONFIRMED: a preview, not a report. Nobody has confirmed this name.\n\n")
    assert draft.warnings[0].startswith("not confirmed: ")


@pytest.mark.parametrize(
    ("given", "reference", "sentence"),
    [
        ("", "", "We are a third party and do not speak for the brand."),
        ("in-house", "", "We are the brand's own team."),
        ("agent", "mandate 7", "We write on behalf of the brand (reference: mandate 7)."),
        ("agent", " ", "We are a third party and do not speak for the brand."),
        ("owner", "", "We are a third party and do not speak for the brand."),
    ],
)
def test_we_say_in_whose_name_we_write(  # noqa: PLR0913, PLR0917  # fixtures
    given: str, reference: str, sentence: str, case: Case, template: Template, reporter: Reporter, now: datetime
) -> None:
    """Authority comes from the brand pack alone; without it, or without its reference, we are a third party."""
    brand = replace(case.brand, authority=given, authority_ref=reference)
    draft = render(replace(case, brand=brand), template, reporter=reporter, now=now)
    assert sentence in draft.text
    assert ("written as a third party" in " ".join(draft.warnings)) == ("third party" in sentence)
    assert (authority(brand) == "third party") == ("third party" in sentence)
    assert lint(draft, replace(case, brand=brand), template) == []


@pytest.mark.parametrize(("org", "email"), [("", ""), ("Org", ""), ("", "a@b.example"), (" ", "a@b.example")])
def test_half_a_reporter_is_missing(org: str, email: str, case: Case, template: Template, now: datetime) -> None:
    """Who reports needs an organisation and a mailbox."""
    draft = render(case, template, reporter=Reporter(org, email), now=now)
    assert "reporter" in [missing.field for missing in draft.missing]


def test_a_bad_reporter_address_names_its_setting(case: Case, template: Template, now: datetime) -> None:
    """A mailbox that is none is the user's mistake, and the message names the setting."""
    with pytest.raises(UserError, match=r"^SCAMHUNT_REPORTER_EMAIL: 'nobody' is not one plain e-mail address"):
        render(case, template, reporter=Reporter("Org", "nobody"), now=now)


def test_long_lists_end_with_a_count(case: Case, template: Template, reporter: Reporter, now: datetime) -> None:
    """A brand with hundreds of domains, many reasons and many feeds still gives a short report."""
    brand = replace(case.brand, domains=tuple(f"amazon{n}.com" for n in range(300)))
    many = replace(
        case, brand=brand, reasons=tuple(Reason("s", 1, f"reason {n}") for n in range(20)), feeds=tuple("abcdefgh")
    )
    text = render(many, template, reporter=reporter, now=now).text
    assert "amazon11.com" in text
    assert "amazon12.com" not in text
    assert "and 288 more" in text
    assert "  - reason 7\n  - and 12 more\n" in text
    assert ", in a, b, c, d, e\n" in text


@pytest.mark.parametrize(("field", "most"), [("brand", 120), ("reason", 288), ("observed", 2_000), ("indicator", 500)])
def test_long_values_are_cut(  # noqa: PLR0913, PLR0917  # fixtures
    field: str, most: int, case: Case, template: Template, reporter: Reporter, now: datetime
) -> None:
    """A value of any length takes its share of the report and no more."""
    long = "q" * 1_000_000 if field != "reason" else f"it reads as {'q' * 1_000_000}"
    changed = replace(
        case,
        brand=replace(case.brand, name=long) if field == "brand" else case.brand,
        reasons=(Reason("s", 1.0, long),) if field == "reason" else (),
        indicator=long if field == "indicator" else case.indicator,
    )
    draft = render(
        changed, template, reporter=reporter, said=Said(long if field == "observed" else "o", "ann"), now=now
    )
    end = "[.][.][.]" if field == "indicator" else "..."
    assert "q" * (most - 3) + end in draft.text
    assert "q" * (most - 2) not in draft.text
    assert len(draft.subject) <= 200


def test_times_are_shown_in_utc(case: Case, template: Template, reporter: Reporter, now: datetime) -> None:
    """A time of another zone is the same moment in UTC; a name given by hand has no feed."""
    east = timezone(timedelta(hours=9))
    shifted = replace(case, first_seen=datetime(2026, 11, 20, 3, 0, tzinfo=east), feeds=())
    text = render(shifted, template, reporter=reporter, now=now.astimezone(east)).text
    assert "2026-11-19 18:00 UTC, in a list that was given by hand" in text
    assert "Written 2026-11-22 09:30 UTC." in text


@pytest.mark.parametrize(
    "indicator",
    [
        "amaz0n.co.uk",
        "xn--mazon-3ve.com",
        "a--b.example.top",
        "amazon.com.account-check.top",
        "https://amazon-login.top/a.php?x=1",
        "zorbix-login\u3002com",
    ],
)
def test_no_suspected_name_is_live(
    indicator: str, case: Case, template: Template, reporter: Reporter, now: datetime
) -> None:
    """Whatever shows the name (itself, a reason, an observation), every dot of it is [.] and no link opens."""
    reasons = (Reason("s", 1.0, f"{indicator} and {indicator.upper()} read as amazon.com"),)
    case = replace(case, indicator=indicator, kind="domain", reasons=reasons)
    draft = render(
        case, template, reporter=reporter, said=Said(f"http://{indicator}/ and {indicator}:8443", "ann"), now=now
    )
    assert indicator.replace("\u3002", ".").replace(".", "[.]").replace("http", "hxxp") in draft.text
    assert indicator.lower() not in (draft.text + draft.subject).lower()
    assert "http" not in draft.text
    assert lint(draft, case, template) == []


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        (datetime.min.replace(tzinfo=UTC), "0001-01-01 00:00 UTC"),
        (datetime(987, 6, 5, 4, 3, 2, 1, tzinfo=UTC), "0987-06-05 04:03 UTC"),
        (datetime.max.replace(tzinfo=UTC), "9999-12-31 23:59 UTC"),
    ],
)
def test_years_have_four_digits(  # noqa: PLR0913, PLR0917  # fixtures
    moment: datetime, shown: str, case: Case, template: Template, reporter: Reporter, now: datetime
) -> None:
    """A day of long ago or far ahead is written as every other day."""
    text = render(replace(case, first_seen=moment), template, reporter=reporter, now=now).text
    assert f"  First seen:  {shown}, in nrd_list\n" in text


@pytest.mark.parametrize("start", ["- ", "> ", " - > ", "--"])
def test_no_name_starts_as_a_quotation(start: str, case: Case, template: Template, now: datetime) -> None:
    """A name that would make its line look quoted loses the mark, so the lint reads the line."""
    draft = render(case, template, reporter=Reporter(f"{start}You must act", "a@b.example"), now=now)
    assert "\nYou must act, a@b.example\n" in draft.text
    assert lint(draft, case, template) == ["a legal claim: 'You must'; say what was seen and what we ask"]


TEMPLATE_PAYLOADS = [
    "{{ 7 * 7 }}",
    "{{ target }}",
    "{% for a in reasons %}x{% endfor %}",
    "{% raw %}",
    "{# gone #}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ self.__init__.__globals__ }}",
    "{{ cycler.__init__.__globals__.os.popen('id') }}",
    "{% include '/etc/passwd' %}",
    "{% import 'os' as os %}",
    "{% set x = 1 %}{{ x }}",
    "{%- endif -%}",
    "{{ observed | join }}",
    "${7*7}",
    "<%= 7*7 %>",
    "#{7*7}",
    "{{ '%s' % 7 }}",
    "%(target)s",
    "{target}",
    "{{ '{{ 7*7 }}' }}",
]


@pytest.mark.parametrize("payload", TEMPLATE_PAYLOADS)
@pytest.mark.parametrize("field", ["brand", "reason", "observed", "feed", "org", "authority_ref"])
def test_data_is_never_a_template(payload: str, field: str, case: Case, template: Template, now: datetime) -> None:
    """Braces that come from outside stand in the draft as they are."""
    brand = case.brand
    if field == "brand":
        brand = replace(brand, name=payload)
    if field == "authority_ref":
        brand = replace(brand, authority="agent", authority_ref=payload)
    reasons = (Reason("s", 1, f"it reads as {payload}"),) if field == "reason" else case.reasons
    feeds = (payload,) if field == "feed" else case.feeds
    reporter = Reporter(payload if field == "org" else "Org", "a@b.example")
    observed = payload if field == "observed" else OBSERVED
    changed = replace(case, brand=brand, reasons=reasons, feeds=feeds)
    draft = render(changed, template, reporter=reporter, said=Said(observed, "ann"), now=now)
    assert defang(payload) in " ".join(draft.text.replace("\n> ", " ").split())


@pytest.mark.parametrize(
    "address",
    ["abuse@registrar.example", "a.b+c@x-1.example", "ABUSE@Registrar.Example", "a@xn--bcher-kva.example"],
)
def test_a_plain_address_is_taken(address: str) -> None:
    """One plain address is returned as it was given."""
    assert check_recipient(address) == address


@pytest.mark.parametrize(
    "address",
    [
        "",
        "abuse",
        "@registrar.example",
        "abuse@",
        "abuse@localhost",
        "a@@registrar.example",
        "a@b@registrar.example",
        "Abuse Desk <abuse@registrar.example>",
        "<abuse@registrar.example>",
        "abuse@registrar.example (desk)",
        "abuse@registrar.example,evil@x.example",
        "abuse@registrar.example;evil@x.example",
        "abuse@registrar.example evil@x.example",
        "abuse@registrar.example\n",
        "abuse@registrar.example\r\nBcc: evil@x.example",
        "abuse@registrar.example\x00",
        "\u202eabuse@registrar.example",
        "abus\u0435@registrar.example",
        "abuse@registr\u0430r.example",
        '"a b"@registrar.example',
        '"a@x.example"@registrar.example',
        "a..b@registrar.example",
        ".a@registrar.example",
        "a.@registrar.example",
        "-oQ@registrar.example",
        "a@-registrar.example",
        "a@registrar-.example",
        "a@registrar..example",
        "a@registrar.example.",
        "a@[127.0.0.1]",
        "a@127.0.0.1",
        "a%x.example@",
        "a" * 65 + "@registrar.example",
        "a@" + "b" * 64 + ".example",
        "a@" + "b." * 130 + "example",
        "x" * 1_000_000,
        "mailto:abuse@registrar.example",
        "=?utf-8?q?a?=@registrar.example?x",
    ],
)
def test_anything_but_one_plain_address_is_refused(address: str) -> None:
    """A recipient that is not one plain address is the user's mistake (2), shown short and harmless."""
    with pytest.raises(UserError) as caught:
        check_recipient(address)
    message = str(caught.value)
    assert message.endswith("is not one plain e-mail address; write it as in abuse@registrar.example")
    assert message.isprintable()
    assert len(message) < 150
    assert caught.value.exit_code == 2


def test_render_takes_no_bad_recipient(
    case: Case, template: Template, reporter: Reporter, desk: Recipient, now: datetime
) -> None:
    """A hostile --to stops before anything is written."""
    with pytest.raises(UserError, match="not one plain e-mail address"):
        render(case, template, reporter=reporter, to=replace(desk, address="a@b.example\nBcc: c@d.example"), now=now)


def test_an_empty_brand_is_no_trouble(template: Template, now: datetime) -> None:
    """A case with next to nothing in it still gives a draft without a fault."""
    bare = Case("a.top", "domain", Brand("x", "X", ()), 0.0, (), now, now, (), "new")
    draft = render(bare, template, reporter=Reporter(), now=datetime(2026, 1, 1, tzinfo=UTC))
    assert "a[.]top" in draft.text
    assert lint(draft, bare, template) == []


@pytest.mark.parametrize("dispute", ["disputes@trust.example", "https://trust.example/disputes"])
def test_every_report_says_where_it_can_be_disputed(
    case: Case, template: Template, reporter: Reporter, now: datetime, dispute: str
) -> None:
    """Where the team set a mailbox or a page for that it stands in the letter, and the lint lets exactly it stand."""
    draft = render(case, template, reporter=replace(reporter, dispute=dispute), now=now)
    assert dispute in draft.text.replace("\n", " ")
    other = replace(draft, text=f"{draft.text}https://elsewhere.example/")
    assert any("link" in fault for fault in lint(other, case, template))
    assert [fault for fault in lint(draft, case, template) if "link" in fault or "personal" in fault] == []
