"""What programs get: STIX 2.1 and MISP, as their own libraries read them."""

import json
import re
from dataclasses import replace

import pytest
import stix2
from pymisp import MISPEvent

from scamhunt.referral import example, misp, stix
from scamhunt.referral.dossier import Dossier
from tests.referral.hostile_dossier import hostile

DOSSIERS = {"example": example.dossier, "hostile": hostile}
both = pytest.mark.parametrize("made", DOSSIERS.values(), ids=DOSSIERS.keys())


@both
def test_the_library_of_stix_takes_the_bundle(made: object) -> None:
    """Every object is valid; phone numbers alone are of a kind that our own extension defines."""
    dossier = made()  # type: ignore[operator]  # what makes a dossier
    body = stix.bundle(dossier)
    read = stix2.parse(body.decode(), allow_custom=True)
    assert read.id.startswith("bundle--")
    plain = [one for one in json.loads(body)["objects"] if one["type"] != "phone-number"]
    known = {one["id"] for one in json.loads(body)["objects"] if one["type"] == "phone-number"}
    for one in plain:
        refers = {value for value in one.values() if isinstance(value, str)} | set(one.get("object_refs", ()))
        if not refers & known:
            stix2.parse(json.dumps(one), allow_custom=False)


@both
def test_everything_in_a_bundle_is_marked_and_refers_to_what_is_there(made: object) -> None:
    """Each object bears TLP and PAP, and no reference leads out of the bundle."""
    objects = json.loads(stix.bundle(made()))["objects"]  # type: ignore[operator]  # what makes a dossier
    ids = {one["id"] for one in objects}
    assert len(ids) == len(objects)
    for one in objects:
        if one["type"] != "marking-definition":
            assert set(one["object_marking_refs"]) <= ids
            assert len(one["object_marking_refs"]) == 2
        for name in ("source_ref", "target_ref", "created_by_ref"):
            assert one.get(name, objects[0]["id"]) in ids
        assert set(one.get("object_refs", ())) <= ids


def test_a_bundle_has_every_case_and_no_person() -> None:
    """Each target is there with a pattern that finds it; victims are a group, and nobody of the team is named."""
    dossier = example.dossier()
    objects = json.loads(stix.bundle(dossier))["objects"]
    patterns = {one["pattern"] for one in objects if one["type"] == "indicator"}
    for case in dossier.cases:
        kind = "phone-number" if case.kind == "phone" else "domain-name"
        assert f"[{kind}:value = '{case.indicator}']" in patterns
    classes = {one["name"]: one["identity_class"] for one in objects if one["type"] == "identity"}
    assert set(classes.values()) == {"organization", "group"}
    assert "operator" not in json.dumps(objects)
    assert {one["type"] for one in objects} >= {"campaign", "infrastructure", "relationship", "report", "phone-number"}


def test_ids_follow_from_the_content() -> None:
    """The same packet has the same bytes; another one has other ids for its own, and the same for observables."""
    dossier = example.dossier()
    assert stix.bundle(dossier) == stix.bundle(dossier)
    other = json.loads(stix.bundle(replace(dossier, packet="p-000000000000")))["objects"]
    own = {one["id"] for one in json.loads(stix.bundle(dossier))["objects"]}
    shared = {one["id"].partition("--")[0] for one in other if one["id"] in own}
    assert shared == {"domain-name", "phone-number", "marking-definition", "extension-definition"}


@both
def test_the_library_of_misp_takes_the_event(made: object) -> None:
    """Each attribute is of a type and category that MISP knows, ours alone may see it, and the tags are there."""
    dossier: Dossier = made()  # type: ignore[operator]  # what makes a dossier
    event = MISPEvent()
    event.load(misp.event(dossier).decode(), validate=False)
    known = event.describe_types["category_type_mappings"]
    for one in event.attributes:
        assert one.type in known[one.category]
    assert int(event.distribution) == 0
    assert {one.name for one in event.tags} == {"tlp:amber+strict", "PAP:AMBER"}
    assert misp.event(dossier) == misp.event(dossier)


def test_only_confirmed_names_are_for_sensors() -> None:
    """A target is for detection; what it shares with others, a number or an address, is not."""
    attributes = json.loads(misp.event(example.dossier()))["Event"]["Attribute"]
    marked = {one["value"] for one in attributes if one["to_ids"]}
    assert marked == set(example.NAMES)
    assert all(re.fullmatch(r"[0-9a-f-]{36}", one["uuid"]) for one in attributes)
