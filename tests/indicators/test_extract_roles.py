import pytest

from scamhunt.indicators.extract import extract
from scamhunt.model import Role

CALLBACK, CALLER, SENDER, UNKNOWN = Role.CALLBACK, Role.CALLER_ID, Role.SMS_SENDER, Role.UNKNOWN

ROLES = [
    ("Call Amazon support at 888-555-0142", CALLBACK),
    ("dial 888-555-0142", CALLBACK),
    ("If this was not you call 888-555-0142", CALLBACK),
    ("Helpline No: 888-555-0142", CALLBACK),
    ("toll free: 888-555-0142", CALLBACK),
    ("Our helpline 888-555-0142", CALLBACK),
    ("contact us on 888-555-0142", CALLBACK),
    ("he told me to call back 888-555-0142", CALLBACK),
    ("give us a call: 888-555-0142", CALLBACK),
    ("they called me and told me to call 888-555-0142", CALLBACK),
    ("I called 888-555-0142 and a man answered", CALLBACK),
    ("888-555-0142, toll free", CALLBACK),
    ("Text STOP to 888-555-0142", CALLBACK),
    ("tel:888-555-0142", CALLBACK),
    ("https://wa.me/447700900123", CALLBACK),
    ("WhatsApp: 888-555-0142", CALLBACK),
    ("Rufen Sie 888-555-0142 an", CALLBACK),
    ("Llame al 888-555-0142", CALLBACK),
    ("Appelez le 888-555-0142", CALLBACK),
    ("電話 888-555-0142", CALLBACK),
    ("I was called from 888-555-0142", CALLER),
    ("I received a call from 888-555-0142", CALLER),
    ("caller ID 888-555-0142", CALLER),
    ("missed call 888-555-0142", CALLER),
    ("the call came from 888-555-0142", CALLER),
    ("888-555-0142 called me twice", CALLER),
    ("888-555-0142 keeps calling", CALLER),
    ("the number that called me was 888-555-0142", CALLER),
    ("Amazon support 888-555-0142 called me", CALLER),
    ("my phone rang, it showed up as 888-555-0142", CALLER),
    ("Anruf von 888-555-0142", CALLER),
    ("me llamaron de 888-555-0142", CALLER),
    ("Text from 888-555-0142", SENDER),
    ("I got an SMS from 888-555-0142", SENDER),
    ("888-555-0142 texted me", SENDER),
    ("text message: 888-555-0142", SENDER),
    ("SMS von 888-555-0142", SENDER),
    ("888-555-0142", UNKNOWN),
    ("don't call 888-555-0142", UNKNOWN),
    ("never call 888-555-0142 back", UNKNOWN),
    ("do not ever call 888-555-0142", UNKNOWN),
    ("I did not get a call from 888-555-0142", UNKNOWN),
    ("Rufen Sie nicht 888-555-0142 an", UNKNOWN),
    ("no llame al 888-555-0142", UNKNOWN),
    ("claimed to be Amazon support 888-555-0142", UNKNOWN),
    ("Do not call wa.me/447700900123", UNKNOWN),
    ("Someone called 888-555-0142 about my order", UNKNOWN),
    ("If you did not order this, call 888-555-0142", CALLBACK),
    ("call us back at 888-555-0142", CALLBACK),
    ("to cancel call 888-555-0142", CALLBACK),
    ("To cancel your order from your phone call 888-555-0142", CALLBACK),
    ("call 888-555-0142 from your phone", CALLBACK),
    ("Call us now to cancel\nPhone: 888-555-0142", CALLBACK),
    ("Call us now\nto cancel this order\nPhone: 888-555-0142", UNKNOWN),
    ("Tel: 888-555-0142", UNKNOWN),
    ("Call us any time\nJolanda\nMobile: 888-555-0142", UNKNOWN),
    ("call me at 888-555-0142", UNKNOWN),
    ("please call me back at 888-555-0142", UNKNOWN),
    ("give me a call: 888-555-0142", UNKNOWN),
    ("reach me at 888-555-0142", UNKNOWN),
    ("text me at 888-555-0142", UNKNOWN),
    ("we will call you at 888-555-0142", UNKNOWN),
    ("they called me on my cell 888-555-0142", UNKNOWN),
    ("your phone number: 888-555-0142", UNKNOWN),
    ("your number is 888-555-0142", UNKNOWN),
    ("ship to the phone on file: 888-555-0142", UNKNOWN),
    ("call us if wrong, shipping to Jolanda, phone 888-555-0142", UNKNOWN),
    ("888-555-0142 is my cell", UNKNOWN),
    ("Rufen Sie mich an: 888-555-0142", UNKNOWN),
    ("meine Handynummer ist 888-555-0142", UNKNOWN),
    ("Ihre Telefonnummer: 888-555-0142", UNKNOWN),
    ("Wir rufen Sie an unter 888-555-0142", UNKNOWN),
    ("Telefon: 888-555-0142", UNKNOWN),
    ("Llámame al 888-555-0142", UNKNOWN),
    ("Su teléfono: 888-555-0142", UNKNOWN),
    ("Appelez-moi au 888-555-0142", UNKNOWN),
    ("Votre numéro : 888-555-0142", UNKNOWN),
    ("Chiamami al 888-555-0142", UNKNOWN),
    ("il suo numero è 888-555-0142", UNKNOWN),
    ("Ligue-me para 888-555-0142", UNKNOWN),
    ("Meu celular: 888-555-0142", UNKNOWN),
    ("Bel mij op 888-555-0142", UNKNOWN),
    ("Uw telefoonnummer: 888-555-0142", UNKNOWN),
    ("Call us today. Our address: 1 Main St. Box 5. See 888-555-0142", UNKNOWN),
]


@pytest.mark.parametrize(("text", "role"), ROLES)
def test_role_follows_the_nearest_words(text: str, role: Role) -> None:
    """Who holds a number is taken from the words next to it; a negated phrase and a doubtful one say nothing."""
    found = extract(text, "US")
    assert [one.role for one in found] == [role]


def test_several_numbers_each_have_their_role() -> None:
    """The words before each number count for it alone."""
    text = "I got a call from 888-555-0142, he asked me to call 800-555-0199. Then a text from 877-555-0123."
    assert [(one.number.e164, one.role) for one in extract(text, "US")] == [
        ("+18885550142", CALLER),
        ("+18005550199", CALLBACK),
        ("+18775550123", SENDER),
    ]


@pytest.mark.parametrize(
    ("between", "role"),
    [
        (" or ", CALLBACK),
        (", ", CALLBACK),
        (" (toll free) / ", CALLBACK),
        ("\n", CALLBACK),
        (", Jolanda ", UNKNOWN),
        ("\nask for Mark ", UNKNOWN),
    ],
)
def test_call_one_or_the_other(between: str, role: Role) -> None:
    """The word of calling before a number is said of the next one too where only "or" stands between."""
    found = extract(f"call 888-555-0142{between}800-555-0199", "US")
    assert [one.role for one in found] == [CALLBACK, role]


@pytest.mark.parametrize(
    ("page", "role"),
    [
        ("<p><a href='tel:888-555-0142'>888-555-0142</a></p>", CALLBACK),
        ("<p><a href='tel:888-555-0142'>Support</a></p>", CALLBACK),
        ("<p>I got a call from <a href='tel:888-555-0142'>888-555-0142</a></p>", CALLER),
        ("<p>never call <a href='tel:888-555-0142'>888-555-0142</a></p>", UNKNOWN),
        ("<p>never call <a href='tel:888-555-0142'>this</a></p>", UNKNOWN),
        ("<p>888-555-0142</p>", UNKNOWN),
        ("<p>your phone: <a href='tel:888-555-0142'>888-555-0142</a></p>", UNKNOWN),
        ("<p>call me: <a href='tel:888-555-0142'>here</a></p>", UNKNOWN),
    ],
)
def test_a_link_is_meant_to_be_called(page: str, role: Role) -> None:
    """A link makes a callback number, unless the words before it say otherwise: phones make links by themselves."""
    assert [one.role for one in extract(page, "US")] == [role]


def test_a_word_of_calling_is_read_through_what_nobody_sees() -> None:
    """A character without a shape in the middle of it hides neither the number nor its role."""
    for text in ("Ca\u200cll 8885550155", "C\u00ada\u200bll us at 888-555-0155"):
        (found,) = extract(text, "US")
        assert (found.number.e164, found.role) == ("+18885550155", Role.CALLBACK)


def test_the_number_of_a_membership_is_no_phone_number() -> None:
    """A word that says what a number is wins."""
    assert extract("Membership 888 555 0193", "US") == []
