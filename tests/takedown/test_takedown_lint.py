from dataclasses import replace
from datetime import datetime

import pytest

from scamhunt.takedown.draft import Case, Draft, Reporter, render
from scamhunt.takedown.lint import lint
from scamhunt.takedown.template import Template


@pytest.fixture
def draft(case: Case, template: Template, reporter: Reporter, now: datetime) -> Draft:
    """Return a draft without a fault."""
    return render(case, template, reporter=reporter, recipient="abuse@registrar.example", observed="a form", now=now)


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ("see http://x.top/a", "a link that can be opened: 'http://'"),
        ("see HTTPS:/\\x.top", "a link that can be opened: 'HTTPS:/\\'"),
        ("see ftp://x.top", "a link that can be opened: 'ftp://'"),
        ("see www.x.top", "a link that can be opened: 'www.x'"),
        ("mailto:a@b.example", "a link that can be opened: 'mailto:'"),
        ("> quoted http://x.top/", "a link that can be opened: 'http://'"),
        ("it is amazon-refund-desk.com", "the suspected name is not defanged; write amazon-refund-desk[.]com"),
        ("it is Amazon-Refund-Desk.COM.", "the suspected name is not defanged; write amazon-refund-desk[.]com"),
        ("> login.amazon-refund-desk.com", "the suspected name is not defanged; write amazon-refund-desk[.]com"),
        ("act within 24 hours", "a deadline that we cannot set: 'within 24 hours'"),
        ("act in the next two business days", "a deadline that we cannot set: 'in the next two business days'"),
        ("a 48-hour limit", "a deadline that we cannot set: '48-hour'"),
        ("no later than that", "a deadline that we cannot set: 'no later than'"),
        ("the deadline is near", "a deadline that we cannot set: 'deadline'"),
        ("at the latest", "a deadline that we cannot set: 'at the latest'"),
        ("please answer by Friday", "a deadline that we cannot set: 'by Friday'"),
        ("act within\n24 hours", "a deadline that we cannot set: 'within 24 hours'"),
        ("you must suspend it", "a legal claim: 'you must'"),
        ("you are required to act", "a legal claim: 'you are required'"),
        ("this is illegal", "a legal claim: 'illegal'"),
        ("an unlawful use", "a legal claim: 'unlawful'"),
        ("it infringes the mark", "a legal claim: 'infring'"),
        ("a violation of", "a legal claim: 'violat'"),
        ("we will hold you liable", "a legal claim: 'liable'"),
        ("we take legal action", "a legal claim: 'legal action'"),
        ("we go to court", "a legal claim: 'court'"),
        ("law enforcement will hear", "a legal claim: 'law enforcement'"),
        ("prosecuted", "a legal claim: 'prosecut'"),
        ("cease and desist", "a legal claim: 'cease and desist'"),
        ("we demand that", "a legal claim: 'we demand'"),
        ("penalties apply", "a legal claim: 'penalt'"),
        ("ICANN requires it", "a legal claim: 'ICANN requires'"),
        ("under RAA 3.18.2", "a legal claim: 'RAA'"),
        ("a breach of policy", "a legal claim: 'breach of'"),
        ("a crime", "a legal claim: 'crime'"),
        ("a criminal act", "a legal claim: 'criminal'"),
        ("we write on behalf of Amazon", "an authority that the brand pack does not give: 'on behalf of'"),
        ("authorised by the owner", "an authority that the brand pack does not give: 'authorised'"),
        ("our in-house team", "an authority that the brand pack does not give: 'in-house'"),
        ("the brand's own team", "an authority that the brand pack does not give: 'the brand's own'"),
        ("we represent the brand", "an authority that the brand pack does not give: 'we represent'"),
        ("hid\u202eden", "the text has hidden characters: U+202E; take them out"),
        ("esc\x1b nul\x00", "the text has hidden characters: U+0000, U+001B; take them out"),
        ("cr\r", "the text has hidden characters: U+000D; take them out"),
    ],
)
def test_what_a_report_must_not_say(words: str, fault: str, draft: Draft, case: Case) -> None:
    """Each fault is found where it is written, and it is the only one."""
    found = lint(replace(draft, text=draft.text + words + "\n"), case)
    assert len(found) == 1
    assert found[0].startswith(fault)


@pytest.mark.parametrize(
    "words",
    [
        "> the page says: pay within 24 hours or face legal action",
        "  - pairs it with 'court', you must",
        "  - a long reason that goes on\n    you must pay within 24 hours",
        "hxxps://amazon-refund-desk[.]com/",
        "the name notamazon-refund-desk.com is another one",
        "seen 3 days after it was registered",
        "Courtesy of the desk",
    ],
)
def test_what_a_report_may_say(words: str, draft: Draft, case: Case) -> None:
    """Quotations and reasons may repeat what the scammer says, and plain words are no claims."""
    assert lint(replace(draft, text=draft.text + words + "\n"), case) == []


def test_words_of_the_name_and_the_brand_are_not_ours(template: Template, now: datetime, case: Case) -> None:
    """A name or brand that consists of such words does not stop its own report."""
    brand = replace(case.brand, name="Court 24-hour Deadline")
    named = replace(case, indicator="within-24-hour-court.com", brand=brand)
    assert lint(render(named, template, reporter=Reporter(), observed="a form", now=now), named) == []


@pytest.mark.parametrize(("authority", "faults"), [("in-house", 0), ("agent", 0), ("", 1)])
def test_authority_is_claimed_only_where_it_is_given(authority: str, faults: int, draft: Draft, case: Case) -> None:
    """Writing for the brand is a fault exactly when the pack does not allow it."""
    brand = replace(case.brand, authority=authority, authority_ref="mandate 7")
    text = draft.text + "We write on behalf of the brand.\n"
    assert len(lint(replace(draft, text=text), replace(case, brand=brand))) == faults


@pytest.mark.parametrize("end", ["\r\nBcc: x@y.example", "\n", "\u2028", "\x00"])
def test_a_header_with_a_line_end_is_found(end: str, draft: Draft, case: Case) -> None:
    """A subject that would start another header is a fault."""
    found = lint(replace(draft, subject=draft.subject + end), case)
    assert found == ["the subject has a line end or a hidden character; take it out"]


def test_a_bad_recipient_is_found(draft: Draft, case: Case) -> None:
    """A draft that was given another recipient by hand is looked at again."""
    found = lint(replace(draft, recipient="a@b.example, c@d.example"), case)
    assert len(found) == 1
    assert found[0].startswith("the recipient: 'a@b.example, c@d.example' is not one plain e-mail address")


def test_a_number_has_no_dots_to_defang(draft: Draft, case: Case) -> None:
    """A phone number may stand in the text as it is."""
    number = replace(case, indicator="+18005550199", kind="phone")
    assert lint(replace(draft, text=draft.text + "+18005550199\n"), number) == []
