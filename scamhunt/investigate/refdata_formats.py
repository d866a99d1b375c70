"""The tables of numbering administrators and of the FCC: how each is known, and which columns are read. Pure.

A table is known by its header, never by the file's name. The headers are those that the publishers had when they were
last seen: of the US block file in 2020, of the US code file in 2026; that of the Canadian block file is known at second
hand.
"""

from collections.abc import Callable
from dataclasses import dataclass

from scamhunt.investigate.refdata_cells import (
    Block,
    Cells,
    Reading,
    area_code,
    british_block,
    canadian_block,
    canadian_code,
    filing,
    us_block,
    us_code,
)


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of table."""

    kind: str
    title: str
    address: str
    """Where the publisher has it."""
    columns: dict[str, tuple[str, ...]]
    """What is read, and under which headers it may stand, in lower case."""
    read: Callable[[Cells], Reading]
    """From the cells in the order of `columns` and then `optional`. Raises `ValueError`."""
    optional: dict[str, tuple[str, ...]]


def _columns(*names: str) -> dict[str, tuple[str, ...]]:
    """Return columns by name; further headers under which one may stand follow it after `|`."""
    return {first: (first, *more) for first, *more in (name.split("|") for name in names)}


_REPORTS = "https://reports.nanpa.com/public/"
_CNAC = "https://cnac.ca/data/"
_OFCOM = "https://www.ofcom.org.uk/phones-and-broadband/phone-numbers/numbering-data"
_NMS = "nms number block: number block|number block"
_SERIES = {1: "s1", 2: "s1", 3: "s3", 5: "s5", 7: "s7", 8: "s8", 9: "s9"}
_OFCOM_ABOUT = {
    "s1": "UK geographic numbers, 01 and 02",
    "s3": "UK-wide numbers, 03",
    "s5": "UK corporate and VoIP numbers, 05",
    "s7": "UK mobile, personal and pager numbers, 07",
    "s8": "UK freephone and special services, 08",
    "s9": "UK premium rate services, 09",
}

AREA_CODES = Format(
    "area_codes",
    "North American area codes (NANPA)",
    _REPORTS + "npa_report.csv",
    _columns("npa_id", "location", "country", "in_service"),
    area_code,
    _columns("in_svc_date"),
)
CO_CODES = Format(
    "co_codes",
    "US central office codes (NANPA)",
    _REPORTS + "CoCodeAssignment_Utilized_AllStates_Public.zip",
    _columns("state", "npa-nxx", "ocn", "company", "ratecenter|rate center", "use", "pooled code"),
    us_code,
    _columns("assigndate|assign date"),
)
BLOCKS = Format(
    "blocks",
    "US thousands blocks, augmented (NANPA)",
    _REPORTS + "ThousandsBlockAssignment_All_Augmented.zip",
    _columns(
        "state",
        "npa",
        "nxx",
        "x|block|thousands block",
        "status",
        "assigned to",
        "ocn",
        "contaminated (y/n)|contaminated",
        "rate center|ratecenter",
    ),
    us_block,
    _columns("date assigned"),
)
CNAC_CODES = Format(
    "cnac_codes",
    "Canadian central office codes (CNAC)",
    _CNAC + "COCodeStatus_ALL.zip",
    _columns("npa", "co code (nxx)", "status", "exchange area", "company", "ocn"),
    canadian_code,
    _columns("province", "pooled"),
)
CNAC_BLOCKS = Format(
    "cnac_blocks",
    "Canadian thousands blocks (CNAC)",
    _CNAC + "COBlockStatus_ALL.zip",
    _columns("npa", "nxx|co code (nxx)", "block|x|block id", "status|block status", "block holder", "block holder ocn"),
    canadian_block,
    _columns("contaminated|contaminated (y/n)", "exchange area|rate center", "province"),
)
OFCOM_GEOGRAPHIC = Format(
    "ofcom_s1",
    _OFCOM_ABOUT["s1"] + " (Ofcom)",
    _OFCOM,
    _columns(_NMS, "block status", "cp name", "geographic number length"),
    british_block,
    _columns("allocation date", "notes"),
)
OFCOM_OTHERS = Format(
    "ofcom",
    "UK numbers of one series (Ofcom)",
    _OFCOM,
    _columns(_NMS, "block status", "cp name", "non geo number length"),
    british_block,
    _columns("allocation date", "notes"),
)
RMD = Format(
    "rmd",
    "Robocall Mitigation Database (FCC)",
    "https://fccprod.servicenowservices.com/rmd?id=rmd_listings",
    _columns(
        "frn",
        "business_name",
        "other_dba_names",
        "previous_dba_names",
        "filing_url",
        "country",
        "implementation",
        "voice_service_provider_choice",
        "gateway_provider_choice",
        "intermediate_provider_choice",
        "last_recertified",
    ),
    filing,
    _columns("last_updated"),
)
FORMATS = (AREA_CODES, CO_CODES, BLOCKS, CNAC_CODES, CNAC_BLOCKS, OFCOM_GEOGRAPHIC, OFCOM_OTHERS, RMD)
PUBLISHED = {
    **{form.kind: (form.title, form.address) for form in FORMATS[:5]},
    **{f"ofcom_{series}": (f"{about} (Ofcom)", _OFCOM) for series, about in _OFCOM_ABOUT.items()},
    RMD.kind: (RMD.title, RMD.address),
}
"""What can be imported: title and the publisher's address by kind."""


def kind_of(form: Format, reading: Reading) -> str:
    """Return the kind of the file that a row belongs to: Ofcom's files look alike and differ by their first digit."""
    if not isinstance(reading, Block) or form.read is not british_block:
        return form.kind
    series = _SERIES.get(int(str(reading.prefix)[0]), "")
    known = bool(series) and (series == "s1") == (form is OFCOM_GEOGRAPHIC)
    return f"ofcom_{series}" if known else ""
