"""Traffic Light Protocol 2.0 and Permissible Actions Protocol as STIX 2.1 and MISP write them. Pure.

Ids, times and texts are those that OASIS publishes (cti-stix-common-objects: `tlp-2.0`, `pap-marking-definition-f8d`);
whoever else made a definition of the same id would say something different with it.
"""

from collections.abc import Mapping
from typing import Any

from scamhunt.errors import UserError, did_you_mean
from scamhunt.referral.dossier import Marking

_PUBLISHED = "https://github.com/oasis-open/cti-stix-common-objects/tree/master/extension-definition-specifications"
_PUBLISHER = "identity--b3bca3c2-1f3d-4b54-b44f-dac42c3a8f01"
"""Whoever published both extensions; their own object is not published with them."""
_TLP = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"
_PAP = "extension-definition--f8d78575-edfd-406e-8e84-6162a8450f5b"
_TLP_IDS: Mapping[str, tuple[str, str]] = {
    "CLEAR": ("94868c89-83c2-464b-929b-a1a8aa3c8487", "2022-10-01"),
    "GREEN": ("bab4a63c-aed9-4cf5-a766-dfca5abac2bb", "2022-10-01"),
    "AMBER": ("55d920b0-5e8b-4f79-9ee9-91f868d9b421", "2022-10-01"),
    "AMBER+STRICT": ("939a9414-2ddd-4d32-a0cd-375ea402b003", "2022-10-01"),
    "RED": ("e828b379-4e03-4974-9ac4-e53a884c97c1", "2022-10-01"),
}
"""Id and the day of its making."""
_PAP_IDS: Mapping[str, tuple[str, str]] = {
    "CLEAR": ("ad15a0cd-55b6-4588-a14c-a66105329b92", "2022-10-01"),
    "GREEN": ("c43594d1-4b11-4c59-93ab-1c9b14d53ce9", "2022-10-09"),
    "AMBER": ("60f8932b-e51e-4458-b265-a2e8be9a80ab", "2022-10-02"),
    "RED": ("740d36e5-7714-4c30-961a-3ae632ceee0e", "2022-10-06"),
}
TLP, PAP = tuple(_TLP_IDS), tuple(_PAP_IDS)
"""The names that there are."""
PUBLIC = Marking("CLEAR", "CLEAR")
"""Of what is the same in every packet and tells of no case."""


def marking(tlp: str, pap: str) -> Marking:
    """Return the marking of these names, in any case of letters. Raises `UserError` for another name."""
    for name, known, told in ((tlp, _TLP_IDS, "TLP"), (pap, _PAP_IDS, "PAP")):
        if name.strip().upper() not in known:
            raise UserError(f"{name[:20]!a} is no {told}{did_you_mean(name.upper(), known)}; one of {', '.join(known)}")
    return Marking(tlp.strip().upper(), pap.strip().upper())


def definitions(marking: Marking) -> list[dict[str, Any]]:
    """Return what a bundle needs to be marked so: the two extensions, then the marks of the packet and of `PUBLIC`."""
    made = [
        _extension(_TLP, "TLP 2.0", "This defines TLP 2.0 as a STIX extension", "2022-10-01", "tlp-2.0"),
        _extension(_PAP, "PAP", "This defines PAP as a STIX extension", "2022-11-28", "pap"),
    ]
    for one in dict.fromkeys((marking, PUBLIC)):
        made += [
            _definition(_TLP_IDS[one.tlp], f"TLP:{one.tlp}", _TLP, {"tlp_2_0": one.tlp.lower()}),
            _definition(_PAP_IDS[one.pap], f"PAP:{one.pap}", _PAP, {"pap": one.pap.lower()}),
        ]
    return list({one["id"]: one for one in made}.values())


def references(marking: Marking) -> list[str]:
    """Return the ids that each object of a bundle refers to."""
    return [f"marking-definition--{one}" for one, _ in (_TLP_IDS[marking.tlp], _PAP_IDS[marking.pap])]


def tags(marking: Marking) -> list[str]:
    """Return the same as tags of MISP's taxonomies."""
    return [f"tlp:{marking.tlp.lower()}", f"PAP:{marking.pap}"]


def _definition(published: tuple[str, str], name: str, extension: str, field: Mapping[str, str]) -> dict[str, Any]:
    number, day = published
    return {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": f"marking-definition--{number}",
        "created": f"{day}T00:00:00.000Z",
        "name": name,
        "extensions": {extension: {"extension_type": "property-extension", **field}},
    }


def _extension(number: str, name: str, description: str, day: str, folder: str) -> dict[str, Any]:
    return {
        "type": "extension-definition",
        "spec_version": "2.1",
        "id": number,
        "created": f"{day}T00:00:00.000Z",
        "modified": f"{day}T00:00:00.000Z",
        "created_by_ref": _PUBLISHER,
        "name": name,
        "description": description,
        "schema": f"{_PUBLISHED}/{folder}",
        "version": "1.0.0",
        "extension_types": ["property-extension"],
    }
