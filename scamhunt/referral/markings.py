"""Traffic Light Protocol 2.0 and Permissible Actions Protocol as STIX 2.1 and MISP write them. Pure.

Ids and extensions are those that OASIS publishes (cti-stix-common-objects, extension definitions `tlp-2.0` and `pap`).
"""

from collections.abc import Mapping
from typing import Any

from scamhunt.referral.dossier import Marking

_TLP = "60a3c5c5-0d10-413e-aab3-9e08dde9e88d"
_PAP = "f8d78575-edfd-406e-8e84-6162a8450f5b"
_TLP_IDS: Mapping[str, str] = {
    "CLEAR": "94868c89-83c2-464b-929b-a1a8aa3c8487",
    "GREEN": "bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
    "AMBER": "55d920b0-5e8b-4f79-9ee9-91f868d9b421",
    "AMBER+STRICT": "939a9414-2ddd-4d32-a0cd-375ea402b003",
    "RED": "e828b379-4e03-4974-9ac4-e53a884c97c1",
}
_PAP_IDS: Mapping[str, str] = {
    "CLEAR": "ad15a0cd-55b6-4588-a14c-a66105329b92",
    "GREEN": "c43594d1-4b11-4c59-93ab-1c9b14d53ce9",
    "AMBER": "60f8932b-e51e-4458-b265-a2e8be9a80ab",
    "RED": "740d36e5-7714-4c30-961a-3ae632ceee0e",
}
_CREATED = "2022-10-01T00:00:00.000Z"


def definitions(marking: Marking) -> list[dict[str, Any]]:
    """Return the marking definitions of a packet."""
    return [
        _definition(_TLP_IDS[marking.tlp], f"TLP:{marking.tlp}", _TLP, "tlp_2_0", marking.tlp.lower()),
        _definition(_PAP_IDS[marking.pap], f"PAP:{marking.pap}", _PAP, "pap", marking.pap.lower()),
    ]


def references(marking: Marking) -> list[str]:
    """Return the ids that each object of a bundle refers to."""
    return [f"marking-definition--{one}" for one in (_TLP_IDS[marking.tlp], _PAP_IDS[marking.pap])]


def tags(marking: Marking) -> list[str]:
    """Return the same as tags of MISP's taxonomies."""
    return [f"tlp:{marking.tlp.lower()}", f"PAP:{marking.pap}"]


def _definition(number: str, name: str, extension: str, field: str, value: str) -> dict[str, Any]:
    return {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": f"marking-definition--{number}",
        "created": _CREATED,
        "name": name,
        "extensions": {f"extension-definition--{extension}": {"extension_type": "property-extension", field: value}},
    }
