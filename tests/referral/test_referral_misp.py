"""The event of a packet: what MISP's own library and templates say of it, and what is for sensors."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pymisp
import pytest
from pymisp import MISPEvent, MISPObject

from scamhunt.referral import example, misp
from scamhunt.referral.dossier import Dossier
from tests.referral.every_kind_dossier import UNTOLD, VALUES, every_kind
from tests.referral.hostile_dossier import hostile

Thing = dict[str, Any]
DATA = Path(pymisp.__file__).parent / "data" / "misp-objects"
each = pytest.mark.parametrize("made", [example.dossier, every_kind, hostile], ids=["example", "every kind", "hostile"])


def told(dossier: Dossier) -> Thing:
    """Return the event of a packet."""
    event: Thing = json.loads(misp.event(dossier))["Event"]
    return event


def attributes(event: Thing) -> list[Thing]:
    """Return all attributes of an event, those of its objects too."""
    return [*event.get("Attribute", ()), *(one for each in event["Object"] for one in each["Attribute"])]


def references(event: Thing) -> list[Thing]:
    """Return all references of an event's objects."""
    return [one for each in event["Object"] for one in each["ObjectReference"]]


# --- as the library has it --------------------------------------------------------------------------------------------


@each
def test_the_library_takes_the_event(made: Callable[[], Dossier]) -> None:
    """Nothing is lost or changed on the way through MISP's own classes, and our organisation alone may see it."""
    event, body = MISPEvent(strict_validation=False), misp.event(made()).decode()
    event.load(body)
    again = json.loads(event.to_json())
    again = again.get("Event", again)
    assert int(event.distribution) == 0
    assert {one.name for one in event.tags} == {"tlp:amber+strict", "PAP:AMBER"}
    assert {(one["uuid"], one["type"], one["category"]) for one in attributes(again)} == {
        (one["uuid"], one["type"], one["category"]) for one in attributes(told(made()))
    }
    known = event.describe_types["category_type_mappings"]
    assert all(one["type"] in known[one["category"]] for one in attributes(told(made())))
    assert all(one["value"] for one in attributes(told(made())))


@each
def test_objects_keep_to_their_templates(made: Callable[[], Dossier]) -> None:
    """Each object has what its template asks for, in the types that it names, under its own id and version."""
    for one in told(made())["Object"]:
        template = json.loads((DATA / "objects" / one["name"] / "definition.json").read_text())
        assert (one["template_uuid"], int(one["template_version"])) == (template["uuid"], template["version"])
        assert (one["description"], one["meta-category"]) == (template["description"], template["meta-category"])
        for row in one["Attribute"]:
            assert row["type"] == template["attributes"][row["object_relation"]]["misp-attribute"]
        checked = MISPObject(one["name"], strict=True)
        checked.from_dict(**one)
        assert checked.to_dict(strict=True)["uuid"] == one["uuid"]


@each
def test_references_lead_to_what_is_there(made: Callable[[], Dossier]) -> None:
    """Ids stand once, references lead to objects or attributes of the event, by relations that MISP knows."""
    event = told(made())
    ids = [one["uuid"] for one in (*event["Object"], *attributes(event), *references(event))]
    assert len(set(ids)) == len(ids)
    relations = {one["name"] for one in json.loads((DATA / "relationships" / "definition.json").read_text())["values"]}
    for one in references(event):
        assert {one["object_uuid"], one["referenced_uuid"]} <= set(ids)
        assert one["relationship_type"] in relations


# --- the same input, the same bytes -----------------------------------------------------------------------------------


def test_ids_follow_from_the_content() -> None:
    """The same packet has the same bytes; another one shares no id with it but the organisation's."""
    dossier = example.dossier()
    assert misp.event(dossier) == misp.event(dossier)
    one, other = told(dossier), told(replace(dossier, packet="p-000000000000"))
    assert not {each["uuid"] for each in attributes(one)} & {each["uuid"] for each in attributes(other)}
    assert one["uuid"] != other["uuid"]
    assert one["Orgc"] == other["Orgc"]


# --- what is told -----------------------------------------------------------------------------------------------------


def test_every_case_is_an_object_and_links_say_why() -> None:
    """Each target stands in an object; what joins two cases is the comment between them."""
    dossier, event = example.dossier(), told(example.dossier())
    objects = {row["value"]: one for one in event["Object"] for row in one["Attribute"][:1]}
    cases = {case.id: objects[case.indicator]["uuid"] for case in dossier.cases}
    assert [objects[one.indicator]["name"] for one in dossier.cases] == ["domain-ip"] * 3 + ["phone-number"] * 2
    comments = {(one["object_uuid"], one["referenced_uuid"]): one["comment"] for one in references(event)}
    for link in dossier.subjects[0].links:
        assert "; ".join(link.reasons) in comments[cases[link.one], cases[link.other]]


def test_a_site_refers_to_its_page_its_certificate_and_its_brand() -> None:
    """What was found at a name is told once, each with how it belongs to the case."""
    dossier, event = example.dossier(), told(example.dossier())
    objects = {one["uuid"]: one for one in event["Object"]}
    home = next(one for one in event["Object"] if one["Attribute"][0]["value"] == example.NAMES[0])
    how = {objects[one["referenced_uuid"]]["name"]: one for one in home["ObjectReference"]}
    facts = dossier.cases[0].name
    assert facts is not None
    assert objects[how["url"]["referenced_uuid"]]["Attribute"][0]["value"] == facts.url
    assert objects[how["x509"]["referenced_uuid"]]["Attribute"][0]["value"] == facts.certificate
    assert objects[how["organization"]["referenced_uuid"]]["Attribute"][0]["value"] == "Amazon"
    assert how["organization"]["relationship_type"] == "impersonates"


def test_two_reasons_for_one_thing_are_one_reference() -> None:
    """A number that is shown and joins two cases is referred to once; a reason is not said twice."""
    dossier = example.dossier()
    twice = told(replace(dossier, identifiers=[*dossier.identifiers, *dossier.identifiers]))
    comments = [one["comment"] for one in references(twice)]
    assert f"callback (page, EX-0001); both show the number {example.NUMBER}" in comments
    assert comments == [one["comment"] for one in references(told(dossier))]


def test_everything_shown_is_there() -> None:
    """What a case shows stands in the event as MISP writes it, and the case refers to it; a query stays out."""
    event = told(every_kind())
    values = {one["value"]: one["uuid"] for one in attributes(event)}
    written = VALUES | {
        "domain": "xn--bcher-refund-dlb.example",
        "url": "https://prime-refund.example/pay",
        "tracker": "G-EXAMPLE02",
    }
    assert set(written.values()) <= set(values)
    homes = {row["uuid"]: one["uuid"] for one in event["Object"] for row in one["Attribute"]}
    referred = {one["referenced_uuid"] for one in references(event)}
    assert all(homes.get(values[one], values[one]) in referred for one in written.values())


@pytest.mark.parametrize(
    ("state", "decided", "for_sensors"),
    [("confirmed", True, True), ("closed", True, True), ("closed", False, False), ("dismissed", True, False)],
)
def test_only_confirmed_names_are_for_sensors(state: str, decided: bool, for_sensors: bool) -> None:  # a table
    """A target that a person confirmed is for detection; a number, an address or an account is not."""
    dossier = every_kind()
    cases = [replace(one, state=state, confirmed_at=one.confirmed_at if decided else None) for one in dossier.cases]
    marked = {one["value"] for one in attributes(told(replace(dossier, cases=cases))) if one["to_ids"]}
    assert marked == (set(example.NAMES) if for_sensors else set())


def test_nobody_is_named() -> None:
    """Who took an exhibit, who testifies and what was noted stays out, and so does every count of people."""
    body = misp.event(every_kind()).decode()
    assert UNTOLD not in body
    assert "operator" not in body
    assert "victims" not in body.lower().replace("called by victims", "")


def test_a_target_that_is_no_name_stays_a_text() -> None:
    """A value that MISP would refuse as a domain is told as what it is: a text, and not for sensors."""
    dossier = example.dossier()
    cases = [replace(dossier.cases[0], indicator="no name' \u202e at all"), *dossier.cases[1:]]
    (text,) = [one for one in told(replace(dossier, cases=cases))["Attribute"] if "no name" in one["value"]]
    assert (text["type"], text["value"], text["to_ids"]) == ("text", r"no name' \u{202e} at all", False)
