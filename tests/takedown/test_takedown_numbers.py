import email
import email.policy
import itertools
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest

from scamhunt import bundle
from scamhunt.errors import Refused
from scamhunt.model import Brand, Kind, Reason, Role
from scamhunt.takedown.draft import Case, Reporter, render
from scamhunt.takedown.example import check_template, example_case, render_example
from scamhunt.takedown.fields import ABOUT_NUMBERS, MISSING
from scamhunt.takedown.lint import lint, observed_faults, personal_faults, wording
from scamhunt.takedown.message import as_eml
from scamhunt.takedown.numbers import Attribution, NumberFacts
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

Who it was assigned to, as published; numbers are ported and resold
  - number block assigned to EXAMPLE TELECOM LLC - NY (OCN 123A) according
    to NANPA thousands blocks of 2026-11-01 (thousands block, confidence
    medium)

Where people were shown it
> 2026-11-21 14:05 UTC, a page at hxxps://amazon-refund-desk[.]com/help:
> 'call +1 212 555 0142'
What people are told
> [missing: what people are told, in two lines; you write it when the report
> goes to approval]
Screenshot: [missing: a screenshot that shows the number, where it stands,
and the time; comes with evidence]

Why the number drew our attention
  - It was reported by 3 independent voices, who all name Amazon.
Reports alone prove nothing. What counts is what was observed.
The number is not among the official numbers of Amazon that we know.

What we ask
Please look at what was observed. If you can confirm it, please investigate
under your own policy, and keep your records of this number meanwhile. If it
is resold, please name the reseller, or pass this on and tell us so. We ask
for nothing about any person.

Who writes
Example Trust and Safety, abuse-reports@trust.example
We are a third party and do not speak for the brand.

Written 2026-11-22 09:30 UTC. The attached report.json has the same for a
program.
"""


def shipped(name: str) -> Template:
    """Return a shipped template."""
    file = bundle.shipped() / "takedown_templates" / f"{name}.txt.j2"
    return parse_template(file.name, file.read_bytes())


CARRIER, TRACEBACK, REGISTRAR = map(shipped, ("carrier_callback", "traceback_caller_id", "registrar_impersonation"))
TEMPLATES = (CARRIER, TRACEBACK, REGISTRAR)


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


def test_the_whole_text_to_a_carrier() -> None:
    """A report on a callback number reads exactly so, and lacks what evidence and approval will add."""
    draft = render(case_of(), CARRIER, reporter=REPORTER, recipient=DESK, observed=SEEN, now=NOW)
    assert draft.text == WHOLE
    assert draft.subject == "Please look into +12125550142: reported as a false number of Amazon"
    assert [(one.field, one.text) for one in draft.missing] == [
        ("script", "what people are told, in two lines; you write it when the report goes to approval"),
        (
            "screenshot",
            "a screenshot that shows the number, where it stands, and the time; comes with evidence",
        ),
    ]
    assert draft.warnings == ("the brand pack gives no authority: written as a third party",)
    assert lint(draft, case_of(), CARRIER) == []


def test_all_that_is_missing_for_a_carrier_says_how_it_will_come() -> None:
    """With nothing known each field is listed with the way to get it, and marked in the text."""
    case = replace(case_of(attribution=None), brand=Brand("amazon", "Amazon", ("amazon.com",)))
    draft = render(case, CARRIER, reporter=Reporter(), now=NOW)
    assert [one.field for one in draft.missing] == [
        *("recipient", "observed", "holder", "script", "not_ours", "screenshot", "reporter"),
    ]
    text = " ".join(draft.text.replace("\n> ", " ").split())
    assert all(f"[missing: {one.text}]" in text for one in draft.missing)
    assert "number block assigned to [missing: the holder of the number's block; " in text
    assert "carriers act on what was seen of a number, where and when" in draft.warnings[0]
    assert lint(draft, case, CARRIER) == []


def test_a_trace_needs_what_only_victims_know() -> None:
    """A traceback lists the call's data as missing, says that the display is likely forged, and asks to cut nobody."""
    case = case_of(Role.CALLER_ID)
    said = "a recorded voice: 'this is Amazon'"
    draft = render(case, TRACEBACK, reporter=REPORTER, recipient=DESK, observed=said, now=NOW)
    lacking = [one.field for one in draft.missing]
    assert lacking == ["called_number", "call_time", "duration", "called_carrier", "recording", "campaign"]
    assert "it is never kept here, it comes with the victims' desk" in draft.missing[0].text
    text = " ".join(draft.text.split())
    assert "The caller ID is likely forged. Whoever holds the number then has nothing to do with the call" in text
    assert "Its role: caller ID: people's phones showed it" in text
    assert "EXAMPLE TELECOM" not in text
    assert "the caller ID is likely forged" in draft.warnings[1]
    assert lint(draft, case, TRACEBACK) == []


@pytest.mark.parametrize(("role", "template"), list(itertools.product(Role, TEMPLATES)))
def test_no_template_is_filled_for_the_wrong_role(role: Role, template: Template) -> None:
    """Of all roles and templates only the pairs of the table give a draft."""
    allowed = {"carrier": {Role.CALLBACK, Role.SMS_SENDER}, "traceback": {Role.CALLER_ID, Role.UNKNOWN}}
    if role in allowed.get(template.kind, ()):
        assert render(case_of(role), template, reporter=REPORTER, now=NOW).text
        return
    with pytest.raises(Refused):
        render(case_of(role), template, reporter=REPORTER, now=NOW)


@pytest.mark.parametrize("kind", ["carrier", "traceback", "registrar", "host", "resporg", "Carrier"])
def test_no_template_of_the_teams_own_widens_the_table(kind: str) -> None:
    """Whatever kind a template gives itself and whatever it is called: a displayed number reaches no carrier."""
    front = f'+++\nkind = "{kind}"\npurpose = "own"\nlang = "en"\nsubject = "About {{{{ target }}}}"\n+++\n'
    own = parse_template("registrar_impersonation.txt.j2", front + "{{ target }}")
    for role in (Role.CALLER_ID, Role.UNKNOWN):
        if kind == "traceback":
            assert render(case_of(role), own, reporter=REPORTER, now=NOW).text
            continue
        with pytest.raises(Refused, match="--kind traceback"):
            render(case_of(role), own, reporter=REPORTER, now=NOW)


def test_a_number_of_which_nothing_is_known_reaches_no_carrier() -> None:
    """Where nobody looked its reports up, the role is unknown."""
    case = replace(case_of(), number=NumberFacts(), kind="phone")
    with pytest.raises(Refused, match="has no known role"):
        render(case, CARRIER, reporter=REPORTER, now=NOW)


@pytest.mark.parametrize("template", [CARRIER, TRACEBACK])
def test_a_name_is_never_filled_into_a_report_on_a_number(template: Template, case: Case) -> None:
    """Carrier and traceback are about numbers."""
    with pytest.raises(Refused, match="about a number"):
        render(case, template, reporter=REPORTER, now=NOW)


def test_a_sender_of_messages_is_told_apart() -> None:
    """The text says what the number did."""
    draft = render(case_of(Role.SMS_SENDER, displayed=2), CARRIER, reporter=REPORTER, now=NOW)
    text = " ".join(draft.text.split())
    for words in (
        "a number that sends text messages as if they came from Amazon",
        "Its role: people were texted from it",
        "What was texted from it > [missing: what text came from the number, and when",
        "What the text said > [missing: what the text said, in two lines; ",
        "Screenshot: [missing: a screenshot that shows the text, its sender, and the time; ",
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
        draft = render(case_of(role, voices=count), template, reporter=REPORTER, now=NOW)
        assert f"Last reported: 2026-11-21, by {shown}" in " ".join(draft.text.split())


def test_a_toll_free_number_has_a_responsible_organisation() -> None:
    """No block of it is assigned to anybody: the line says so, with its organisation known or missing."""
    lacking = case_of(type="toll_free", attribution=None, unknown="who is responsible")
    draft = render(lacking, CARRIER, reporter=REPORTER, now=NOW)
    assert "  - Responsible organisation (RespOrg): [missing: who is responsible]\n" in draft.text
    assert "number block" not in draft.text
    known = render(case_of(type="toll_free"), CARRIER, reporter=REPORTER, now=NOW)
    assert "  - Responsible organisation (RespOrg): EXAMPLE TELECOM LLC - NY (OCN" in known.text


def test_what_has_no_date_is_not_fresh_and_has_no_age() -> None:
    """Nobody knows how old a report without a date is: the draft says so, and asks for one with a date."""
    case = case_of(first=None, last=None, undated=True)
    draft = render(case, CARRIER, reporter=REPORTER, now=NOW)
    lacking = {one.field: one.text for one in draft.missing}
    assert lacking["fresh"].startswith("fresh evidence: date not known of the newest report in its role; hand one in")
    assert "with its date (seen_at)" in lacking["fresh"]
    assert "First reported:  date not known\n" in draft.text
    known = case_of(Role.CALLER_ID, undated=True)
    trace = render(known, TRACEBACK, reporter=REPORTER, now=NOW)
    assert "fresh" not in [one.field for one in trace.missing]
    assert "Last reported:   2026-11-21, by" in trace.text
    assert "Age:" not in trace.text
    assert any(warning.startswith("date not known of the newest report") for warning in trace.warnings)
    assert "Age:             1 day since" in render(case_of(Role.CALLER_ID), TRACEBACK, reporter=REPORTER, now=NOW).text
    own = parse_template(
        "own", '+++\nkind = "traceback"\npurpose = "own"\nlang = "en"\nsubject = "x"\n+++\n{{ last_seen }}'
    )
    assert render(known, own, reporter=REPORTER, now=NOW).text == "date not known\n"
    mail = email.message_from_bytes(as_eml(trace, known, reporter=REPORTER, now=NOW), policy=email.policy.default)
    told = json.loads([*mail.walk()][-1].get_content())
    assert (told["first_seen"], told["last_seen"]) == ("2026-11-20T06:00:00+00:00", None)


def test_a_number_that_displays_showed_as_well_says_so() -> None:
    """Callback and caller ID: the draft goes out, and both the desk and the analyst are told."""
    case = case_of(displayed=4)
    draft = render(case, CARRIER, reporter=REPORTER, now=NOW)
    assert "Reports of the number as caller ID: 4. A display may be forged, so they are not counted above." in " ".join(
        draft.text.split()
    )
    assert (
        "also seen as caller ID by 4 reports: the display may be forged, the number shown to victims is what counts"
        in draft.warnings
    )
    assert lint(draft, case, CARRIER) == []
    once = render(case_of(displayed=1), CARRIER, reporter=REPORTER, now=NOW)
    assert any(warning.startswith("also seen as caller ID by 1 report: ") for warning in once.warnings)
    only = render(case_of(Role.CALLER_ID, displayed=4), TRACEBACK, reporter=REPORTER, now=NOW)
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
    front = f'+++\nkind = "carrier"\npurpose = "own"\nlang = "en"\nsubject = "x"\nneeds = {[needs] if needs else []}\n'
    own = parse_template("own", front + "+++\n" + body)
    draft = render(case_of(last=last), own, reporter=REPORTER, observed="seen", now=NOW)
    if missing is None:
        assert draft.missing == ()
    else:
        (one,) = draft.missing
        assert one.field == "fresh"
        assert one.text.startswith(missing)


def test_fresh_evidence_is_not_asked_of_a_name(case: Case, template: Template) -> None:
    """A name does not change hands in that way."""
    assert "fresh" not in [one.field for one in render(case, template, reporter=REPORTER, now=NOW).missing]


@pytest.mark.parametrize(
    ("role", "more", "warning"),
    [
        (
            Role.CALLBACK,
            {"flags": ("fictional",)},
            "a fictional number, kept for films and tests: a report on it stops",
        ),
        (
            Role.CALLER_ID,
            {"flags": ("fictional",)},
            "a fictional number, kept for films and tests: a report on it stops",
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
    told = render(case_of(role, **more), template, reporter=REPORTER, now=NOW).warnings
    assert [one for one in told if one.startswith(warning)]
    plain = render(
        case_of(Role.CALLBACK if role is Role.CALLBACK else Role.CALLER_ID), template, reporter=REPORTER, now=NOW
    )
    assert not [one for one in plain.warnings if one.startswith(warning)]


def test_a_call_of_nine_days_ago_is_not_yet_old() -> None:
    """The warning begins with the tenth day; the text says the age in days."""
    case = case_of(Role.CALLER_ID, last=NOW - timedelta(days=9, hours=23))
    draft = render(case, TRACEBACK, reporter=REPORTER, now=NOW)
    assert not any("days old" in warning for warning in draft.warnings)
    assert "Age:             9 days since" in draft.text
    ahead = replace(case, number=replace(case.number, last=NOW + timedelta(days=3)))
    assert "Age:             0 days since" in render(ahead, TRACEBACK, reporter=REPORTER, now=NOW).text


def test_what_no_table_says_of_a_toll_free_number_is_said() -> None:
    """Where more can be told than that no table is there, it is told."""
    draft = render(case_of(attribution=None, unknown="ask the registry"), CARRIER, reporter=REPORTER, now=NOW)
    assert [one.text for one in draft.missing if one.field == "holder"] == ["ask the registry"]


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
    draft = render(case, CARRIER, reporter=REPORTER, now=NOW)
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
    draft = render(case, template, reporter=REPORTER, now=NOW)
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
    draft = render(case, TRACEBACK, reporter=REPORTER, now=NOW)
    assert len(lint(replace(draft, text=draft.text + words + "\n"), case, TRACEBACK)) == 1
    assert wording(replace(CARRIER, body=CARRIER.body + words)) == []
    for observed in (words, f"A recorded voice. {words}", f"they spoke as Amazon: {words}", f"a\n{words.lower()}"):
        assert [one.partition(":")[0] for one in observed_faults(observed, draft, case, "traceback")][:1] == [
            "a request to cut a number that only a display showed"
        ], observed
    assert observed_faults(words, draft, case, "carrier") == []


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
    draft = render(case, TRACEBACK, reporter=REPORTER, now=NOW)
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
    draft = render(case, TRACEBACK, reporter=REPORTER, observed=words, now=NOW)
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
def test_nothing_about_a_victim_leaves_with_a_report_on_a_number(words: str, fault: str, case: Case) -> None:
    """On whatever line, in a reason, in the subject: it is refused by its kind, and its value is not repeated."""
    number, name = case_of(), case
    draft = render(number, CARRIER, reporter=REPORTER, recipient=DESK, observed=SEEN, now=NOW)
    hidden = replace(number, reasons=(*number.reasons * 12, Reason("s", 1.0, words)))
    for changed, about in (
        (replace(draft, text=f"{draft.text}{words}\n"), number),
        (replace(draft, subject=words), number),
        (draft, hidden),
    ):
        (found,) = lint(changed, about, CARRIER)
        assert found.startswith(fault)
        assert not any(character.isdigit() or character == "@" for character in found)
    assert personal_faults([words], draft, name) == []


def test_the_mail_says_what_the_number_is() -> None:
    """report.json has number and role for a program; no field of the feedback report names a domain."""
    case = case_of(flags=("fictional",))
    draft = render(case, CARRIER, reporter=REPORTER, recipient=DESK, observed=SEEN, now=NOW)
    mail = email.message_from_bytes(
        as_eml(draft, case, reporter=REPORTER, now=NOW), _class=EmailMessage, policy=email.policy.default
    )
    text, feedback, record = mail.iter_parts()
    assert isinstance(text, EmailMessage)
    assert text.get_content().replace("\r\n", "\n") == draft.text
    assert "Reported-" not in feedback.as_string()
    assert isinstance(record, EmailMessage)
    told = json.loads(record.get_content())
    assert {key: told[key] for key in ("indicator", "number", "kind", "role", "number_type", "flags")} == {
        "indicator": "+12125550142",
        "number": "+12125550142",
        "kind": "phone",
        "role": "callback",
        "number_type": "fixed_or_mobile",
        "flags": ["fictional"],
    }
    assert told["block_assigned_to"] == {
        "holder": "EXAMPLE TELECOM LLC - NY",
        "ocn": "123A",
        "source": "NANPA thousands blocks",
        "as_of": "2026-11-01",
        "step": "thousands_block",
        "confidence": "medium",
    }
    unknown = replace(case, number=replace(case.number, attribution=None))
    bare = email.message_from_bytes(as_eml(draft, unknown, reporter=REPORTER, now=NOW), policy=email.policy.default)
    assert json.loads([*bare.walk()][-1].get_content())["block_assigned_to"] is None


def test_a_number_is_no_link() -> None:
    """What a telephone would dial when it is touched is broken, and refused where it stands whole."""
    case = case_of()
    draft = render(case, CARRIER, reporter=REPORTER, observed="a link tel:+12125550142, tel: 5", now=NOW)
    assert "a link tel[:]+12125550142, tel: 5" in draft.text
    assert lint(draft, case, CARRIER) == []
    live = replace(draft, text=draft.text + "tel:+12125550142\n")
    assert lint(live, case, CARRIER) == ["a link that can be opened: 'tel:'; defang it"]


def test_what_may_be_missing_has_words_for_every_kind() -> None:
    """Each field of a template about numbers says what it is and how it comes, without an open promise."""
    for kind, texts in ABOUT_NUMBERS.items():
        assert set(texts) < set(MISSING)
        assert all("registrar" not in text and "RDAP" not in text for text in texts.values()), kind
    for template in (CARRIER, TRACEBACK):
        lacking = {**MISSING, **ABOUT_NUMBERS[template.kind]}
        ways = ("--to", "--observed", "comes with", "refdata", "feeds import", "SCAMHUNT_", "pack", "approval")
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


def test_a_name_has_no_role_in_an_example() -> None:
    """A key about numbers is unknown in an example about a name; one about a number is a number."""
    source = (bundle.shipped() / "takedown_templates" / "registrar_impersonation.txt.j2").read_text("utf-8")
    wrong = parse_template("own", source.replace("[example]", '[example]\nrole = "callback"'))
    assert check_template(wrong)[0].startswith("own: [example] has an unknown key 'role'; known: indicator, ")
    assert example_case(REGISTRAR).kind == Kind.DOMAIN
    assert example_case(CARRIER).kind == Kind.PHONE
    assert "Reports of the number as caller ID: 2." in " ".join(render_example(CARRIER).text.split())
