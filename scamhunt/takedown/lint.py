"""What a report must never say or carry, whatever the template."""

import re

from scamhunt.errors import UserError
from scamhunt.takedown.draft import THIRD_PARTY, Case, Draft, authority
from scamhunt.takedown.recipients import check_recipient
from scamhunt.takedown.words import clean, defang_name, is_hidden

_LINK = re.compile(r"\b(?!hxxps?:)(?:[a-z][a-z0-9+.-]{0,20}:/[/\\]|www\.\w|mailto:)", re.IGNORECASE)
_AMOUNT = r"(?:\d+|one|two|three|five|seven|ten|twenty[- ]four|forty[- ]eight)"
_UNIT = r"(?:working |business |calendar )?(?:minute|hour|day|week)s?"
_DEADLINES = re.compile(
    rf"\b(?:with)?in (?:the next )?{_AMOUNT} {_UNIT}\b|\b{_AMOUNT}-{_UNIT}\b|\bno later than\b|\bdeadline\b"
    r"|\bat the latest\b|\bby (?:tomorrow|(?:mon|tues|wednes|thurs|fri|satur|sun)day)\b",
    re.IGNORECASE,
)
_CLAIMS = re.compile(
    r"\byou (?:must|shall|are (?:required|obliged|liable|legally))\b|\b(?:un|il)(?:lawful|legal)|\binfring|\bviolat"
    r"|\bliab(?:le|ility)\b|\blegal (?:action|steps|proceedings|duty)|\bcourts?\b|\blaw enforcement\b|\bprosecut"
    r"|\bcease and desist\b|\bwe demand\b|\bpenalt|\bICANN requires\b|\bRAA\b|\bbreach(?:es)? of\b|\bcrime|\bcriminal",
    re.IGNORECASE,
)
_AUTHORITY = re.compile(
    r"\bon behalf of\b|\bauthori[sz]ed\b|\bin-house\b|\bthe brand's own\b|\bwe (?:own|represent)\b", re.IGNORECASE
)


def lint(draft: Draft, case: Case) -> list[str]:
    """Return what is wrong with a draft, one sentence each; an empty list when nothing is.

    Links and hidden characters are looked for everywhere; deadlines and claims in our own words only, since a quotation
    (`> `) or a listed reason (`- `) may well repeat what the scammer says.
    """
    return [*_header_faults(draft), *_live_links(draft, case), *_hidden(draft), *_claims(draft, case)]


def _header_faults(draft: Draft) -> list[str]:
    faults = []
    if any(is_hidden(character) for character in draft.subject):
        faults.append("the subject has a line end or a hidden character; take it out")
    try:
        check_recipient(draft.recipient or "nobody@known.example")
    except UserError as error:
        faults.append(f"the recipient: {error}")
    return faults


def _live_links(draft: Draft, case: Case) -> list[str]:
    both = f"{draft.subject}\n{draft.text}"
    faults = [f"a link that can be opened: '{clean(link, 60)}'; defang it" for link in _found(_LINK, both)]
    # A name without a dot has nothing to defang.
    name = re.compile(rf"(?<![\w-]){re.escape(case.indicator)}(?![\w-])", re.IGNORECASE)
    if "." in case.indicator and name.search(both):
        faults.append(f"the suspected name is not defanged; write {clean(defang_name(case.indicator), 300)}")
    return faults


def _hidden(draft: Draft) -> list[str]:
    found = sorted(
        {f"U+{ord(character):04X}" for character in draft.text if character != "\n" and is_hidden(character)}
    )
    return [f"the text has hidden characters: {', '.join(found)}; take them out"] if found else []


def _claims(draft: Draft, case: Case) -> list[str]:
    own = _own_words(draft, case)
    faults = [f"a deadline that we cannot set: '{words}'; leave it out" for words in _found(_DEADLINES, own)]
    faults += [f"a legal claim: '{words}'; say what was seen and what we ask" for words in _found(_CLAIMS, own)]
    if authority(case.brand) == THIRD_PARTY:
        claimed = _found(_AUTHORITY, own)
        faults += [
            f"an authority that the brand pack does not give: '{words}'; write as a third party" for words in claimed
        ]
    return faults


def _own_words(draft: Draft, case: Case) -> str:
    """Return subject and text without quotations, listed values, the name and the brand."""
    kept: list[str] = []
    listed = False
    for line in draft.text.splitlines():
        listed = line.lstrip().startswith(("> ", "- ")) or (listed and line.startswith(" "))
        kept += [] if listed else [line]
    own = " ".join([draft.subject, *kept])
    for outside in (defang_name(case.indicator), case.brand.name):
        own = own.replace(clean(outside, 500), "")
    return " ".join(own.split())


def _found(pattern: re.Pattern[str], text: str) -> list[str]:
    return sorted({match.group() for match in pattern.finditer(text)})
