import pytest

from scamhunt import bundle
from scamhunt.investigate import abuse_contacts
from scamhunt.investigate.abuse_contacts import AT_ITSELF, GENERAL, JUNK, NONE, SEVERAL, Contact, Junk

SHIPPED = Junk.of(bundle.data("registries/junk.txt").read_text("utf-8"))

MAILBOXES = [
    ("abuse@registrar.example", "abuse@registrar.example"),
    (" Abuse@Registrar.EXAMPLE ", "Abuse@registrar.example"),
    ("a.b+c@registrar.example", "a.b+c@registrar.example"),
    ("jörg@registrar.example", "jörg@registrar.example"),
    ("abuse@bücher.example", "abuse@xn--bcher-kva.example"),
    ("a@b>,<c@d", ""),
    ("a@b.example>,<c@d.example", ""),
    ("abuse@registrar.example\r\nBcc: x@y.example", ""),
    ("abuse@registrar.example\n", ""),
    ("abuse@registrar.example, other@registrar.example", ""),
    ('"a b"@registrar.example', ""),
    ("abuse@@registrar.example", ""),
    ("abuse(at)registrar.example", ""),
    ("abuse@registrar", ""),
    ("abuse@192.0.2.1", ""),
    ("abuse@-registrar.example", ""),
    ("abuse@registrar..example", ""),
    (".abuse@registrar.example", ""),
    ("@registrar.example", ""),
    ("a" * 65 + "@registrar.example", ""),
    ("a@" + "b." * 130 + "example", ""),
    ("abuse\u202e@registrar.example", ""),
    ("abuse@\u2488.example", ""),
    ("", ""),
]


@pytest.mark.parametrize(("text", "address"), MAILBOXES)
def test_a_mailbox_is_one_address_or_none(text: str, address: str) -> None:
    """What could become two recipients or a header of a mail is no address at all."""
    assert abuse_contacts.mailbox(text) == address


PHONES = [
    ("tel:+1.8055550199", "+1.8055550199"),
    ("+1-805-555-0199", "+1-805-555-0199"),
    ("tel:+1-805-555-0199;ext=102", "+1-805-555-0199x102"),
    ("call us", ""),
    ("+1.80555\r\n50199", ""),
    ("", ""),
]


@pytest.mark.parametrize(("text", "number"), PHONES)
def test_a_phone_number_is_digits_and_signs(text: str, number: str) -> None:
    """A `tel:` address becomes the number that it holds."""
    assert abuse_contacts.phone(text) == number


JUNK_OR_NOT = [
    ("abuse@ripe.net", True),
    ("anyone@db.ripe.net", True),
    ("peering@network.example", True),
    ("abuse@stripe.net", False),
    ("abuse@network.example", False),
    ("helpdesk@apnic.net", True),
    ("postmaster@localhost.localdomain", True),
]


@pytest.mark.parametrize(("address", "is_junk"), JUNK_OR_NOT)
def test_a_mailbox_that_acts_on_nothing_is_known(address: str, is_junk: bool) -> None:
    """Registries of addresses hand out networks and act on none; a name that only ends alike is another one."""
    assert SHIPPED.has(address) is is_junk


def contact(email: str, scope: str = "registrar", role: str = "abuse", phone: str = "") -> Contact:
    """Return a contact."""
    return Contact(email, phone, "", scope, role)


def test_whoever_can_act_comes_first() -> None:
    """By scope, an abuse desk before a general mailbox, one that is called so before others; each once."""
    given = [
        contact("", "registry", phone="+1.8055550199"),
        contact("hello@registrar.example", role=GENERAL),
        contact("noc@registrar.example"),
        contact("abuse@registry.example", "registry"),
        contact("Abuse@registrar.example"),
        contact("abuse@registrar.example"),
        contact("abuse@reseller.example", "reseller"),
    ]
    found, said = abuse_contacts.usable(given, "shop.test", SHIPPED)
    assert [one.email for one in found] == [
        "Abuse@registrar.example",
        "noc@registrar.example",
        "hello@registrar.example",
        "abuse@reseller.example",
        "abuse@registry.example",
        "",
    ]
    assert said == (SEVERAL,)


@pytest.mark.parametrize(
    ("address", "note"), [("abuse@shop.test", AT_ITSELF), ("a@mail.shop.test", AT_ITSELF), ("a@ripe.net", JUNK)]
)
def test_a_scammer_is_never_told(address: str, note: str) -> None:
    """A mailbox at the name itself, or one that acts on nothing, is left out with a note; its telephone stays."""
    found, said = abuse_contacts.usable([contact(address, phone="+1.8055550199")], "shop.test", SHIPPED)
    assert [(one.email, one.phone) for one in found] == [("", "+1.8055550199")]
    assert said == (note, NONE)
    assert abuse_contacts.usable([contact(address)], "shop.test", SHIPPED) == ((), (note, NONE))


def test_a_name_that_only_ends_alike_is_another_one() -> None:
    """`workshop.test` is not at `shop.test`."""
    found, said = abuse_contacts.usable([contact("abuse@workshop.test")], "shop.test", SHIPPED)
    assert ([one.email for one in found], said) == (["abuse@workshop.test"], ())


def test_no_more_contacts_than_a_person_reads() -> None:
    """Of a thousand mailboxes twenty are kept."""
    found, _ = abuse_contacts.usable([contact(f"a{at}@registrar.example") for at in range(1000)], "", SHIPPED)
    assert len(found) == 20
