import json
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Any

import pytest

from bench.lab_rdap import email, entity, network, registration
from scamhunt.investigate import rdap_answer
from scamhunt.investigate.abuse_contacts import AT_ITSELF, NONE, SEVERAL, UNUSABLE, Junk
from scamhunt.investigate.rdap_answer import NO_REGISTRAR, REGISTRAR_OF_DESK, Asked
from scamhunt.investigate.rdap_json import LARGEST, UnusableError
from scamhunt.investigate.registration import Registration

NAME = "amazon-refund-desk.test"
NOW = datetime(2026, 11, 23, tzinfo=UTC)


def read(told: object, *, of_registrar: bool = False) -> Registration:
    """Read an answer about the name."""
    body = told if isinstance(told, bytes) else json.dumps(told).encode()
    return rdap_answer.domain(body, Asked(NAME, "rdap.registry.example", NOW, Junk.of("@ripe.net"), of_registrar))


def desk(*rows: list[Any], name: str = "") -> dict[str, Any]:
    """Return an abuse desk."""
    return entity("abuse", name, *rows)


def test_an_answer_is_read_whole() -> None:
    """Registrar and number, the desk inside its entity, statuses, dates in UTC, name servers."""
    found = read(registration(NAME)).data("rdap.registry.example")
    contact = {
        "email": "abuse@registrar.example",
        "phone": "+1.8055550199",
        "name": "Abuse Desk",
        "scope": "registrar",
        "role": "abuse",
        "form": "",
    }
    assert found == {
        "name": NAME,
        "registrar": "Example Registrar LLC",
        "registrar_id": "9999",
        "abuse": [contact],
        "statuses": ["client transfer prohibited", "server hold"],
        "registered": "2026-11-19T10:00:00Z",
        "expires": "2027-11-19T10:00:00Z",
        "changed": "2026-11-20T10:00:00Z",
        "nameservers": ["ns1.host.example"],
        "registrant": "REDACTED FOR PRIVACY",
        "notes": [],
        "server": "rdap.registry.example",
    }
    assert json.loads(json.dumps(found)) == found


HOSTILE = [
    (b"<html><body>try later</body></html>", "a page of HTML"),
    (b"not json", "no JSON that can be read"),
    (b"[]", "no JSON object"),
    (b"\xff\xfe{}", "no UTF-8"),
    (b"[" * 100_000, "JSON that is nested too deeply"),
    (b'{"a": 1e999}', "a number in it is too large"),
    (b'{"a": ' + b"9" * 400 + b"}", "a number in it is too large"),
    (b'{"a": NaN}', "a number in it is none"),
    (b'{"status": ["active"], "status": ["server hold"]}', "a key stands twice in it"),
    (b" " * (LARGEST + 1), f"more than {LARGEST:,} bytes"),
    (b"{}", "it is no object of the class domain"),
    (b'{"errorCode": 404}', "it is no object of the class domain"),
    (b'{"objectClassName": "domain"}', "it is about another name than the one that was asked for"),
    (b'{"objectClassName": "domain", "ldhName": 7}', "it is about another name than the one that was asked for"),
]


@pytest.mark.parametrize(("body", "why"), HOSTILE, ids=range(len(HOSTILE)))
def test_what_cannot_be_believed_is_not_read(body: bytes, why: str) -> None:
    """Each with its reason, which quotes nothing of the answer."""
    with pytest.raises(UnusableError) as caught:
        read(body)
    assert str(caught.value) == why


@pytest.mark.parametrize("other", ["other.test", f"www.{NAME}", "\u2488.test"])
def test_an_answer_about_another_name_is_not_believed(other: str) -> None:
    """What was asked for and what was answered have to be the same name."""
    with pytest.raises(UnusableError, match="another name"):
        read(registration(NAME, ldhName=other))


def test_a_key_that_decides_nothing_may_stand_twice() -> None:
    """Real servers repeat `secureDNS`; that costs nobody the rest of the answer."""
    body = json.dumps(registration(NAME)).encode()[:-1] + b', "secureDNS": {}, "secureDNS": {}, "a": 1.5, "b": 2}'
    assert read(body).registrar == "Example Registrar LLC"


def test_a_name_of_other_letters_is_the_same_name() -> None:
    """A server may write the name in its own letters."""
    asked = Asked("xn--bcher-kva.test", "rdap.registry.example", NOW, Junk())
    told = registration("", ldhName="", unicodeName="Bücher.test")
    assert rdap_answer.domain(json.dumps(told).encode(), asked).name == "xn--bcher-kva.test"


SHAPES: list[object] = [
    None,
    [],
    "vcard",
    ["vcard"],
    ["vcard", None],
    ["jcard", [["email", {}, "text", "abuse@registrar.example"]]],
    ["vcard", [["email", {}, "text"]]],
    ["vcard", [["email", [], "text", "abuse@registrar.example"]]],
    ["vcard", [[7, {}, "text", "abuse@registrar.example"], "row", None]],
    ["vcard", [["email", {}, "text", None], ["email", {}, "text", 7], ["email", {}, "text", {"a": "b@c.example"}]]],
]


@pytest.mark.parametrize("card", SHAPES, ids=range(len(SHAPES)))
def test_a_card_of_the_wrong_shape_says_nothing(card: object) -> None:
    """The contact is unknown then, and the rest of the answer counts."""
    found = read(registration(NAME, entities=[{"roles": ["abuse"], "vcardArray": card}]))
    assert (found.abuse, found.registered) == ((), "2026-11-19T10:00:00Z")
    assert NONE in found.notes


ROWS: list[tuple[list[Any], tuple[str, ...]]] = [
    (["email", {}, "text", ["abuse@registrar.example", "desk@registrar.example"]], ("abuse@", "desk@")),
    (["EMAIL", {"type": "work"}, "text", "abuse@registrar.example"], ("abuse@",)),
    (["email", {}, "uri", "mailto:abuse@registrar.example?subject=x"], ("abuse@",)),
    (["email", {"value": "abuse@registrar.example"}, "text", ""], ("abuse@",)),
    (["email", {}, "text", "abuse@registrar.example", "desk@registrar.example"], ("abuse@", "desk@")),
]


@pytest.mark.parametrize(("row", "starts"), ROWS, ids=range(len(ROWS)))
def test_mailboxes_are_found_where_servers_write_them(row: list[Any], starts: tuple[str, ...]) -> None:
    """Lists of values, addresses as URIs, and parameters instead of the value."""
    found = read(registration(NAME, entities=[desk(row)])).abuse
    assert [one.email for one in found] == [f"{start}registrar.example" for start in starts]


def test_a_fax_is_no_telephone_and_a_form_is_kept() -> None:
    """A desk without mailbox may have a page; a page that is not encrypted is none."""
    fax = ["tel", {"type": "fax"}, "uri", "tel:+1.8055550100"]
    both = ["tel", {"type": ["fax", "voice"]}, "uri", "tel:+1.8055550101"]
    pages: list[list[Any]] = [
        ["contact-uri", {}, "uri", url] for url in ("http://a.example/", "https://registrar.example/report")
    ]
    (one,) = read(registration(NAME, entities=[desk(fax, both, *pages)])).abuse
    assert (one.email, one.phone, one.form) == ("", "+1.8055550101", "https://registrar.example/report")


SCOPES = [
    ([entity("registrar", "R", inside=[desk(email("a@registrar.example"))])], "registrar"),
    ([entity("reseller", "R", inside=[desk(email("a@reseller.example"))])], "reseller"),
    ([entity("registrant", "R", inside=[desk(email("a@holder.example"))])], "registrant"),
    ([desk(email("a@registrar.example"))], "registrar"),
    ([desk(email("a@registry.example"))], "registry"),
    ([entity("registrar", "R", inside=[entity("other", "", inside=[desk(email("a@registry.example"))])])], "registrar"),
]


@pytest.mark.parametrize(("entities", "scope"), SCOPES, ids=range(len(SCOPES)))
def test_a_contact_says_what_it_can_act_on(entities: list[dict[str, Any]], scope: str) -> None:
    """By the entity that it stands in; on top it is the registrar's, or the registry's at the registry's own name."""
    assert [one.scope for one in read(registration(NAME, entities=entities)).abuse] == [scope]


def test_on_the_registrars_server_a_desk_is_the_registrars() -> None:
    """Even where its mailbox is at the server's own name."""
    told = registration(NAME, entities=[desk(email("a@registry.example"))])
    assert [one.scope for one in read(told, of_registrar=True).abuse] == ["registrar"]


BAD = [
    (f"abuse@{NAME}", AT_ITSELF),
    ("a@b>,<c@d", UNUSABLE),
    ("abuse@registrar.example\r\nBcc: a@b.example", UNUSABLE),
]


@pytest.mark.parametrize(("address", "note"), BAD, ids=range(len(BAD)))
def test_a_contact_that_would_harm_is_left_out(address: str, note: str) -> None:
    """The scam's own mailbox, and what would become more than one address."""
    found = read(registration(NAME, entities=[desk(email(address))]))
    assert (found.abuse, note in found.notes) == ((), True)


def test_several_desks_are_told_as_several() -> None:
    """A person chooses."""
    found = read(registration(NAME, entities=[desk(email("a@one.example")), desk(email("abuse@two.example"))]))
    assert [one.email for one in found.abuse] == ["abuse@two.example", "a@one.example"]
    assert SEVERAL in found.notes


def test_without_a_desk_the_registrar_itself_is_named_as_such() -> None:
    """Its mailbox is no abuse desk and is marked so."""
    registrar = entity("registrar", "Example Registrar LLC", email("hello@registrar.example"))
    found = read(registration(NAME, entities=[registrar]))
    assert [(one.email, one.role) for one in found.abuse] == [("hello@registrar.example", "general")]
    assert found.notes == [NONE]


REGISTRARS: list[tuple[list[dict[str, Any]], str, str]] = [
    ([entity("registrar", "", inside=[desk(name="Example Abuse")])], "Example Abuse", REGISTRAR_OF_DESK),
    ([entity("registrar", "") | {"handle": "REG-9"}], "REG-9", NONE),
    ([entity("registrar", "")], "", NO_REGISTRAR),
    ([], "", NO_REGISTRAR),
    ([entity("registrar", "", ["org", {}, "text", "Example Org"])], "Example Org", NONE),
    ([entity("registrar", "Example\u202e \x1b[31mOrg\r\n")], "Example [31mOrg", NONE),
]


@pytest.mark.parametrize(("entities", "name", "note"), REGISTRARS, ids=range(len(REGISTRARS)))
def test_the_registrar_is_named_or_said_to_be_unknown(entities: list[dict[str, Any]], name: str, note: str) -> None:
    """Its name stands on its card, at its desk, or nowhere; what steers a terminal is taken out."""
    found = read(registration(NAME, entities=entities))
    assert (found.registrar, note in found.notes) == (name, True)


@pytest.mark.parametrize("number", ["x1", "99999999", "", "١٢"])
def test_a_number_at_iana_is_digits(number: str) -> None:
    """Anything else is no number."""
    registrar = entity("registrar", "R") | {"publicIds": [{"type": "IANA Registrar ID", "identifier": number}]}
    assert read(registration(NAME, entities=[registrar])).registrar_id == ""


STATUSES = [
    (["clientHold", "serverHold"], ["client hold", "server hold"]),
    (["Client Hold", "client hold"], ["client hold"]),
    (["clientTransferProhibited https://icann.org/epp#clientTransferProhibited"], ["client transfer prohibited"]),
    (["ok", "linked", "auto renew period"], ["active", "associated", "auto renew period"]),
    (["x" * 61, "<b>", "", 7, None], []),
    ("active", ["active"]),
]


@pytest.mark.parametrize(("given", "said"), STATUSES, ids=range(len(STATUSES)))
def test_statuses_are_words_of_rdap(given: object, said: list[str]) -> None:
    """However a server writes them, each once."""
    assert list(read(registration(NAME, status=given)).statuses) == said


EVENTS = [
    ("0001-01-01T00:00:00Z", "", "registered: a date cannot be true and is left out"),
    ("2026-11-19T10:00:00", "2026-11-19T10:00:00Z", "registered: a date without a time zone was taken for UTC"),
    ("2030-01-01T00:00:00Z", "", "registered: a date cannot be true and is left out"),
]


@pytest.mark.parametrize(("date", "registered", "note"), EVENTS, ids=range(len(EVENTS)))
def test_a_date_that_cannot_be_is_unknown(date: str, registered: str, note: str) -> None:
    """The answer stays; a note says what is the matter with the date."""
    found = read(registration(NAME, events=[{"eventAction": "registration", "eventDate": date}, {"eventAction": 7}]))
    assert (found.registered, list(found.notes)) == (registered, [note])


def test_what_is_withheld_is_said() -> None:
    """RFC 9537: the server names it; six are enough."""
    rows = [{"name": {"description": f"Part {at}"}} for at in range(9)] + [{"name": "x"}, {}]
    assert read(registration(NAME, redacted=rows)).notes == ["withheld: Part 0, Part 1, Part 2, Part 3, Part 4, Part 5"]


def test_entities_end_somewhere() -> None:
    """A thousand of them, or one inside the other for ever, cost no more than two hundred."""
    nested = desk(email("deep@registrar.example"))
    for _ in range(50):
        nested = entity("other", "", inside=[nested])
    many = [desk(email(f"a{at}@registrar.example")) for at in range(1000)]
    assert read(registration(NAME, entities=[nested])).abuse == ()
    assert len(read(registration(NAME, entities=many)).abuse) == 20


LINKS = [
    ({"rel": "related", "type": "application/rdap+json", "href": f"https://r.example/domain/{NAME.upper()}"}, 1),
    ({"rel": "related", "href": f"https://r.example/domain/{NAME}"}, 1),
    ({"rel": "self", "href": f"https://r.example/domain/{NAME}"}, 0),
    ({"rel": "related", "type": "text/html", "href": f"https://r.example/domain/{NAME}"}, 0),
    ({"rel": "related", "href": "https://r.example/domain/other.test"}, 0),
    ({"rel": "related", "href": f"https://user@r.example/domain/{NAME}"}, 0),
    ({"rel": "related", "href": f"file:///etc/domain/{NAME}"}, 0),
    ({"rel": "related", "href": f"https:///domain/{NAME}"}, 0),
    ({"rel": "related", "href": f"https://[::1/domain/{NAME}"}, 0),
    ({"rel": "related", "href": f"https://r.example/a b/domain/{NAME}"}, 0),
    ({"rel": "related", "href": f"https://r.example/{'a' * 1000}/domain/{NAME}"}, 0),
    ({"rel": "related", "href": 7}, 0),
]


@pytest.mark.parametrize(("link", "kept"), LINKS, ids=range(len(LINKS)))
def test_a_link_leads_to_the_registrars_answer_or_nowhere(link: dict[str, Any], kept: int) -> None:
    """Only an address of RDAP about the same name is one that may be followed."""
    assert len(read(registration(NAME, links=[link])).elsewhere) == kept


# --- networks ---------------------------------------------------------------------------------------------------------

IP = ip_address("203.0.113.7")


def held(told: dict[str, Any], ip: str = "203.0.113.7") -> rdap_answer.NetworkHeld:
    """Read an answer about an address."""
    return rdap_answer.network(json.dumps(told).encode(), ip_address(ip), Junk.of("@ripe.net"))


def test_a_network_names_its_holder_and_its_desk() -> None:
    """The smallest network of the answer that holds the address, and whom to tell."""
    found = held(network("203.0.113.0", "203.0.113.255"))
    assert (found.network, found.name, found.country, found.holder) == (
        "203.0.113.0/24",
        "EXAMPLE-NET",
        "SE",
        "Example Hosting AB",
    )
    assert [(one.email, one.scope) for one in found.abuse] == [("abuse@hosting.example", "network")]


def test_of_two_desks_the_one_that_is_called_so_comes_first() -> None:
    """ARIN gives an organisation's general mailbox the same role as its abuse desk."""
    both = entity("abuse", "Org", email("contact@hosting.example"), inside=[desk(email("abuse@hosting.example"))])
    found = held(network("203.0.113.0", "203.0.113.255", entities=[both], country="S3"))
    assert [one.email for one in found.abuse] == ["abuse@hosting.example", "contact@hosting.example"]
    assert (found.country, found.holder) == ("", "")


RANGES = [
    ("203.0.113.0", "203.0.113.8", "203.0.113.0/29"),
    ("203.0.113.7", "203.0.113.7", "203.0.113.7/32"),
    ("198.51.100.0", "198.51.100.255", "other addresses"),
    ("203.0.113.9", "203.0.113.0", "which addresses"),
    ("2001:db8::", "203.0.113.0", "which addresses"),
    ("x", "203.0.113.0", "which addresses"),
]


@pytest.mark.parametrize(("first", "last", "network_or_why"), RANGES, ids=range(len(RANGES)))
def test_a_network_has_to_hold_the_address(first: str, last: str, network_or_why: str) -> None:
    """An answer about other addresses, or about none, is not believed."""
    if "/" in network_or_why:
        assert held(network(first, last)).network == network_or_why
    else:
        with pytest.raises(UnusableError, match=network_or_why):
            held(network(first, last))


def test_a_mailbox_of_a_registry_of_addresses_is_left_out() -> None:
    """RIPE acts on no network."""
    assert held(network("203.0.113.0", "203.0.113.255", entities=[desk(email("abuse@ripe.net"))])).abuse == ()
