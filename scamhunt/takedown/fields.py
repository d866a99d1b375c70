"""The fields that templates are filled with."""

from collections.abc import Mapping

from scamhunt.takedown.roles import CARRIER, DO_NOT_ORIGINATE, RESPORG, TRACEBACK

MISSING: Mapping[str, str] = {
    "target": "the name or number that the report is about",
    "registrar": "the registrar of the name; RDAP shows it",
    "registered": "the day on which the name was registered; RDAP shows it: scamhunt investigate",
    "recipient": "the recipient's abuse address; recipients list --case ID has those known, or add it with --to",
    "observed": "what was seen at the name, by whom and when: scamhunt investigate, or add it with --observed",
    "screenshot": "a screenshot that shows the address and the time",
    "abuse_type": "an observation that is of this type of abuse",
    "claim_wording": "words that say what was observed, and nothing stronger",
    "about": "which report of ours this is about, and when it was sent",
    "earlier": (
        "what was reported before, to whom, when, and the proof of it; only what follows a report of ours has it: "
        "scamhunt reports due"
    ),
    "why": "why we take the report back; say it with --reason",
    "gone": "a look that saw that the content is gone: scamhunt investigate",
    "reporter": "who reports; set SCAMHUNT_REPORTER_ORG and SCAMHUNT_REPORTER_EMAIL",
    "fresh": (
        "fresh evidence: a report that is at most 45 days old, with its date (seen_at); hand it in with scamhunt feeds "
        "import"
    ),
    "holder": "the holder of the number's block; the tables that say it: scamhunt refdata list",
    "not_ours": "the brand's word that the number is not its own; the pack lists no official numbers, add them there",
    "script": "what people are told, in two lines; add it with --set script=",
    "shown_at": "when it was seen, with time zone; add it with --set shown_at='2026-11-20 14:05 America/New_York'",
    "called_number": (
        "the number that was called, a line of your own or a test line, never a victim's; add it with --set "
        "called_number= and --set consent="
    ),
    "consent": "whose line was called, and who agreed that it is named; add it with --set consent='own line: ...'",
    "call_time": (
        "when the call began: date, time and time zone; add it with --set call_time='2026-11-20 14:05 America/New_York'"
    ),
    "duration": "how long the call lasted; add it with --set duration=",
    "called_carrier": "the carrier of the called number; add it with --set called_carrier=",
    "recording": "recording, voicemail or none, and the consent to it; add it with --set recording=",
    "campaign": "a label of the campaign that the call belongs to; add it with --set campaign=",
    "resporg": "who is responsible for the number, by id or name; add it with --set resporg=",
    "resporg_source": "how you learnt who is responsible for the number; add it with --set resporg_source=",
    "resporg_date": "the day on which you learnt who is responsible; add it with --set resporg_date=2026-11-20",
    "inbound_only": (
        "the owner's word that the number never places calls; the brand's pack says it with inbound_only and authority"
    ),
    "subscription": "what proves that the brand holds the number; add it with --set subscription=",
    "served_by": "the carrier or RespOrg of the number; add it with --set served_by=",
}
"""The fields that a template may need, each with what is missing and how to get it."""

_SCREENSHOT = "a screenshot that shows the number, where it stands, and the time; comes with evidence"
_WHERE = "where people were shown the number, who saw it, and when with time zone; add it with --observed"

ABOUT_NUMBERS: Mapping[str, Mapping[str, str]] = {
    CARRIER: {
        "recipient": "the carrier's abuse address; scamhunt recipients list has those known, or add it with --to",
        "observed": _WHERE,
        "screenshot": _SCREENSHOT,
    },
    RESPORG: {
        "recipient": "the RespOrg's abuse address; scamhunt recipients list has those known, or add it with --to",
        "observed": _WHERE,
        "screenshot": _SCREENSHOT,
    },
    TRACEBACK: {
        "recipient": (
            "who traces: your own carrier or an industry group; scamhunt recipients list has those known, or add it "
            "with --to"
        ),
        "observed": "what was said in the call, with nothing about the person called; add it with --observed",
        "screenshot": "a picture of the display; comes with evidence",
    },
    DO_NOT_ORIGINATE: {
        "recipient": (
            "who keeps such a list: your own carrier or an industry group; scamhunt recipients list has those known, "
            "or add it with --to"
        ),
        "observed": "what was said in calls that showed the number; add it with --observed",
        "screenshot": "a picture of the display; comes with evidence",
    },
}
"""The same where a report on a number lacks something else, by kind of report."""

ABOUT_SENDERS: Mapping[str, str] = {
    "observed": "what text came from the number, and when with time zone; add it with --observed",
    "script": "what the text said, in two lines; add it with --set script=",
    "screenshot": "a screenshot that shows the text, its sender, and the time; comes with evidence",
}
"""The same of a number that sent text messages."""

NEVER_EMPTY = frozenset({"earlier", "proofs", "reasons", "related", "seen", "visits"})
"""The lists that have `NOTHING` in them where they have nothing."""
NOTHING = "\0"
"""Stands for what a list has not: `draft` takes its line out, and the heading above it. No outside word holds it."""

LISTS = NEVER_EMPTY | {"official", "official_numbers", "other_numbers", "signalling"}
"""The fields that hold a list."""

FIELDS = (
    frozenset(MISSING)
    | LISTS
    | {
        "age",
        "ask",
        "authority",
        "authority_ref",
        "brand",
        "confirmed",
        "displayed",
        "feeds",
        "first_seen",
        "holder_is",
        "kind",
        "last_seen",
        "note",
        "number_type",
        "observed_by",
        "policy",
        "role",
        "role_text",
        "standing",
        "dispute",
        "target",
        "vanity",
        "voices",
        "volume",
        "written",
        "yours",
    }
)
"""Every name that a body or a subject may use."""

IN_HOUSE = "in-house"
AGENT = "agent"
THIRD_PARTY = "third party"
"""What the field `authority` holds."""
