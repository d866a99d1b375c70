"""The fields that templates are filled with."""

from collections.abc import Mapping

from scamhunt.takedown.roles import CARRIER, TRACEBACK

_DESK = "comes with the victims' desk"

MISSING: Mapping[str, str] = {
    "registrar": "the registrar of the name; RDAP shows it",
    "recipient": "the registrar's abuse address; RDAP shows it, add it with --to",
    "observed": "what was seen at the name, by whom and when; add it with --observed",
    "screenshot": "a screenshot that shows the address and the time",
    "reporter": "who reports; set SCAMHUNT_REPORTER_ORG and SCAMHUNT_REPORTER_EMAIL",
    "fresh": (
        "fresh evidence: a report that is at most 45 days old, with its date (seen_at); hand it in with scamhunt feeds "
        "import"
    ),
    "holder": "the holder of the number's block; the tables that say it: scamhunt refdata list",
    "not_ours": "the brand's word that the number is not its own; the pack lists no official numbers, add them there",
    "script": "what people are told, in two lines; you write it when the report goes to approval",
    "called_number": f"the number that was called; it is never kept here, it {_DESK}, sealed and with consent",
    "call_time": f"when the call began: date, time and time zone; {_DESK}",
    "duration": f"how long the call lasted; {_DESK}",
    "called_carrier": f"the carrier of the called number; {_DESK}",
    "recording": f"a recording or voicemail, and the consent to it; {_DESK}",
    "campaign": "a label of the campaign that the call belongs to; comes with campaigns",
}
"""The fields that a template may need, each with what is missing and how to get it."""

ABOUT_NUMBERS: Mapping[str, Mapping[str, str]] = {
    CARRIER: {
        "recipient": "the carrier's abuse address; comes with recipients, or add it with --to",
        "observed": "where people were shown the number, who saw it, and when with time zone; add it with --observed",
        "screenshot": "a screenshot that shows the number, where it stands, and the time; comes with evidence",
    },
    TRACEBACK: {
        "recipient": "who traces: your own carrier or an industry group; comes with recipients, or add it with --to",
        "observed": "what was said in the call, with nothing about the person called; add it with --observed",
        "screenshot": "a picture of the display; comes with evidence",
    },
}
"""The same where a report on a number lacks something else, by kind of report."""

ABOUT_SENDERS: Mapping[str, str] = {
    "observed": "what text came from the number, and when with time zone; add it with --observed",
    "script": "what the text said, in two lines; you write it when the report goes to approval",
    "screenshot": "a screenshot that shows the text, its sender, and the time; comes with evidence",
}
"""The same of a number that sent text messages."""

LISTS = frozenset({"official", "official_numbers", "reasons"})
"""The fields that hold a list."""

FIELDS = (
    frozenset(MISSING)
    | LISTS
    | {
        "age",
        "authority",
        "authority_ref",
        "brand",
        "confirmed",
        "displayed",
        "feeds",
        "first_seen",
        "holder_is",
        "last_seen",
        "number_type",
        "role",
        "role_text",
        "target",
        "voices",
        "written",
    }
)
"""Every name that a body or a subject may use."""

IN_HOUSE = "in-house"
AGENT = "agent"
THIRD_PARTY = "third party"
"""What the field `authority` holds."""
