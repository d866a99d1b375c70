"""The fields that templates are filled with."""

from collections.abc import Mapping

MISSING: Mapping[str, str] = {
    "registrar": "the registrar of the name; RDAP shows it",
    "recipient": "the registrar's abuse address; RDAP shows it, add it with --to",
    "observed": "what was seen at the name, by whom and when; add it with --observed",
    "screenshot": "a screenshot that shows the address and the time",
    "reporter": "who reports; set SCAMHUNT_REPORTER_ORG and SCAMHUNT_REPORTER_EMAIL",
}
"""The fields that a template may need, each with what is missing and how to get it."""

LISTS = frozenset({"official", "reasons"})
"""The fields that hold a list."""

FIELDS = (
    frozenset(MISSING)
    | LISTS
    | {
        "authority",
        "authority_ref",
        "brand",
        "confirmed",
        "feeds",
        "first_seen",
        "last_seen",
        "target",
        "written",
    }
)
"""Every name that a body or a subject may use."""

IN_HOUSE = "in-house"
AGENT = "agent"
THIRD_PARTY = "third party"
"""What the field `authority` holds."""
