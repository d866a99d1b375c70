from dataclasses import replace
from datetime import datetime

import pytest

from scamhunt.model import Channel
from scamhunt.takedown.addressed import salutation, yours
from scamhunt.takedown.case import Case, Desk, Recipient, Reporter, Said
from scamhunt.takedown.contacts import vouched
from scamhunt.takedown.draft import render
from scamhunt.takedown.lint import lint
from scamhunt.takedown.shown import Shown
from scamhunt.takedown.site import Machine, Published, Site
from scamhunt.takedown.template import Template

FORM = "https://www.host.example/abuse?a=b"


def listed(name: str, names: tuple[str, ...] = ()) -> Desk:
    """Return a desk of the list that has a form."""
    return Desk(name, "host", Channel.FORM, FORM, "https://host.example/", "2026-11-01", "documented", names=names)


@pytest.mark.parametrize(
    ("kind", "desk", "shown"),
    [
        ("host", listed("example-host", ("Example Hosting", "EH")), "of Example Hosting"),
        ("host", listed("safe-lists"), "of Safe Lists"),
        ("host", listed("example-api"), "of Example"),
        ("host", listed("Example Desk"), "of Example Desk"),
        ("traceback", listed("Example Group"), "Example Group"),
        ("compliance", listed("Example Contracts"), "Example Contracts"),
        ("host", None, "of host.example"),
    ],
)
def test_a_desk_with_a_form_is_called_by_its_name(kind: str, desk: Desk | None, shown: str, case: Case) -> None:
    """Nobody is greeted with the address of a page."""
    to = Recipient(
        kind, desk.name if desk else FORM, Channel.FORM, FORM, "", "s", "2026-11-01", "documented", desk=desk
    )
    assert salutation(to, Shown(case)) == shown


def test_a_desk_with_a_mailbox_is_called_by_it(case: Case, desk: Recipient) -> None:
    """A mail says whom it is for; nobody known is nobody."""
    assert salutation(desk, Shown(case)) == "abuse@registrar.example"
    assert salutation(None, Shown(case)) == salutation(replace(desk, address=""), Shown(case)) == ""
    own = replace(desk, channel=Channel.FORM, address="https://amazon-refund-desk.com/abuse", name="its own form")
    assert salutation(own, Shown(case)) == "of its own form"


def test_the_letter_to_a_form_begins_so(
    case: Case, template: Template, reporter: Reporter, said: Said, now: datetime
) -> None:
    """The draft still names its recipient as the report's row does."""
    to = vouched(FORM, "host", "ann", now)
    draft = render(case, template, reporter=reporter, to=to, said=said, now=now)
    assert draft.text.startswith("To the abuse desk of host.example\n")
    assert draft.recipient == "hxxps://www[.]host[.]example/abuse?a=b"
    assert lint(draft, case, template) == []


ABUSE = "abuse@registrar.example"


@pytest.mark.parametrize(
    ("address", "kind", "words"),
    [
        (ABUSE, "registrar", "You are the registrar of record, IANA 9999, says https://rdap.example/ on 2026-11-22."),
        (ABUSE.upper(), "registrar", "You are the registrar of record, IANA 9999, says https://rdap.example/"),
        ("net@host.example", "host", "The address 192.0.2.7, which answers for it, is in your network (Example Net)."),
        (ABUSE, "host", "We were given this address as yours for hosting; if it is not, please tell us."),
        ("a@other.example", "registrar", "We were given this address as yours for registrations; if it is not, please"),
    ],
)
def test_a_contact_of_ours_is_told_why_as_far_as_we_know(
    address: str, kind: str, words: str, case: Case, now: datetime
) -> None:
    """What the registry or the network says makes it theirs; else we say that we were given the address, and ask."""
    at_registrar = Published(ABUSE, "Abuse", "registrar", "abuse", "https://rdap.example/", "0" * 64, now)
    at_host = replace(at_registrar, email="net@host.example", scope="network")
    machine = Machine("192.0.2.7", "192.0.2.0/24", "Example Net", "US", (at_host,))
    seen = replace(case, site=Site(registrar="R", registrar_id="9999", contacts=(at_registrar,), machines=(machine,)))
    told = yours(vouched(address, kind, "ann", now), Shown(seen)).replace("[.]", ".").replace("hxxps", "https")
    assert told.startswith(words)


def test_nobody_is_told_why_where_nobody_is_known(case: Case, desk: Recipient) -> None:
    """Without a fact the letter claims none."""
    for to in (None, replace(desk, yours=" ")):
        assert yours(to, Shown(case)) == "We were given this address as the one to ask."
