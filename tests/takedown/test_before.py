from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from scamhunt import bundle
from scamhunt.model import Kind, Role
from scamhunt.takedown.before import EARLIER_SHOWN, about, earlier, subject, without_ids
from scamhunt.takedown.case import Case, Draft, Earlier, Recipient, Reporter, Said
from scamhunt.takedown.draft import render
from scamhunt.takedown.lint import lint
from scamhunt.takedown.numbers import NumberFacts
from scamhunt.takedown.roles import AFTERWARDS
from scamhunt.takedown.shown import Shown
from scamhunt.takedown.template import Template, parse_template

AT = datetime(2026, 11, 12, 9, 30, tzinfo=UTC)
OURS = "<0123456789abcdef0123456789abcdef@trust.example>"
ASKED = Earlier("registrar", "abuse@registrar.example", AT, f"Message-ID {OURS}, 250 queued as 4X", "no answer")
LINE = (
    f"to abuse@registrar.example (registrar), sent 2026-11-12 09:30 UTC, Message-ID {OURS}, 250 queued as 4X; "
    "what became of it: no answer"
)
FILES = sorted((bundle.shipped() / "takedown_templates").glob("*.j2"))
TEMPLATES = [parse_template(file.name, file.read_bytes()) for file in FILES]
NAMES = [one for one in TEMPLATES if "registrar" in one.kinds and one.purpose not in AFTERWARDS]
NUMBERS = {
    "carrier_callback.txt.j2": Role.CALLBACK,
    "carrier_sms.txt.j2": Role.SMS_SENDER,
    "resporg_callback.txt.j2": Role.CALLBACK,
    "traceback_caller_id.txt.j2": Role.CALLER_ID,
    "traceback_trace_forward.txt.j2": Role.CALLBACK,
    "do_not_originate.txt.j2": Role.CALLER_ID,
}


def named(template: Template) -> str:
    """Return a template's name, as the id of a test."""
    return template.name


def one_line(draft: Draft) -> str:
    """Return the text without its folds."""
    return " ".join(draft.text.split())


@pytest.mark.parametrize("template", NAMES, ids=named)
def test_a_report_on_a_name_tells_what_was_reported_before(
    template: Template, case: Case, reporter: Reporter, desk: Recipient, now: datetime
) -> None:
    """To whom, when, with what proof and what came of it, before anything is claimed; the lint has nothing against."""
    asked = replace(case, earlier=(ASKED,))
    draft = render(asked, template, reporter=reporter, to=desk, said=Said("a form", "ann"), now=now)
    assert f"What was reported before - {LINE} Why this is yours" in one_line(draft)
    assert lint(draft, asked, template) == []
    plain = render(case, template, reporter=reporter, to=desk, said=Said("a form", "ann"), now=now)
    assert "reported before" not in plain.text


@pytest.mark.parametrize("name", NUMBERS)
def test_a_report_on_a_number_tells_it_too(name: str, case: Case, reporter: Reporter, now: datetime) -> None:
    """Every template about numbers has the same block."""
    (template,) = [one for one in TEMPLATES if one.name == name]
    flags = {"kind": Kind.PHONE, "indicator": "+18885550142", "earlier": (replace(ASKED, kind="carrier"),)}
    brand = replace(case.brand, phones=("+1 888 555 0142",), inbound_only=("+1 888 555 0142",))
    number = replace(case, number=NumberFacts(NUMBERS[name], "toll_free", last=now), brand=brand, **flags)  # type: ignore[arg-type]  # by name
    draft = render(number, template, reporter=reporter, now=now)
    assert f"What was reported before - {LINE.replace('(registrar)', '(carrier)')}" in one_line(draft)
    assert lint(draft, number, template) == []


def test_what_has_to_prove_that_somebody_was_asked_needs_it(case: Case, reporter: Reporter, now: datetime) -> None:
    """A template that needs `earlier` is not complete without, and says how to get it."""
    head = '+++\nkinds = ["registrar"]\npurpose = "phishing"\nlang = "en"\nsubject = "s"\nneeds = ["earlier"]\n+++\n'
    template = parse_template("t", head + "Before\n{% for one in earlier %}\n  - {{ one }}\n{% endfor %}\n")
    lacking = render(case, template, reporter=reporter, now=now)
    assert "earlier" in [one.field for one in lacking.missing]
    assert "Before - [missing: what was reported before, to whom, when, and the proof" in one_line(lacking)
    known = render(replace(case, earlier=(ASKED,)), template, reporter=reporter, now=now)
    assert "earlier" not in [one.field for one in known.missing]
    assert one_line(known) == f"Before - {LINE}"


def test_of_very_many_the_newest_stand_there(case: Case) -> None:
    """How many went before them is said."""
    many = tuple(replace(ASKED, sent_at=AT + timedelta(days=n)) for n in range(EARLIER_SHOWN + 3))
    lines = earlier(replace(case, earlier=many), Shown(case))
    assert (lines[0], len(lines)) == ("3 more before these", EARLIER_SHOWN + 1)
    assert "sent 2026-11-24 09:30 UTC" in lines[-1]


@pytest.mark.parametrize(
    ("proof", "shown"),
    [
        ("", "sent 2026-11-12 09:30 UTC; what"),
        ("see https://x.test/a", "UTC, see hxxps://x[.]test/a; what"),
        (f"{OURS}; jo@mail.example took it", f"UTC, {OURS}, [left out: it may hold personal data]; what"),
        ("<jo@mail.example>", "UTC, [left out: it may hold personal data]; what"),
        ("<2125550142@mail.example>", "UTC, [left out: it may hold personal data]; what"),
        ("x" * 5_000 + OURS, "...; what"),
        (f"{'x' * 555} {OURS}", f"UTC, {OURS}, [left out: it may hold personal data]; what"),
        ("a\r\nBcc: b", "UTC, a Bcc: b; what"),
    ],
)
def test_words_of_servers_are_words_from_outside(proof: str, shown: str, case: Case) -> None:
    """Only a Message-ID of ours stands as it is; links are broken, and nothing about a person is told."""
    (line,) = earlier(replace(case, earlier=(replace(ASKED, proof=proof),)), Shown(case))
    assert shown in line
    assert len(line) < 1_000


@pytest.mark.parametrize(
    ("recipient", "shown"),
    [
        ("Example Desk", "to Example Desk (registrar)"),
        ("abuse@registrar.example", "to abuse@registrar.example (registrar)"),
        ("abuse@amazon-refund-desk.com", "to abuse@amazon-refund-desk[.]com (registrar)"),
        ("https://registrar.example/form", "to hxxps://registrar[.]example/form (registrar)"),
    ],
)
def test_whom_we_asked_is_named(recipient: str, shown: str, case: Case) -> None:
    """A mailbox stands as it is, so that whoever reads it finds it in his books; nothing opens."""
    (line,) = earlier(replace(case, earlier=(replace(ASKED, recipient=recipient, became=""),)), Shown(case))
    assert shown in line
    assert line.endswith("what became of it: not known to us")


SENT = "2026-11-20T09:30:00+00:00"


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({}, ""),
        ({"about_ticket": "A-1"}, ""),
        ({"about_sent": "soon", "about": "<x@y>"}, ""),
        ({"about_sent": SENT}, "sent 2026-11-20 09:30 UTC"),
        ({"about_sent": SENT, "about_ticket": "A-1"}, "sent 2026-11-20 09:30 UTC, your ticket A-1"),
        ({"about_sent": SENT, "about": OURS}, f"sent 2026-11-20 09:30 UTC, Message-ID {OURS}"),
        (
            {"about_subject": "S", "about": OURS},
            f"you may have got our report, we do not know whether it reached you: 'S', Message-ID {OURS}",
        ),
    ],
)
def test_which_report_it_is_about(fields: dict[str, str], text: str, case: Case) -> None:
    """What is known of it is named; a ticket alone, or an id that is not ours, names no report."""
    assert about(fields, Shown(case)) == text


@pytest.mark.parametrize(
    ("first", "shown"),
    [
        ("", "own"),
        (" ", "own"),
        ("Phishing at a", "Re: Phishing at a"),
        ("Re: Phishing at a", "Re: Phishing at a"),
        ("a\r\nBcc: b@c.example =?x", "Re: a Bcc: b@c[.]example = ?x"),
    ],
)
def test_the_subject_is_that_of_the_first_mail(first: str, shown: str, case: Case) -> None:
    """Once with Re: before it, on one line; our own where the first one is not known."""
    assert subject({"about_subject": first}, Shown(case), "own") == shown
    assert len(subject({"about_subject": "x" * 900}, Shown(case), "own")) == 200


def test_only_ids_of_ours_are_no_personal_data() -> None:
    """An id has 32 hexadecimal digits: no name, number or address of anybody fits there."""
    assert without_ids(f"a {OURS} b").split() == ["a", "b"]
    for other in ("<jo@mail.example>", "<2125550142@mail.example>", OURS.replace("a", "A"), OURS[1:]):
        assert without_ids(other) == other
