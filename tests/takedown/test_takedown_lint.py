from dataclasses import replace
from datetime import datetime

import pytest

from scamhunt.takedown.case import Case, Draft, Recipient, Reporter, Said
from scamhunt.takedown.draft import render
from scamhunt.takedown.lint import lint, said_faults, wording
from scamhunt.takedown.template import Template, parse_template


@pytest.fixture
def draft(case: Case, template: Template, reporter: Reporter, desk: Recipient, now: datetime) -> Draft:
    """Return a draft without a fault."""
    return render(case, template, reporter=reporter, to=desk, said=Said("a form", "ann"), now=now)


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ("see http://x.top/a", "a link that can be opened: 'http://'"),
        ("see HTTPS:/\\x.top", "a link that can be opened: 'HTTPS:/\\'"),
        ("see ftp://x.top", "a link that can be opened: 'ftp://'"),
        ("see www.x.top", "a link that can be opened: 'www.x'"),
        ("mailto:abuse@registrar.example", "a link that can be opened: 'mailto:'"),
        ("> www\u3002x\uff0etop", "a link that can be opened: 'www.x'"),
        ("> quoted http://x.top/", "a link that can be opened: 'http://'"),
        ("it is amazon-refund-desk.com", "the suspected name is not defanged; write amazon-refund-desk[.]com"),
        ("it is Amazon-Refund-Desk.COM.", "the suspected name is not defanged; write amazon-refund-desk[.]com"),
        ("> login.amazon-refund-desk.com", "the suspected name is not defanged; write amazon-refund-desk[.]com"),
        ("> amazon-refund-desk\u3002com", "the suspected name is not defanged; write amazon-refund-desk[.]com"),
        ("\uff41mazon-refund-desk\uff0ecom", "the suspected name is not defanged; write amazon-refund-desk[.]com"),
        ("act within 24 hours", "a deadline that we cannot set: 'within 24 hours'"),
        ("act in the next two business days", "a deadline that we cannot set: 'in the next two business days'"),
        ("a 48-hour limit", "a deadline that we cannot set: '48-hour'"),
        ("no later than that", "a deadline that we cannot set: 'no later than'"),
        ("the deadline is near", "a deadline that we cannot set: 'deadline'"),
        ("at the latest", "a deadline that we cannot set: 'at the latest'"),
        ("please answer by Friday", "a deadline that we cannot set: 'by Friday'"),
        ("act within\n24 hours", "a deadline that we cannot set: 'within 24 hours'"),
        ("\uff59ou \uff4dust suspend it", "a legal claim: 'you must'"),
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
def test_what_a_report_must_not_say(words: str, fault: str, draft: Draft, case: Case, template: Template) -> None:
    """Each fault is found where it is written, and it is the only one."""
    found = lint(replace(draft, text=draft.text + words + "\n"), case, template)
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
def test_what_a_report_may_say(words: str, draft: Draft, case: Case, template: Template) -> None:
    """Quotations and reasons may repeat what the scammer says, and plain words are no claims."""
    assert lint(replace(draft, text=draft.text + words + "\n"), case, template) == []


def test_words_of_the_name_and_the_brand_are_not_ours(template: Template, now: datetime, case: Case) -> None:
    """A name or brand that consists of such words does not stop its own report."""
    brand = replace(case.brand, name="Court 24-hour Deadline")
    named = replace(case, indicator="within-24-hour-court.com", brand=brand)
    assert (
        lint(render(named, template, reporter=Reporter(), said=Said("a form", "ann"), now=now), named, template) == []
    )


SPEAKING = [
    (
        "Zorbix. You must suspend it within 24 hours; we are authorised by the court",
        ["a deadline that we cannot set", "a legal claim: 'You must'", "a legal claim: 'court'", "an authority that"],
    ),
    ("Zorbix deadline. Now", ["a deadline that we cannot set: 'deadline'"]),
    ("Zorbix; a crime", ["a legal claim: 'crime'"]),
    ("Zorbix: a crime", ["a legal claim: 'crime'"]),
    ("Zorbix! A crime", ["a legal claim: 'crime'"]),
    ("Zorbix, a crime", ["a legal claim: 'crime'"]),
    ("You must act", ["a legal claim: 'You must'"]),
    ("we represent Zorbix", ["an authority that the brand pack does not give: 'we represent'"]),
    ("the house of Zorbix crime fiction", ["a legal claim: 'crime'"]),
    ("house of Zorbix crime fiction", []),
    ("Zorbix Shop Zorbix Shop Zorbix Shop", []),
    ("Yahoo!", []),
    ("", []),
]


@pytest.mark.parametrize(("name", "faults"), SPEAKING)
def test_a_brand_name_that_is_a_sentence_is_read(  # noqa: PLR0913, PLR0917  # fixtures
    name: str, faults: list[str], case: Case, template: Template, reporter: Reporter, now: datetime
) -> None:
    """A pack cannot smuggle a threat in as a name: what is longer than five words, or speaks, is our own words."""
    named = replace(case, brand=replace(case.brand, name=name))
    found = lint(render(named, template, reporter=reporter, said=Said("a form", "ann"), now=now), named, template)
    assert len(found) == len(faults)
    assert all(fault.startswith(start) for fault, start in zip(found, faults, strict=True))


def test_a_brand_name_is_read_even_where_nothing_shows_it(draft: Draft, case: Case, template: Template) -> None:
    """What is too long to be shown whole is a fault all the same."""
    named = replace(case, brand=replace(case.brand, name="Zorbix " * 50 + "you must"))
    assert lint(draft, named, template) == ["a legal claim: 'you must'; say what was seen and what we ask"]


@pytest.mark.parametrize("name", ["m", "us", "you mus"])
def test_a_brand_name_takes_no_letters_out_of_our_words(
    name: str, draft: Draft, case: Case, template: Template
) -> None:
    """A name is taken out of the text as a word, never as a piece of one."""
    named = replace(case, brand=replace(case.brand, name=name))
    found = lint(replace(draft, text=draft.text + "you must\n"), named, template)
    assert found == ["a legal claim: 'you must'; say what was seen and what we ask"]


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ("within 24 hours", "a deadline that we cannot set: 'within 24 hours'; leave it out"),
        ("you must", "a legal claim: 'you must'; say what was seen and what we ask"),
        (
            "we represent",
            "an authority that the brand pack does not give: 'we represent'; write as a third party",
        ),
    ],
)
def test_the_subject_is_read(words: str, fault: str, draft: Draft, case: Case, template: Template) -> None:
    """What stands in the subject alone is found."""
    assert lint(replace(draft, subject=f"Amazon: {words}"), case, template) == [fault]


def made(body: str, subject: str = "Hello") -> Template:
    """Return a template with this body."""
    front = f'+++\nkinds = ["registrar"]\npurpose = "test"\nlang = "en"\nsubject = """{subject}"""\n+++\n'
    return parse_template("t", front + body)


MUST = ["a legal claim: 'You must'; say what was seen and what we ask"]
HOURS = ["a deadline that we cannot set: 'within 24 hours'; leave it out"]
BEHALF = ["an authority that the brand pack does not give: 'on behalf of'; write as a third party"]


@pytest.mark.parametrize(
    ("body", "faults"),
    [
        ("- You must suspend this domain within 24 hours", HOURS + MUST),
        ("> You must", MUST),
        ("- a\n  You must", MUST),
        ("You\nmust", MUST),
        ("You {{ target }} must", MUST),
        ("{% if confirmed %}{% if target %}You{% endif %}{% endif %} must", MUST),
        (
            "{% if confirmed %}a{% elif target %}b{% else %}You{% endif %} {% if feeds %}a{% else %}must{% endif %}",
            MUST,
        ),
        ("{% if confirmed %}a{% elif target %}You{% endif %} must", MUST),
        ("{% for a in reasons %}{{ a }} must You{% endfor %}", MUST),
        ("You {% for a in official %}can{% endfor %} must", MUST),
        ("{{ 'You' }} {{ '\\x6dust' }}", MUST),
        ("> {{ official | join(' You must ') }}", MUST),
        ("> You {{ reasons | join(', ') }} must", MUST),
        ("> {{ authority_ref | default('You must', true) }}", MUST),
        ("> within {{ 24 }} hours", HOURS),
        ("> within {{ authority_ref }} days", ["a deadline that we cannot set: 'within 1 days'; leave it out"]),
        ("> in {{ reasons | length }} days", ["a deadline that we cannot set: 'in 1 days'; leave it out"]),
        (
            "> in {{ feeds | default('two') }} days",
            [
                "a deadline that we cannot set: 'in 1 days'; leave it out",
                "a deadline that we cannot set: 'in two days'; leave it out",
            ],
        ),
        ("{% if authority == 'agent' %}You must{% endif %}", MUST),
        ("- on behalf of", BEHALF),
        ("{% if authority == 'agent' %}on behalf of{% endif %}", []),
        ("{% if confirmed %}{% elif authority == 'in-house' %}on behalf of{% endif %}", []),
        ("{% if authority == 'agent' %}{% if confirmed %}on behalf of{% endif %}{% endif %}", []),
        ("{% for a in reasons %}{% if authority == 'agent' %}on behalf of{% endif %}{% endfor %}", []),
        ("{% if authority == 'agent' or authority == 'in-house' %}on behalf of{% endif %}", []),
        ("{% if authority == 'agent' and confirmed %}on behalf of{% endif %}", []),
        ("{% if authority == 'agent' or confirmed %}on behalf of{% endif %}", BEHALF),
        ("{% if authority == 'agent' %}{% else %}on behalf of{% endif %}", BEHALF),
        ("{% if authority == 'third party' %}on behalf of{% endif %}", BEHALF),
        ("{% if authority != 'agent' %}on behalf of{% endif %}", BEHALF),
        ("{% if not authority == 'agent' %}on behalf of{% endif %}", BEHALF),
        ("{% if authority == 'agent' == confirmed %}on behalf of{% endif %}", BEHALF),
        ("{% if brand == 'agent' %}on behalf of{% endif %}", BEHALF),
        ("{% if authority %}on behalf of{% endif %}", BEHALF),
        ("{# You must #}Please look", []),
        ("- {{ observed }} by {{ reporter }}, in {{ feeds }}, {{ official | length }} domains", []),
    ],
)
def test_every_word_of_a_template_is_read(body: str, faults: list[str], draft: Draft, case: Case) -> None:
    """A template's own words are ours on whatever line and in whatever branch; authority has branches of its own."""
    template = made(body)
    assert wording(template) == faults
    assert lint(draft, case, template) == faults


def test_the_subject_of_a_template_is_read() -> None:
    """A claim in a branch of the subject is found."""
    assert wording(made("Hello", "{% if confirmed %}You must{% endif %} {{ target }}")) == MUST


def test_the_shipped_template_says_nothing_wrong(template: Template) -> None:
    """The shipped wording holds in all of its branches."""
    assert wording(template) == []


@pytest.mark.parametrize(("authority", "faults"), [("in-house", 0), ("agent", 0), ("", 1)])
def test_authority_is_claimed_only_where_it_is_given(
    authority: str, faults: int, draft: Draft, case: Case, template: Template
) -> None:
    """Writing for the brand is a fault exactly when the pack does not allow it."""
    brand = replace(case.brand, authority=authority, authority_ref="mandate 7")
    text = draft.text + "We write on behalf of the brand.\n"
    assert len(lint(replace(draft, text=text), replace(case, brand=brand), template)) == faults


@pytest.mark.parametrize("end", ["\r\nBcc: x@y.example", "\n", "\u2028", "\x00"])
def test_a_header_with_a_line_end_is_found(end: str, draft: Draft, case: Case, template: Template) -> None:
    """A subject that would start another header is a fault."""
    found = lint(replace(draft, subject=draft.subject + end), case, template)
    assert found[0] == "the subject has a line end or a hidden character; take it out"


def test_a_bad_recipient_is_found(draft: Draft, case: Case, template: Template) -> None:
    """A draft that was given another recipient by hand is looked at again."""
    found = lint(replace(draft, recipient="a@b.example, c@d.example"), case, template)
    assert found[0].startswith("the recipient: 'a@b.example, c@d.example' is not one plain e-mail address")


def test_a_number_has_no_dots_to_defang(draft: Draft, case: Case, template: Template) -> None:
    """A phone number may stand in the text as it is."""
    number = replace(case, indicator="+18005550199", kind="phone")
    assert lint(replace(draft, text=draft.text + "+18005550199\n"), number, template) == []


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("> it was sent to jane.roe@mail.example", "an e-mail address that is neither"),
        ("> the card 4111 1111 1111 1111 was taken", "what may be the number of a payment card"),
        ("> she gave 078-05-1120", "what may be a social security number"),
        ("  - call +1 212 555 0177", "what may be a phone number that is neither"),
    ],
)
def test_a_report_on_a_name_has_no_victims_data(
    words: str, kind: str, draft: Draft, case: Case, template: Template
) -> None:
    """Personal data stops a report on a name too, in a quotation as well."""
    found = lint(replace(draft, text=draft.text + words + "\n"), case, template)
    assert found
    assert found[0].startswith(kind)


def test_what_is_no_victims_data_may_stand(draft: Draft, case: Case, template: Template) -> None:
    """Desk, reporter, official numbers, those that the page shows, and a name that reads as a number are known."""
    named = replace(
        case,
        indicator="1-800-555-0199.com",
        brand=replace(case.brand, phones=("+1 888 280 4331",)),
        site=replace(case.site, numbers=("+12125550177",)),
    )
    more = "abuse@registrar.example 888-280-4331 (212) 555-0177 1-800-555-0199[.]com\n"
    assert lint(replace(draft, text=draft.text + more), named, template) == []


CITED = 'cites = [{words = "Phishing is a breach of section 2", source = "https://registrar.example/policy"}]\n'


@pytest.mark.parametrize(
    ("body", "faults"),
    [
        ("Phishing is a breach of section 2.", []),
        ("Phishing is a breach of section 3.", ["a legal claim: 'breach of'; say what was seen and what we ask"]),
        ("Phishing is a breach of section 2. You must act", MUST),
        ("Phishing is a breach of section 2. Act within 24 hours", HOURS),
    ],
)
def test_a_claim_with_its_source_may_stand(body: str, faults: list[str]) -> None:
    """Exactly the words that are cited pass; a deadline never does."""
    text = f'+++\nkinds = ["registrar"]\npurpose = "test"\nlang = "en"\nsubject = "s"\n{CITED}+++\n{body}'
    assert wording(parse_template("t", text)) == faults


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        (Said(note="You must suspend it"), "a legal claim: 'You must'"),
        (Said(note="- within 24 hours please"), "a deadline that we cannot set"),
        (Said(note="we represent the brand"), "an authority that the brand pack does not give"),
        (Said(note="a" * 3_000 + " jane.roe@mail.example"), "an e-mail address that is neither"),
        (Said("o", "ann", fields={"why": "the court said so"}), "a legal claim: 'court'"),
        (Said("call +1 212 555 0177", "ann"), "what may be a phone number that is neither"),
    ],
)
def test_what_people_say_is_read_whole(said: Said, fault: str, draft: Draft, case: Case) -> None:
    """A note, a reason and an observation are held to the same rules, however much of them is shown."""
    found = said_faults(said, draft, case, "registrar")
    assert [one.startswith(fault) for one in found] == [True]


def test_the_recipients_own_ticket_may_look_like_anything(draft: Draft, case: Case) -> None:
    """A ticket number is theirs, and no number of a person."""
    assert said_faults(Said(fields={"about_ticket": "212-555-0177"}), draft, case, "registrar") == []


@pytest.mark.parametrize("name", ["Example Desk", "Example Desk <x", ""])
def test_a_desk_without_mail_is_named(name: str, draft: Draft, case: Case, template: Template) -> None:
    """A form or portal has a name instead of an address."""
    text = draft.text.replace("abuse@registrar.example", name)
    assert lint(replace(draft, recipient=name, text=text), case, template) == []


@pytest.mark.parametrize("address", ["abuse@amazon-refund-desk.com", "abuse@mail.Amazon-Refund-Desk.com"])
def test_the_mailbox_of_the_reported_name_is_refused_in_words(  # noqa: PLR0913, PLR0917  # fixtures
    address: str, case: Case, template: Template, reporter: Reporter, desk: Recipient, now: datetime
) -> None:
    """Whoever holds the name would read the report: the advice is another recipient, not to defang an address."""
    to = replace(desk, name=address, address=address)
    found = lint(render(case, template, reporter=reporter, to=to, said=Said("a form", "ann"), now=now), case, template)
    assert found == [
        "the recipient's mailbox is at the reported name itself, so its holder would read this; name another one"
    ]


@pytest.mark.parametrize("indicator", ["amazon-refund.host.example", "https://amazon-refund.host.example/a"])
def test_who_hosts_a_name_below_his_own_is_asked(  # noqa: PLR0913, PLR0917  # fixtures
    indicator: str, case: Case, template: Template, reporter: Reporter, desk: Recipient, now: datetime
) -> None:
    """A mailbox above the reported name is its host's, not its holder's."""
    below = replace(case, indicator=indicator)
    to = replace(desk, name="abuse@host.example", address="abuse@host.example")
    draft = render(below, template, reporter=reporter, to=to, said=Said("a form", "ann"), now=now)
    assert lint(draft, below, template) == []
