import base64
import itertools
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

import pytest

from scamhunt import bundle
from scamhunt.errors import Refused
from scamhunt.model import Brand, Channel, Kind, Reason, Role
from scamhunt.takedown.case import Case, Draft, Recipient, Reporter, Said
from scamhunt.takedown.draft import render as render_draft
from scamhunt.takedown.example import check_template
from scamhunt.takedown.fields import ABOUT_NUMBERS, MISSING
from scamhunt.takedown.lint import lint, may_stand, observed_faults, personal_faults, wording
from scamhunt.takedown.numbers import Attribution, NumberFacts
from scamhunt.takedown.site import Site
from scamhunt.takedown.template import Template, parse_template

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
REPORTER = Reporter("Example Trust and Safety", "abuse-reports@trust.example")
DESK = "abuse@carrier.example"
SEEN = "2026-11-21 14:05 UTC, a page at https://amazon-refund-desk.com/help: 'call +1 212 555 0142'"
HOLDER = Attribution(
    "EXAMPLE TELECOM LLC - NY", "123A", "NANPA thousands blocks", "2026-11-01", "thousands_block", "medium"
)
FIRST = datetime(2026, 11, 20, 6, tzinfo=UTC)
WHOLE = """\
To the abuse desk abuse@carrier.example

we ask you to look into a number that people are told to call as if it were
Amazon's.

  Number:          +12125550142 (fixed or mobile)
  Its role:        people were told to call it
  First reported:  2026-11-20
  Last reported:   2026-11-21, by 3 independent voices in all
  (phone_reports)

Why this comes to you
> We were given this address as the one to ask.

Who it was assigned to, as published; numbers are ported and resold
  - number block assigned to EXAMPLE TELECOM LLC - NY (OCN 123A) according
    to NANPA thousands blocks of 2026-11-01 (thousands block, confidence
    medium)

Where people were shown it, as observed by an analyst of Example Trust and
Safety
> 2026-11-21 14:05 UTC, a page at hxxps://amazon-refund-desk[.]com/help:
> 'call +1 212 555 0142'
When people were shown it: 2026-11-21 09:05 America/New_York (2026-11-21
14:05 UTC)
What people are told
> [missing: what people are told, in two lines; add it with --set script=]

Why the number drew our attention
  - It was reported by 3 independent voices, who all name Amazon.
Reports alone prove nothing. What counts is what was observed.
The number is not among the official numbers of Amazon that we know.

What we ask
Please look at what was observed. If you can confirm it, please investigate
under your own policy, and keep your records of this number and its calls
meanwhile. If it is resold, please name the reseller, or pass this on and
tell us so. We ask for nothing about any person.

Who writes
Example Trust and Safety, abuse-reports@trust.example
We are a third party and do not speak for the brand.
Whoever thinks that this report is wrong can say so:
abuse-reports@trust.example

Written 2026-11-22 09:30 UTC. The attached report.json has the same for a
program.
"""


def shipped(name: str) -> Template:
    """Return a shipped template."""
    file = bundle.shipped() / "takedown_templates" / f"{name}.txt.j2"
    return parse_template(file.name, file.read_bytes())


CARRIER, SMS, RESPORG, TRACEBACK, FORWARD, LISTED = map(
    shipped,
    (
        *("carrier_callback", "carrier_sms", "resporg_callback"),
        *("traceback_caller_id", "traceback_trace_forward", "do_not_originate"),
    ),
)
TEMPLATES = (CARRIER, SMS, RESPORG, TRACEBACK, FORWARD, LISTED)
ROLE = dict(
    zip(
        (template.name for template in TEMPLATES),
        (Role.CALLBACK, Role.SMS_SENDER, Role.CALLBACK, Role.CALLER_ID, Role.CALLBACK, Role.CALLER_ID),
        strict=True,
    )
)
SCRIPT = {"script": "A voice says that an order was placed.", "shown_at": "2026-11-21 09:05 America/New_York"}
CALL = {
    "called_number": "+1 212 555 0177",
    "consent": "test line: the lab agreed",
    "call_time": "2026-11-21 09:05 America/New_York",
    "duration": "3 min 20 s",
    "called_carrier": "EXAMPLE VOICE LLC",
    "recording": "recorded on our line, as its greeting says",
    "campaign": "order calls",
}


def render(  # noqa: PLR0913  # as `render_draft`, for what these tests change
    case: Case,
    template: Template,
    *,
    reporter: Reporter = REPORTER,
    recipient: str = "",
    observed: str = "",
    fields: Mapping[str, str] = MappingProxyType({}),
    now: datetime = NOW,
) -> Draft:
    """Return a draft of what an analyst saw and typed, to a desk that is in the list."""
    to = Recipient(template.kind, "Example", Channel.EMAIL, recipient, "", "a source", "2026-11-01", "documented")
    said = Said(observed, "ann" if observed else "", None, "", fields)
    return render_draft(case, template, reporter=reporter, to=to if recipient else None, said=said, now=now)


def case_of(role: Role = Role.CALLBACK, **more: object) -> Case:
    """Return a confirmed case about an invented number; `more` goes to what is known of it."""
    last = NOW - timedelta(days=1)
    known = {"type": "fixed_or_mobile", "voices": 3, "first": FIRST, "last": last, "attribution": HOLDER, **more}
    return Case(
        indicator="+12125550142",
        kind=Kind.PHONE,
        brand=Brand("amazon", "Amazon", ("amazon.com",), phones=("+1 888 280 4331",)),
        score=0.9,
        reasons=(Reason("reports", 0.0, "It was reported by 3 independent voices, who all name Amazon."),),
        first_seen=FIRST,
        last_seen=datetime(2026, 11, 21, 6, tzinfo=UTC),
        feeds=("phone_reports",),
        state="confirmed",
        number=NumberFacts(role, **known),  # type: ignore[arg-type]  # each value has the type of its field
    )


def about(
    template: Template, *, authority: str = "in-house", phones: bool = True, role: Role | None = None, **more: object
) -> Case:
    """Return a confirmed case that a template is for; `more` goes to what is known of its number."""
    kind = {"type": "toll_free"} if template in (RESPORG, LISTED) else {}
    case = case_of(role or ROLE[template.name], **{**kind, **more})
    listed = ("+1 212 555 0142",) if template is LISTED else ()
    numbers = (*case.brand.phones, *listed) if phones else listed
    return replace(case, brand=replace(case.brand, authority=authority, phones=numbers, inbound_only=listed))


FIELDS: dict[str, dict[str, str]] = {
    CARRIER.name: SCRIPT,
    SMS.name: SCRIPT,
    RESPORG.name: {
        **SCRIPT,
        "resporg": "EXM01, Example Toll-Free Services",
        "resporg_source": "the registry's help desk",
        "resporg_date": "2026-11-20",
    },
    TRACEBACK.name: CALL,
    FORWARD.name: {"shown_at": SCRIPT["shown_at"]},
    LISTED.name: {"subscription": "invoice of 2026-10-31", "served_by": "EXM01, Example Toll-Free Services"},
}


def own_source(kind: str, purpose: str) -> str:
    """Return the front matter of a template of a team's own."""
    facts = f'kinds = ["{kind}"]\npurpose = "{purpose}"\nlang = "en"\nsubject = "About {{{{ target }}}}"\n'
    return f"+++\n{facts}+++\n"


def test_the_whole_text_to_a_carrier() -> None:
    """A report on a callback number reads exactly so, and lacks only what nobody typed yet."""
    fields = {"shown_at": SCRIPT["shown_at"]}
    draft = render(case_of(), CARRIER, recipient=DESK, observed=SEEN, fields=fields)
    assert draft.text == WHOLE
    assert draft.subject == "Please look into +12125550142: reported as a false number of Amazon"
    assert [(one.field, one.text) for one in draft.missing] == [
        ("script", "what people are told, in two lines; add it with --set script=")
    ]
    assert draft.warnings == ("the brand pack gives no authority: written as a third party",)
    assert lint(draft, case_of(), CARRIER) == []
    assert render(case_of(), CARRIER, recipient=DESK, observed=SEEN, fields=SCRIPT).ready


def test_all_that_is_missing_for_a_carrier_says_how_to_get_it() -> None:
    """With nothing known each field is listed with the way to get it, and marked in the text."""
    case = replace(case_of(attribution=None), brand=Brand("amazon", "Amazon", ("amazon.com",)))
    draft = render(case, CARRIER, reporter=Reporter())
    assert [one.field for one in draft.missing] == [
        *("recipient", "observed", "shown_at", "holder", "script", "not_ours", "reporter"),
    ]
    text = " ".join(draft.text.replace("\n> ", " ").split())
    assert all(f"[missing: {one.text}]" in text for one in draft.missing)
    assert "number block assigned to [missing: the holder of the number's block; " in text
    assert "carriers act on what was seen of a number, where and when" in draft.warnings[0]
    assert lint(draft, case, CARRIER) == []


@pytest.mark.parametrize(
    ("template", "needs"),
    [
        (CARRIER, "recipient observed shown_at holder script not_ours reporter"),
        (SMS, "recipient observed shown_at holder script not_ours reporter"),
        (RESPORG, "recipient resporg resporg_source resporg_date observed shown_at script not_ours reporter"),
        (
            TRACEBACK,
            "recipient called_number consent call_time duration called_carrier recording campaign observed reporter",
        ),
        (FORWARD, "recipient observed shown_at holder reporter"),
        (LISTED, "recipient inbound_only subscription served_by reporter"),
    ],
)
def test_what_blocks_each_kind(template: Template, needs: str) -> None:
    """Each field that the desk of this kind cannot do without blocks; a screenshot is asked of nobody."""
    case = about(template, attribution=None, authority="", phones=False)
    draft = render(case, template, reporter=Reporter())
    assert [one.field for one in draft.missing] == needs.split()
    assert not draft.ready


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template.name)
def test_a_report_of_each_kind_can_be_completed(template: Template) -> None:
    """With everything typed nothing is missing, the lint has nothing to say, and the text asks for no person."""
    case, fields = about(template), FIELDS[template.name]
    draft = render(case, template, recipient=DESK, observed="a voice: 'this is Amazon'", fields=fields)
    assert draft.missing == ()
    standing = may_stand(case, draft, template.kind, Said(fields=fields), NOW)
    assert lint(draft, case, template, standing=standing) == []
    assert draft.abuse_type == template.purpose
    assert "We are the brand's own team." in draft.text


def test_a_trace_has_the_call_as_it_was() -> None:
    """The call stands there in local time and UTC, and the display is said to be forged; nobody is cut."""
    case, said = about(TRACEBACK), "a recorded voice: 'this is Amazon'"
    draft = render(case, TRACEBACK, recipient=DESK, observed=said, fields=CALL)
    text = " ".join(draft.text.split())
    for words in (
        "Called number: +1 212 555 0177 (test line: the lab agreed)",
        "It began: 2026-11-21 09:05 America/New_York (2026-11-21 14:05 UTC)",
        "It lasted: 3 min 20 s",
        "Carrier of the called number: EXAMPLE VOICE LLC",
        "Recording: recorded on our line, as its greeting says",
        "Campaign: order calls",
        "The caller ID is likely forged. Whoever holds the number then has nothing to do with the call",
        "Its role: caller ID: people's phones showed it",
    ):
        assert words in text
    assert "EXAMPLE TELECOM" not in text
    assert "the caller ID is likely forged" in draft.warnings[0]


def test_the_called_number_stands_only_where_its_holder_agreed() -> None:
    """Without consent it is neither shown nor let through; in a report of another kind it never is."""
    case = about(TRACEBACK)
    for consent in ("", "Maria agreed"):
        fields = CALL | {"consent": consent}
        draft = render(case, TRACEBACK, recipient=DESK, observed="a voice", fields=fields)
        assert {"called_number", "consent"} == {one.field for one in draft.missing}
        assert "0177" not in draft.text
        assert may_stand(case, draft, "traceback", Said(fields=fields), NOW) == ()
    draft = render(case, TRACEBACK, recipient=DESK, observed="a voice", fields=CALL)
    assert may_stand(case, draft, "traceback", Said(fields=CALL), NOW) == ("+1 212 555 0177",)
    assert [one.partition(" that")[0] for one in lint(draft, case, TRACEBACK)] == ["what may be a phone number"]
    forward = about(FORWARD)
    draft = render(forward, FORWARD, recipient=DESK, observed="a page", fields=CALL | SCRIPT)
    assert "0177" not in draft.text
    assert may_stand(forward, draft, "traceback", Said(fields=CALL), NOW) == ()
    assert may_stand(case, replace(draft, abuse_type="callback"), "carrier", Said(fields=CALL), NOW) == ()


def test_a_call_is_as_old_as_the_call() -> None:
    """The age counts from the call and not from the newest report of the number."""
    case = about(TRACEBACK, undated=True)
    old = render(case, TRACEBACK, observed="a voice", fields=CALL | {"call_time": "2026-11-12 09:30 UTC"})
    assert "  - Age: 10 days\n" in old.text
    assert any(one.startswith("the call is 10 days old: desks that trace calls") for one in old.warnings)
    young = render(case, TRACEBACK, observed="a voice", fields=CALL | {"call_time": "2026-11-12 09:31 UTC"})
    assert "  - Age: 9 days\n" in young.text
    assert not any("days old" in one or "date not known" in one for one in young.warnings)


def test_a_value_that_is_not_what_its_field_holds_is_missing_with_the_reason() -> None:
    """What was typed before, or by hand into the database, is looked at again at every draft."""
    fields = CALL | {"call_time": "2026-11-21 09:05", "duration": "long", "attestation": "D", "identity": "x"}
    draft = render(about(TRACEBACK), TRACEBACK, recipient=DESK, observed="a voice", fields=fields)
    assert {one.field: one.text.partition(";")[0] for one in draft.missing} == {
        "call_time": "call_time: no date with time and time zone",
        "duration": "duration: write how long it lasted, as in 3 min 20 s",
    }
    assert "Attestation" not in draft.text


def test_what_is_typed_for_another_kind_is_not_shown() -> None:
    """A field that this kind has not stays out, whatever lies beside the report."""
    fields = {**SCRIPT, "resporg": "EXM01", "vanity": "AMAZON", "volume": "900 a day", "attestation": "A"}
    text = render(case_of(), CARRIER, recipient=DESK, observed=SEEN, fields=fields).text
    assert not any(words in text for words in ("EXM01", "AMAZON", "900", "Attestation"))
    more = render(about(TRACEBACK), TRACEBACK, observed="a voice", fields=CALL | fields)
    assert "  - How many such calls: 900 a day\n  - Attestation that the called carrier saw: A: its" in more.text
    spelt = render(
        about(RESPORG), RESPORG, observed=SEEN, fields={**FIELDS[RESPORG.name], "vanity": "it spells AMAZON"}
    )
    assert "  - The digits: it spells AMAZON\n" in spelt.text


def test_what_is_typed_is_shown_as_words_from_outside() -> None:
    """No link, no hidden character, and no line that reads as ours."""
    fields = SCRIPT | {"script": "> see https://evil-desk.com \u202e now"}
    draft = render(case_of(), CARRIER, recipient=DESK, observed=SEEN, fields=fields)
    assert "What people are told\n> see hxxps://evil-desk[.]com \\u{202e} now\n" in draft.text
    assert lint(draft, case_of(), CARRIER) == []


def test_the_identity_header_of_another_call_is_noticed() -> None:
    """It is told where it fits, and whoever approves learns that it names another calling number."""
    head, claims = ({"ppt": "shaken"}, {"attest": "B", "orig": {"tn": "14155550199"}})
    parts = [base64.urlsafe_b64encode(json.dumps(one).encode()).decode().rstrip("=") for one in (head, claims)]
    fields = CALL | {"identity": f"{parts[0]}.{parts[1]}.x"}
    draft = render(about(TRACEBACK), TRACEBACK, recipient=DESK, observed="a voice", fields=fields)
    assert "  - Identity header, attest: B: its provider knows the caller" in draft.text
    assert "  - The header was decoded; its signature was not verified\n" in draft.text
    assert "0199" not in draft.text
    assert "the Identity header is about another calling number" in draft.warnings


def test_other_numbers_need_a_link_to_the_case() -> None:
    """Only numbers that are known to be of the same actors are named, each with the reason."""
    fields = SCRIPT | {"other_numbers": "+1 212 555 0143, +12125550144"}
    alone = case_of()
    draft = render(alone, CARRIER, recipient=DESK, observed=SEEN, fields=fields)
    assert "Another number" not in draft.text
    case = replace(alone, related=(("+12125550143", "shown on the same page"),))
    draft = render(case, CARRIER, recipient=DESK, observed=SEEN, fields=fields)
    text = " ".join(draft.text.split())
    assert "- Another number of the same campaign, with the link to this one: +12125550143: shown on" in text
    assert "0144" not in text
    standing = may_stand(case, draft, "carrier", Said(fields=fields), NOW)
    assert standing == ("+12125550143",)
    assert lint(draft, case, CARRIER, standing=standing) == []


def test_a_holder_may_be_typed_where_no_table_has_one() -> None:
    """It is shown as what we were told; a table goes first."""
    fields = SCRIPT | {"holder": "Example Voice, by a port look-up of our carrier, 2026-11-20"}
    told = render(case_of(attribution=None), CARRIER, recipient=DESK, observed=SEEN, fields=fields)
    assert "  - holder, as we were told: Example Voice, by a port look-up" in told.text
    assert told.missing == ()
    listed = render(case_of(), CARRIER, recipient=DESK, observed=SEEN, fields=fields)
    assert "Example Voice" not in listed.text


def test_when_it_was_seen_is_typed_or_comes_from_a_look() -> None:
    """The time at which somebody writes an observation down is not the time of what he saw."""
    at = datetime(2026, 11, 21, 14, 5, tzinfo=UTC)
    said = Said(SEEN, "ann", at, "", {})
    draft = render_draft(case_of(), CARRIER, reporter=REPORTER, said=said, now=NOW)
    assert "shown_at" in [one.field for one in draft.missing]
    for numbers, when in (
        (("+12125550142",), "\nWhen people were shown it: 2026-11-21 14:05 UTC\n"),
        (("+12125550143",), "\nWhen people were shown it: [missing"),
    ):
        case = replace(case_of(), site=Site(looked_at=at, numbers=numbers))
        assert when in render_draft(case, CARRIER, reporter=REPORTER, said=said, now=NOW).text


@pytest.mark.parametrize(
    ("authority", "reference", "words"),
    [
        ("in-house", "", "Amazon says that this number of its own only takes calls"),
        ("agent", "POA 7", "Amazon says, through its agent, that this number of its own only takes calls"),
        ("agent", " ", ""),
        ("", "", ""),
    ],
)
def test_only_the_owner_says_that_a_number_never_calls(authority: str, reference: str, words: str) -> None:
    """A third party cannot have somebody's number listed: the field then blocks."""
    case = about(LISTED, authority=authority)
    case = replace(case, brand=replace(case.brand, authority_ref=reference))
    draft = render(case, LISTED, recipient=DESK, fields=FIELDS[LISTED.name])
    assert [one.field for one in draft.missing] == ([] if words else ["inbound_only"])
    assert words in " ".join(draft.text.split())
    assert "3 independent voices reported it, first 2026-11-20, last 2026-11-21" in " ".join(draft.text.split())


def test_a_number_is_listed_whether_or_not_displays_showed_it() -> None:
    """What a brand owns never grows stale; whoever approves learns that no report says caller ID."""
    silent = about(LISTED, last=None, first=None, voices=0, role=Role.UNKNOWN)
    draft = render(silent, LISTED, recipient=DESK, fields=FIELDS[LISTED.name])
    assert draft.missing == ()
    assert "no report says that a display showed the number: it can be listed all the same" in draft.warnings
    for case in (about(LISTED), about(LISTED, role=Role.CALLBACK, displayed=1)):
        told = render(case, LISTED, recipient=DESK, fields=FIELDS[LISTED.name]).warnings
        assert not any("no report says" in one or "also seen" in one for one in told)


def test_a_number_that_is_not_the_brands_own_is_never_listed() -> None:
    """Nobody asks that somebody else's calls be stopped."""
    with pytest.raises(Refused, match="lists as inbound_only, and this is none"):
        render(case_of(Role.CALLER_ID), LISTED)


@pytest.mark.parametrize(("role", "template"), list(itertools.product(Role, TEMPLATES)))
def test_no_template_is_filled_for_the_wrong_role(role: Role, template: Template) -> None:
    """Of all roles and templates only the pairs of the table give a draft."""
    fits = {ROLE[template.name]} | ({Role.UNKNOWN} if template is TRACEBACK else set())
    if role in fits or template is LISTED:
        assert render(about(template, role=role), template).text
        return
    with pytest.raises(Refused):
        render(about(template, role=role), template)


@pytest.mark.parametrize("number_type", ["fixed_or_mobile", "unknown", ""])
def test_only_a_toll_free_number_is_reported_to_a_resporg(number_type: str) -> None:
    """Any other number has none."""
    with pytest.raises(Refused, match="only a toll-free number has a RespOrg"):
        render(case_of(type=number_type), RESPORG)


@pytest.mark.parametrize("purpose", ["callback", "sms", "caller_id", "trace_forward", "do_not_originate", "own"])
@pytest.mark.parametrize("kind", ["carrier", "traceback", "registrar", "host", "resporg", "do_not_originate"])
def test_no_template_of_the_teams_own_widens_the_table(kind: str, purpose: str) -> None:
    """Whatever a template calls itself: a displayed number goes to a trace, and nowhere else."""
    own = parse_template("registrar_impersonation.txt.j2", own_source(kind, purpose) + "{{ target }}")
    for role in (Role.CALLER_ID, Role.UNKNOWN):
        if (kind, purpose) == ("traceback", "caller_id"):
            assert render(case_of(role), own).text
            continue
        with pytest.raises(Refused):
            render(case_of(role), own)


def test_a_number_of_which_nothing_is_known_reaches_no_carrier() -> None:
    """Where nobody looked its reports up, the role is unknown."""
    case = replace(case_of(), number=NumberFacts(), kind="phone")
    with pytest.raises(Refused, match="has no known role"):
        render(case, CARRIER)


@pytest.mark.parametrize("template", [CARRIER, TRACEBACK])
def test_a_name_is_never_filled_into_a_report_on_a_number(template: Template, case: Case) -> None:
    """Carrier and traceback are about numbers."""
    with pytest.raises(Refused, match="about a number"):
        render(case, template)


def test_a_sender_of_messages_is_told_apart() -> None:
    """The text says what the number did."""
    draft = render(case_of(Role.SMS_SENDER, displayed=2), SMS)
    text = " ".join(draft.text.split())
    for words in (
        "a number that sends text messages as if they came from Amazon",
        "Its role: people were texted from it",
        "What was texted from it, as observed by nobody yet > [missing: what text came from the number, and when",
        "What the text said > [missing: what the text said, in two lines; ",
    ):
        assert words in text
    assert draft.subject == "Please look into +12125550142: reported for texts in the name of Amazon"
    assert not any(words in text for words in ("told to call", "were shown", "false number"))
    assert any("forged, the sender of the texts is what counts" in warning for warning in draft.warnings)


@pytest.mark.parametrize(
    ("count", "shown"), [(0, "0 independent voices"), (1, "1 voice"), (2_000, "2,000 independent")]
)
def test_voices_are_counted_in_words(count: int, shown: str) -> None:
    """One voice is one voice."""
    for role, template in ((Role.CALLBACK, CARRIER), (Role.CALLER_ID, TRACEBACK)):
        draft = render(case_of(role, voices=count), template)
        assert f"Last reported: 2026-11-21, by {shown}" in " ".join(draft.text.split())


def test_a_toll_free_number_has_a_responsible_organisation() -> None:
    """No block of it is assigned to anybody: the line says so, with its organisation known or missing."""
    lacking = case_of(type="toll_free", attribution=None, unknown="who is responsible")
    draft = render(lacking, CARRIER)
    assert "  - Responsible organisation (RespOrg): [missing: who is responsible; add it\n" in draft.text
    assert "number block" not in draft.text
    known = render(case_of(type="toll_free"), CARRIER)
    assert "  - Responsible organisation (RespOrg): EXAMPLE TELECOM LLC - NY (OCN" in known.text


def test_what_has_no_date_is_not_fresh_and_has_no_age() -> None:
    """Nobody knows how old a report without a date is: the draft says so, and asks for one with a date."""
    case = case_of(first=None, last=None, undated=True)
    draft = render(case, CARRIER)
    lacking = {one.field: one.text for one in draft.missing}
    assert lacking["fresh"].startswith("fresh evidence: date not known of the newest report in its role; hand one in")
    assert "with its date (seen_at)" in lacking["fresh"]
    assert "First reported:  date not known\n" in draft.text
    known = case_of(Role.CALLER_ID, undated=True)
    trace = render(known, TRACEBACK)
    assert "fresh" not in [one.field for one in trace.missing]
    assert "Last reported:   2026-11-21, by" in trace.text
    assert "Age:" not in trace.text
    assert any(warning.startswith("date not known of the newest report") for warning in trace.warnings)
    assert "  - Age: 1 day\n" in render(case_of(Role.CALLER_ID), TRACEBACK).text
    own = parse_template("own", own_source("traceback", "caller_id") + "{{ last_seen }}")
    assert render(known, own).text == "date not known\n"


def test_a_number_that_displays_showed_as_well_says_so() -> None:
    """Callback and caller ID: the draft goes out, and both the desk and the analyst are told."""
    case = case_of(displayed=4)
    draft = render(case, CARRIER)
    assert "Reports of the number as caller ID: 4. A display may be forged, so they are not counted above." in " ".join(
        draft.text.split()
    )
    assert (
        "also seen as caller ID by 4 reports: the display may be forged, the number shown to victims is what counts"
        in draft.warnings
    )
    assert lint(draft, case, CARRIER) == []
    once = render(case_of(displayed=1), CARRIER)
    assert any(warning.startswith("also seen as caller ID by 1 report: ") for warning in once.warnings)
    only = render(case_of(Role.CALLER_ID, displayed=4), TRACEBACK)
    assert not any("also seen" in warning for warning in only.warnings)


@pytest.mark.parametrize(
    ("last", "missing"),
    [
        (NOW - timedelta(days=45), None),
        (NOW - timedelta(days=45, seconds=1), "fresh evidence: last reported in its role 2026-10-08, and somebody"),
        (None, "fresh evidence: a report that is at most 45 days old, with its date (seen_at)"),
    ],
)
@pytest.mark.parametrize("needs", ["fresh", ""])
def test_an_old_number_needs_fresh_evidence(last: datetime | None, missing: str | None, needs: str) -> None:
    """From 45 days of silence on the report is not complete, whether or not a template asks for it."""
    body = f"{{{{ target }}}} {{{{ {needs or 'last_seen'} }}}}"
    front = own_source("carrier", "callback").removesuffix("+++\n") + f"needs = {[needs] if needs else []}\n+++\n"
    own = parse_template("own", front + body + " {{ recipient }} {{ reporter }}")
    draft = render(case_of(last=last), own, recipient=DESK, observed="seen")
    stale = [one for one in draft.missing if one.field == "fresh"]
    if missing is None:
        assert stale == []
    else:
        (one,) = stale
        assert one.field == "fresh"
        assert one.text.startswith(missing)


def test_fresh_evidence_is_not_asked_of_a_name(case: Case, template: Template) -> None:
    """A name does not change hands in that way."""
    assert "fresh" not in [one.field for one in render(case, template).missing]


@pytest.mark.parametrize(
    ("role", "more", "warning"),
    [
        (
            Role.CALLBACK,
            {"flags": ("fictional",)},
            "a fictional number, kept for films and tests: a report on it is sent to nobody outside this machine",
        ),
        (
            Role.CALLER_ID,
            {"flags": ("fictional",)},
            "a fictional number, kept for films and tests: a report on it is sent to nobody outside this machine",
        ),
        (Role.CALLBACK, {"flags": ("unassigned",)}, "the numbering plan has no such number"),
        (Role.CALLBACK, {"troubles": ("block 1 is damaged",)}, "block 1 is damaged"),
        (Role.UNKNOWN, {}, "nobody said what the number was: it counts as caller ID"),
        (
            Role.CALLER_ID,
            {"last": NOW - timedelta(days=10)},
            "the newest report is 10 days old: desks that trace",
        ),
    ],
)
def test_what_a_person_has_to_know_is_a_warning(role: Role, more: dict[str, object], warning: str) -> None:
    """Each is told where it holds, and not where it does not."""
    template = CARRIER if role is Role.CALLBACK else TRACEBACK
    told = render(case_of(role, **more), template).warnings
    assert [one for one in told if one.startswith(warning)]
    plain = render(case_of(Role.CALLBACK if role is Role.CALLBACK else Role.CALLER_ID), template, now=NOW)
    assert not [one for one in plain.warnings if one.startswith(warning)]


def test_a_call_of_nine_days_ago_is_not_yet_old() -> None:
    """The warning begins with the tenth day; the text says the age in days."""
    case = case_of(Role.CALLER_ID, last=NOW - timedelta(days=9, hours=23))
    draft = render(case, TRACEBACK)
    assert not any("days old" in warning for warning in draft.warnings)
    assert "  - Age: 9 days\n" in draft.text
    ahead = replace(case, number=replace(case.number, last=NOW + timedelta(days=3)))
    assert "  - Age: 0 days\n" in render(ahead, TRACEBACK).text


def test_what_no_table_says_of_a_toll_free_number_is_said() -> None:
    """Where more can be told than that no table is there, it is told."""
    draft = render(case_of(attribution=None, unknown="ask the registry"), CARRIER)
    assert [one.text for one in draft.missing if one.field == "holder"] == [
        "ask the registry; add it with --set holder="
    ]


@pytest.mark.parametrize(
    ("found", "shown"),
    [
        (replace(HOLDER, ocn="", as_of=""), "EXAMPLE TELECOM LLC - NY according to NANPA thousands blocks (thousands"),
        (replace(HOLDER, holder="https://evil-desk.com"), "hxxps://evil-desk[.]com (OCN 123A) according to"),
        (replace(HOLDER, holder="You must suspend, Court"), "You must suspend, Court (OCN 123A)"),
        (replace(HOLDER, holder="> a\nb\u202e"), "a b\\u{202e} (OCN"),
    ],
)
def test_a_holder_comes_from_a_file_of_others(found: Attribution, shown: str) -> None:
    """A company's name is shown as outside words: with no live link, and never read as ours."""
    case = case_of(attribution=found)
    draft = render(case, CARRIER)
    assert f"number block assigned to {shown}" in " ".join(draft.text.split())
    assert lint(draft, case, CARRIER) == []


@pytest.mark.parametrize("template", [CARRIER, TRACEBACK])
@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ("Is this your customer?", "a question who somebody is: 'your customer'"),
        ("Send the customer's name.", "a question who somebody is: 'customer's name'"),
        ("We ask for subscriber information.", "a question who somebody is: 'subscriber information'"),
        ("Give us the identity of the account holder.", "a question who somebody is: 'identity of the account holder'"),
        ("Say who the subscriber is.", "a question who somebody is: 'who the subscriber is'"),
        ("Say who owns this number.", "a question who somebody is: 'who owns this number'"),
        ("Act within 24 hours.", "a deadline that we cannot set: 'within 24 hours'"),
    ],
)
def test_no_report_on_a_number_asks_who_somebody_is(template: Template, words: str, fault: str) -> None:
    """Whoever a number belongs to is not ours to ask: in a draft, and in a template before anything is filled in."""
    case = case_of(Role.CALLBACK if template is CARRIER else Role.CALLER_ID)
    draft = render(case, template)
    assert [one[: len(fault)] for one in lint(replace(draft, text=draft.text + words + "\n"), case, template)] == [
        fault
    ]
    assert [one[: len(fault)] for one in wording(replace(template, body=template.body + words))] == [fault]


CUTS = """
Please disconnect it.|Please dis-connect it.|Suspend the number.|Please terminate service.|Please deactivate it.
Cut it off.|Cut this number off.|Shut it down.|Take the number down.|Take it out of service.|Switch the number off.
Block the number.|Block calls from it.|Disable it.|Revoke it.|Cancel it.|Withdraw it.|Ban it.
"""


@pytest.mark.parametrize("words", [words for line in CUTS.split("\n") if line for words in line.split("|")])
def test_a_trace_asks_to_cut_nobody(words: str) -> None:
    """Not even a template of the team's own can ask a desk to cut a number that only a display showed."""
    assert [one.partition(":")[0] for one in wording(replace(TRACEBACK, body=TRACEBACK.body + words))] == [
        "a request to cut a number that only a display showed"
    ]
    case = case_of(Role.CALLER_ID)
    draft = render(case, TRACEBACK)
    assert len(lint(replace(draft, text=draft.text + words + "\n"), case, TRACEBACK)) == 1
    assert wording(replace(CARRIER, body=CARRIER.body + words)) == []
    for observed in (words, f"A recorded voice. {words}", f"they spoke as Amazon: {words}", f"a\n{words.lower()}"):
        assert [one.partition(":")[0] for one in observed_faults(observed, draft, case, "traceback")][:1] == [
            "a request to cut a number that only a display showed"
        ], observed
    assert observed_faults(words, draft, case, "carrier") == []


@pytest.mark.parametrize("purpose", ["withdrawal", "closure"])
@pytest.mark.parametrize("kind", ["carrier", "resporg", "traceback", "do_not_originate"])
def test_what_takes_a_report_back_asks_to_cut_nobody(kind: str, purpose: str) -> None:
    """It may go out whatever the number is, so nothing is asked under its name."""
    own = parse_template("own", own_source(kind, purpose) + "We withdraw our report on {{ target }}. It was observed.")
    assert wording(own) == []
    asking = replace(own, body=own.body + " Please disconnect the number.")
    assert [one.partition(":")[0] for one in wording(asking)][:1] == [
        "a request to cut a number that only a display showed"
    ]


@pytest.mark.parametrize(
    "words",
    [
        "Please disconnect this number",
        "the number +1 212 555 0142 is bad, kindly block calls from it",
        "this line should be cut off",
        "That number is to be disconnected.",
        "We ask that you terminate service",
        "we want the carrier to suspend the caller",
        "a robot; suspend +12125550142",
        "x " * 2_000 + "please disconnect this number",
        "please\ndisconnect",
        "\uff50lease \uff44isconnect it",
    ],
)
def test_an_observation_asks_to_cut_nobody_who_was_displayed(words: str) -> None:
    """However it is put, and also where the draft would cut it short."""
    case = case_of(Role.CALLER_ID)
    draft = render(case, TRACEBACK)
    assert [one.partition(":")[0] for one in observed_faults(words, draft, case, "traceback")] != []


@pytest.mark.parametrize(
    "words",
    [
        "a recorded voice: 'your Amazon account is suspended, press one to cancel the order'",
        "They said my prime membership would be terminated and my card disabled",
        "'we will disconnect your service', then 'stay on the line'",
        "they asked to cancel or call the number on the card",
        "A voice: 'to cancel it, press one'. They would shut down the account.",
    ],
)
def test_what_a_caller_threatened_with_may_be_told(words: str) -> None:
    """Scams speak of suspended accounts and cancelled orders: that is what a traceback is to tell."""
    case = case_of(Role.CALLER_ID)
    draft = render(case, TRACEBACK, observed=words)
    assert [*lint(draft, case, TRACEBACK), *observed_faults(words, draft, case, "traceback")] == []


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ("Maria called from 415-555-0123", "what may be a phone number"),
        ("> her address is maria@mail.example", "an e-mail address"),
        ("  - paid with 4111 1111 1111 1111", "what may be the number of a payment card"),
        ("SSN 219-09-9999", "what may be a social security number"),
    ],
)
def test_nothing_about_a_victim_leaves_with_a_report_on_a_number(words: str, fault: str) -> None:
    """On whatever line, in a reason, in the subject: it is refused by its kind, and its value is not repeated."""
    number = case_of()
    draft = render(number, CARRIER, recipient=DESK, observed=SEEN)
    hidden = replace(number, reasons=(*number.reasons * 12, Reason("s", 1.0, words)))
    for changed, about in (
        (replace(draft, text=f"{draft.text}{words}\n"), number),
        (replace(draft, subject=words), number),
        (draft, hidden),
    ):
        (found,) = lint(changed, about, CARRIER)
        assert found.startswith(fault)
        assert not any(character.isdigit() or character == "@" for character in found)
    assert personal_faults([words], draft, number)[0].startswith(fault)


def test_a_number_is_no_link() -> None:
    """What a telephone would dial when it is touched is broken, and refused where it stands whole."""
    case = case_of()
    draft = render(case, CARRIER, observed="a link tel:+12125550142, tel: 5")
    assert "a link tel[:]+12125550142, tel: 5" in draft.text
    assert lint(draft, case, CARRIER) == []
    live = replace(draft, text=draft.text + "tel:+12125550142\n")
    assert lint(live, case, CARRIER) == ["a link that can be opened: 'tel:'; defang it"]


def test_what_may_be_missing_has_words_for_every_kind() -> None:
    """Each field of a template about numbers says what it is and how it comes, without an open promise."""
    for kind, texts in ABOUT_NUMBERS.items():
        assert set(texts) < set(MISSING)
        assert all("registrar" not in text and "RDAP" not in text for text in texts.values()), kind
    for template in TEMPLATES:
        lacking = {**MISSING, **ABOUT_NUMBERS[template.kind]}
        ways = ("--to", "--observed", "--set", "refdata", "feeds import", "SCAMHUNT_", "pack")
        assert all(any(way in lacking[need] for way in ways) for need in template.needs)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('role = "callback"', 'role = "owner"', "own: [example] has no known role; write one of callback, "),
        ('role = "callback"', "", "own: [example] lacks role (str); add it"),
        ('role = "callback"', 'role = "caller_id"', "the number was seen as caller ID"),
        ('holder = "EXAMPLE TELECOM LLC - NY"', "holder = 3", "own: [example] lacks holder (str); add it"),
        ("What we ask", "What we ask of your customer", "own: a question who somebody is: 'your customer'"),
        ("abuse-reports@trust.example'", "x", ""),
        ("/help: 'Amazon support", "/help, maria@mail.example: '", "own: an e-mail address that is neither"),
    ],
)
def test_a_template_about_numbers_is_tried_on_its_example(old: str, new: str, problem: str) -> None:
    """Whoever adds one learns what is wrong with it, roles included."""
    source = (bundle.shipped() / "takedown_templates" / "carrier_callback.txt.j2").read_text("utf-8")
    found = check_template(parse_template("own", source.replace(old, new)))
    assert [one[: len(problem)] for one in found] == ([problem] if problem else [])


@pytest.mark.parametrize(
    ("template", "words"),
    [
        (CARRIER, "When people were shown it: "),
        (RESPORG, "When people were shown it: "),
        (SMS, "When the text came: "),
        (FORWARD, "When people were told to: "),
        (TRACEBACK, "It began: "),
    ],
)
def test_each_time_says_what_it_is(template: Template, words: str) -> None:
    """When it was noted and when it was are two times, and the desk can tell which is which."""
    to = Recipient(template.kind, "Example", Channel.EMAIL, DESK, "", "a source", "2026-11-01", "documented")
    said = Said("a voice", "ann", NOW, "", FIELDS[template.name])
    text = " ".join(render_draft(about(template), template, reporter=REPORTER, to=to, said=said, now=NOW).text.split())
    assert f"{words}2026-11-21 09:05 America/New_York (2026-11-21 14:05 UTC)" in text
    assert "by an analyst of Example Trust and Safety, noted 2026-11-22 09:30 UTC" in text


@pytest.mark.parametrize(
    ("template", "words"),
    [
        (CARRIER, "To the abuse desk abuse@carrier.example\n"),
        (TRACEBACK, "To those who trace calls, abuse@carrier.example\n"),
        (LISTED, "To those who keep the list, abuse@carrier.example\n"),
    ],
)
def test_whoever_gets_it_is_greeted_as_what_he_is(template: Template, words: str) -> None:
    """Those who trace calls or keep lists are no abuse desks."""
    assert render(about(template), template, recipient=DESK).text.startswith(words)
