"""What a report says of those that went out before: the ones that it follows, or the one that it is about. Pure."""

import re
from collections.abc import Mapping
from datetime import datetime

from scamhunt.takedown import private
from scamhunt.takedown.case import Case, Earlier
from scamhunt.takedown.contacts import in_words
from scamhunt.takedown.parties import is_address
from scamhunt.takedown.shown import LEFT_OUT, NAME_LIMIT, Shown, numbers_of, when
from scamhunt.takedown.words import header

MESSAGE_ID = re.compile(r"<[0-9a-f]{32}@(?:[a-z0-9-]{1,63}\.){1,20}[a-z0-9-]{1,63}>")
"""A Message-ID of ours, as `message.new_identity` makes it. It stands exactly, so that a desk can look for it."""
EARLIER_SHOWN = 10
_PROOF_LIMIT = 600
_SUBJECT_LIMIT = 200


def without_ids(text: str) -> str:
    """Return a text without our own Message-IDs, which look like somebody's mail address."""
    return MESSAGE_ID.sub(" ", text)


def earlier(case: Case, shown: Shown) -> tuple[str, ...]:
    """Return what was reported before, the oldest first: to whom, when, how we know that it was taken, what came of it.

    Of very many the newest stand there, and how many went before them.
    """
    kept = case.earlier[-EARLIER_SHOWN:]
    left = len(case.earlier) - len(kept)
    return (*([f"{left} more before these"] if left else []), *(_line(one, shown) for one in kept))


def _line(one: Earlier, shown: Shown) -> str:
    proof = _exactly(one.proof, shown)
    became = shown.seen(one.became) or "not known to us"
    whom = f"to {_whom(one.recipient, shown)} ({in_words(one.kind)}), sent {when(one.sent_at)}"
    return f"{whom}{f', {proof}' if proof else ''}; what became of it: {became}"


def _whom(recipient: str, shown: Shown) -> str:
    """Return a desk's name, or its mail address as it is: whoever reads it looks up whom we asked."""
    plain = is_address(recipient) and shown.case.indicator.lower() not in recipient.lower()
    return recipient if plain else shown.name(recipient)


def _exactly(text: str, shown: Shown) -> str:
    """Show words from outside, with our own Message-IDs in them as they are; what may be about a person is left out."""
    ids, told = MESSAGE_ID.findall(text), shown.words(text, _PROOF_LIMIT)
    for one in ids:
        told = told.replace(shown.words(one), one)
    if private.found([without_ids(told)], numbers=numbers_of(shown.case)):
        return ", ".join([*ids[:1], LEFT_OUT])
    return told


def about(fields: Mapping[str, str], shown: Shown) -> str:
    """Return which report of ours another one is about; empty while that is not said.

    It is known by `about` (its Message-ID), `about_subject` or `about_sent` (ISO 8601), and `about_ticket` goes with
    them. Without the time nobody knows whether the recipient got it, and the sentence says so.
    """
    name, subject = fields.get("about", "").strip(), fields.get("about_subject", "").strip()
    sent, ticket = _sent(fields.get("about_sent", "")), fields.get("about_ticket", "").strip()
    told = [
        f"'{shown.name(subject)}'" if subject else "",
        f"sent {sent}" if sent else "",
        f"Message-ID {name}" if MESSAGE_ID.fullmatch(name) else "",
    ]
    known = ", ".join(one for one in told if one)
    if not known:
        return ""
    known += f", your ticket {shown.seen(ticket, NAME_LIMIT)}" if ticket else ""
    return known if sent else f"you may have got our report, we do not know whether it reached you: {known}"


def _sent(text: str) -> str:
    try:
        return when(datetime.fromisoformat(text))
    except ValueError:
        return ""


def subject(fields: Mapping[str, str], shown: Shown, own: str) -> str:
    """Return the subject of a mail about another one: an answer to that one's where it is known, else `own`."""
    first = shown.words(fields.get("about_subject", ""), _SUBJECT_LIMIT).strip()
    return header(f"Re: {first.removeprefix('Re: ')}", _SUBJECT_LIMIT) if first else own
