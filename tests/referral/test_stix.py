"""The bundle of a packet: what the library of STIX says of it, and what it may claim."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import stix2
from hypothesis import given, settings
from hypothesis import strategies as st

from scamhunt.referral import example, markings, observables, stix
from scamhunt.referral.dossier import Dossier, Marking
from tests.referral.every_kind_dossier import UNTOLD, VALUES, every_kind
from tests.referral.hostile_dossier import hostile

Thing = dict[str, Any]
PUBLISHER = "identity--b3bca3c2-1f3d-4b54-b44f-dac42c3a8f01"
each = pytest.mark.parametrize("made", [example.dossier, every_kind, hostile], ids=["example", "every kind", "hostile"])


def objects(dossier: Dossier) -> list[Thing]:
    """Return the objects of a packet's bundle."""
    told: list[Thing] = json.loads(stix.bundle(dossier))["objects"]
    return told


def of(kind: str, dossier: Dossier) -> list[Thing]:
    """Return the objects of one type."""
    return [one for one in objects(dossier) if one["type"] == kind]


def refers(one: Thing) -> set[str]:
    """Return all ids of other objects that stand in an object."""
    values = [value for name, value in one.items() if name.endswith("_ref")]
    return {*values, *(each for name, value in one.items() if name.endswith("_refs") for each in value)}


# --- as the library has it --------------------------------------------------------------------------------------------


@each
def test_the_library_takes_the_bundle(made: Callable[[], Dossier]) -> None:
    """Whatever has nothing to do with phone numbers is plain STIX; these are of a kind that the bundle defines."""
    body = stix.bundle(made())
    assert len(stix2.parse(body.decode(), allow_custom=True).objects) == len(objects(made()))
    for one in objects(made()):
        if one["type"] != "phone-number" and not any(ref.startswith("phone-number--") for ref in refers(one)):
            stix2.parse(one, allow_custom=False)


@each
def test_nothing_refers_to_what_is_not_there(made: Callable[[], Dossier]) -> None:
    """Each id stands once and leads somewhere; whoever published the extensions has published no object of itself."""
    told = objects(made())
    ids = [one["id"] for one in told]
    assert len(set(ids)) == len(ids)
    assert set().union(*map(refers, told)) - set(ids) == {PUBLISHER}
    extensions = {name for one in told for name in one.get("extensions", ())}
    assert extensions <= set(ids)


@each
def test_everything_is_marked(made: Callable[[], Dossier]) -> None:
    """Each object bears TLP and PAP of the packet; this program's definitions are for anybody, others' are not ours."""
    dossier = made()
    for one in objects(dossier):
        public = one["id"] in {observables.PHONE, observables.PROGRAM}
        wanted = markings.references(markings.PUBLIC if public else dossier.marking)
        if one["type"] == "marking-definition" or one.get("created_by_ref") == PUBLISHER:
            wanted = []
        assert one.get("object_marking_refs", []) == wanted


@pytest.mark.parametrize(
    ("kind", "type_"),
    [
        ("domain", "domain-name"),
        ("url", "url"),
        ("email", "email-addr"),
        ("address", "ipv6-addr"),
        ("network", "ipv4-addr"),
        ("certificate", "x509-certificate"),
        ("tracker", "user-account"),
        ("chat", "user-account"),
        ("wallet", "user-account"),
    ],
)
def test_an_observable_has_the_id_that_everybody_gives_it(kind: str, type_: str) -> None:
    """Two who saw the same thing tell of one object: the library makes the same id from the value."""
    made = observables.observable(kind, VALUES[kind])
    assert made is not None
    assert made["type"] == type_
    assert stix2.parse({name: value for name, value in made.items() if name != "id"}).id == made["id"]


def test_marks_are_those_that_were_published() -> None:
    """Id, day and level of each mark are the publisher's; a mark with another day would be somebody else's."""
    days = {}
    for tlp, pap in (("CLEAR", "CLEAR"), ("GREEN", "GREEN"), ("AMBER+STRICT", "AMBER"), ("RED", "RED")):
        made = markings.definitions(Marking(tlp, pap))
        marks = {one["id"]: one for one in made}
        for number in markings.references(Marking(tlp, pap)):
            days[marks[number]["name"]] = (number.rpartition("--")[2][:8], marks[number]["created"][:10])
    assert days == {
        "TLP:CLEAR": ("94868c89", "2022-10-01"),
        "TLP:GREEN": ("bab4a63c", "2022-10-01"),
        "TLP:AMBER+STRICT": ("939a9414", "2022-10-01"),
        "TLP:RED": ("e828b379", "2022-10-01"),
        "PAP:CLEAR": ("ad15a0cd", "2022-10-01"),
        "PAP:GREEN": ("c43594d1", "2022-10-09"),
        "PAP:AMBER": ("60f8932b", "2022-10-02"),
        "PAP:RED": ("740d36e5", "2022-10-06"),
    }


# --- the same input, the same bytes -----------------------------------------------------------------------------------


def test_ids_follow_from_the_content() -> None:
    """Another packet has other ids for what it says, the same for what was seen and for definitions."""
    dossier = example.dossier()
    assert stix.bundle(dossier) == stix.bundle(dossier)
    assert stix.bundle(dossier).endswith(b"}\n")
    own = {one["id"]: one for one in objects(dossier)}
    same = [one for one in objects(replace(dossier, packet="p-000000000000")) if one["id"] in own]
    assert all(one == own[one["id"]] for one in same)
    kinds = {one["type"] for one in same if one["id"] != observables.PROGRAM}
    seen = {"domain-name", "url", "ipv4-addr", "phone-number", "user-account", "x509-certificate"}
    assert kinds == seen | {"marking-definition", "extension-definition"}


# --- what is told -----------------------------------------------------------------------------------------------------


def test_every_case_is_there_with_what_finds_it() -> None:
    """Each target has a pattern, and each campaign the cases that it uses."""
    dossier = example.dossier()
    patterns = {one["pattern"] for one in of("indicator", dossier)}
    for case in dossier.cases:
        kind = "phone-number" if case.kind == "phone" else "domain-name"
        assert f"[{kind}:value = '{case.indicator}']" in patterns
    (campaign,) = of("campaign", dossier)
    uses = {one["target_ref"] for one in of("relationship", dossier) if one["relationship_type"] == "uses"}
    assert campaign["name"] == "S-1 c-0123456789ab"
    assert uses == {one["id"] for one in of("infrastructure", dossier)}


def test_a_brand_is_a_target_and_never_a_suspect() -> None:
    """Campaigns target the brand, sites are alleged to pass for it; its own names are told, and are no indicator."""
    dossier = example.dossier()
    (brand,) = [one for one in of("identity", dossier) if one["name"] == "Amazon"]
    assert brand["description"] == "official: amazon.com"
    told = [one for one in of("relationship", dossier) if one["target_ref"] == brand["id"]]
    assert sorted(one["relationship_type"] for one in told) == ["related-to"] * 5 + ["targets"]
    assert not any("amazon.com" in one["pattern"] for one in of("indicator", dossier))


def test_links_between_cases_say_why() -> None:
    """What joins two cases stands between them, in the words of the packet."""
    dossier = example.dossier()
    names = {one["id"]: one["name"].partition(":")[0] for one in of("infrastructure", dossier)}
    told = {
        (names[one["source_ref"]], names[one["target_ref"]]): one["description"]
        for one in of("relationship", dossier)
        if one["target_ref"] in names and one["source_ref"] in names
    }
    assert told == {
        (f"case {link.one}", f"case {link.other}"): "; ".join(link.reasons) for link in dossier.subjects[0].links
    }


def test_a_place_is_no_part_of_what_lies_there() -> None:
    """Addresses, certificates and name servers may serve neighbours too: they are related, and no indicator."""
    dossier = every_kind()
    how = {}
    for one in of("relationship", dossier):
        if one.get("description", "").startswith("as "):
            how[one["description"].split()[1]] = one["relationship_type"]
    related = {kind for kind, type_ in how.items() if type_ == "related-to"}
    assert related == {"form", "nameserver", "address", "network", "certificate"}
    assert set(how) - related == {"number", "email", "chat", "tracker", "wallet", "domain", "url"}
    assert len(of("indicator", dossier)) == len(dossier.cases)


def test_a_number_that_was_only_shown_is_nobodys() -> None:
    """A forged number leads to a pattern, yet not to the claim that whoever holds it does harm."""
    dossier = example.dossier()
    cases = list(dossier.cases)
    assert cases[3].number is not None
    cases[3] = replace(cases[3], number=replace(cases[3].number, role="caller_id"))
    types = {one["name"]: one["indicator_types"] for one in of("indicator", replace(dossier, cases=cases))}
    assert types[cases[3].indicator] == ["unknown"]
    assert types[cases[4].indicator] == ["malicious-activity"]


def test_where_a_name_led_and_how_often_a_number_was_reported() -> None:
    """Names bear their addresses; a sighting bears the count of reports."""
    dossier = example.dossier()
    (address,) = of("ipv4-addr", dossier)
    assert [one["resolves_to_refs"] for one in of("domain-name", dossier)] == [[address["id"]]] * 3
    assert sorted(one["count"] for one in of("sighting", dossier) if "count" in one) == [4, 23]


def test_victims_are_a_group_and_nobody_is_named() -> None:
    """People are counted, never told; who took an exhibit and what was noted on it stays out."""
    body = stix.bundle(every_kind()).decode()
    assert UNTOLD not in body
    assert "operator" not in body
    (group,) = [one for one in of("identity", every_kind()) if one["identity_class"] == "group"]
    assert group["name"] == "victims, US-CA: fewer than 5 people"
    assert {one.get("identity_class") for one in of("identity", every_kind())} == {"organization", "group", "system"}


def test_what_is_left_out_is_said() -> None:
    """A note says what the packet withholds; a packet that withholds nothing has none."""
    (note,) = of("note", every_kind())
    assert note["content"] == "EX-0002, case 1: shows what a victim typed\n2 x NameFacts.title: may be a victim's"
    assert not of("note", example.dossier())


# --- values -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("read", "given", "wanted"),
    [
        (observables.host, "Bücher.example.", "xn--bcher-kva.example"),
        (observables.host, "https://evil.example/", ""),
        (observables.host, "a.example' OR 'x", ""),
        (observables.host, "\u202eelpmaxe.live", ""),
        (observables.url, "https://me:secret@evil.example:8443/a b'?card=1#x", "https://evil.example:8443/a%20b'"),
        (observables.url, "https://bücher.example", "https://xn--bcher-kva.example"),
        (observables.url, "http://[2001:db8::5]/x", "http://[2001:db8::5]/x"),
        (observables.url, "http://evil.example/\ud800", "http://evil.example/%3F"),
        (observables.url, "javascript:alert(1)", ""),
        (observables.url, "http://[::1", ""),
        (observables.url, "http://evil.example:99999/", ""),
        (observables.url, f"http://evil.example/{'a' * 100_000}", ""),
        (observables.mail, "Help@Bücher.example", "Help@xn--bcher-kva.example"),
        (observables.mail, "\u202ehelp@evil.example", ""),
        (observables.mail, "help@", ""),
        (observables.number, "+18005550142", "+18005550142"),
        (observables.number, "+1800555014\u0662", ""),
        (observables.number, "=1+1", ""),
        (observables.address, "192.0.2.1/24", ""),
        (observables.address, "fe80::1%eth0", ""),
        (observables.fingerprint, "AB" * 32, ""),
    ],
)
def test_values_are_sound_or_none(read: Callable[[str], str], given: str, wanted: str) -> None:
    """A value is written as programs want it, or it is none."""
    assert read(given) == wanted


@given(st.sampled_from([*VALUES, "unheard of"]), st.text(st.characters()))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_no_value_breaks_a_bundle(kind: str, value: str) -> None:
    """Whatever a page holds, it is an observable that the library takes, or none."""
    made = observables.observable(kind, value)
    if made is not None:
        json.dumps(made, ensure_ascii=False).encode()
        stix2.parse(made, allow_custom=made["type"] == "phone-number")


def test_a_quote_does_not_end_a_pattern() -> None:
    """A URL may hold a quote; the pattern that finds it is still one comparison."""
    case = replace(example.dossier().cases[0], kind="url", indicator="https://evil.example/it's")
    (sign,) = of("indicator", replace(example.dossier(), cases=[case]))
    assert sign["pattern"] == "[url:value = 'https://evil.example/it\\'s']"
    assert stix2.parse(sign).pattern == sign["pattern"]
