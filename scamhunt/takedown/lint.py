"""What a report must never say or carry, whatever the template."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache

from scamhunt.errors import UserError
from scamhunt.model import Kind
from scamhunt.takedown import cuts, private
from scamhunt.takedown.draft import Case, Draft, authority
from scamhunt.takedown.fields import THIRD_PARTY
from scamhunt.takedown.grammar import parse_source, readings
from scamhunt.takedown.recipients import check_recipient
from scamhunt.takedown.roles import MAY, TRACEBACK
from scamhunt.takedown.template import Template
from scamhunt.takedown.words import clean, defang_name, fold_dots, is_hidden

_LINK = re.compile(
    r"\b(?!hxxps?:)(?:[a-z][a-z0-9+.-]{0,20}:/[/\\]|www\.\w|mailto:|(?:tel|callto|smsto|sms|facetime):(?=\+?\d))",
    re.IGNORECASE,
)
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
_PERSON = r"(?:subscriber|customer|account holder|end user)"
_IDENTITY = re.compile(
    rf"\byour {_PERSON}|\b{_PERSON}(?:'s|s')? (?:identity|names?|address|details|data|information|records)\b"
    rf"|\b(?:identity|names?|address|details|data|information) (?:of|on|about) (?:the |your |this |its )?{_PERSON}"
    rf"|\bwho (?:the |your |this |its )?{_PERSON} is\b|\bwho (?:owns|holds|has|uses|rents) (?:the|this|that) number\b",
    re.IGNORECASE,
)


# A name of a few words is a name, whatever the words are; a longer one, or one that speaks, is a sentence.
_NAME_WORDS = 5
_SPEAKS = re.compile(r"[.,]\s|[;:!?]|\b(?:you|we)\b", re.IGNORECASE)


def lint(draft: Draft, case: Case, template: Template) -> list[str]:
    """Return what is wrong with a draft of this template, one sentence each; an empty list when nothing is.

    Links, hidden characters and, about a number, personal data are looked for everywhere; deadlines and claims in our
    own words only, since a quotation (`> `) or a listed reason (`- `) may well repeat what the scammer says. The
    template's own words are read wherever they stand.
    """
    found = [*_header_faults(draft), *_live_links(draft, case), *_hidden(draft), *_claims(draft, case, template)]
    personal = personal_faults([draft.subject, draft.text, *(reason.text for reason in case.reasons)], draft, case)
    return list(dict.fromkeys([*found, *personal, *wording(template)]))


def personal_faults(texts: Iterable[str], draft: Draft, case: Case) -> list[str]:
    """Return what personal data texts for a draft on a number may hold, by kind; for a name an empty list."""
    if case.kind != Kind.PHONE:
        return []
    numbers, addresses = (case.indicator, *case.brand.phones), (draft.recipient, draft.sender)
    kinds = private.found(texts, numbers=numbers, addresses=addresses)
    return [f"{kind}: personal data has no place in a report; take it out" for kind in kinds]


def observed_faults(observed: str, draft: Draft, case: Case, kind: str) -> list[str]:
    """Return what an observation must not say in a report of this kind; all of it is read, however much is shown."""
    cut = cuts.in_observed(_plain(observed)) if kind == TRACEBACK else []
    return [*personal_faults([observed], draft, case), *_cut_off(cut)]


def wording(template: Template) -> list[str]:
    """Return what a template itself must not say, in whatever branch and on whatever line.

    Words of authority may stand where the brand gives it: in `{% if authority == "agent" %}` or `"in-house"`.
    """
    return list(_wording(template.name, template.kind, template.subject, template.body))


@lru_cache(64)
def _wording(name: str, kind: str, *sources: str) -> tuple[str, ...]:
    trees = [parse_source(name, source) for source in sources]
    # A field may be empty or hold a number, which makes `within {{ written }} hours` a deadline.
    ways = [(tree, value) for tree in trees for value in ("", "1")]
    every = {_plain(text) for tree, value in ways for text in readings(tree, value=value, granted=True)}
    ungranted = {_plain(text) for tree, value in ways for text in readings(tree, value=value, granted=False)}
    return (*_pressure(every), *_claimed_authority(ungranted), *_overreach(every, kind))


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
    both = _folded(f"{draft.subject}\n{draft.text}")
    faults = [f"a link that can be opened: '{clean(link, 60)}'; defang it" for link in _found(_LINK, [both])]
    # A name without a dot has nothing to defang.
    name = re.compile(rf"(?<![\w-]){re.escape(_folded(case.indicator))}(?![\w-])", re.IGNORECASE)
    if "." in _folded(case.indicator) and name.search(both):
        faults.append(f"the suspected name is not defanged; write {clean(defang_name(case.indicator), 300)}")
    return faults


def _hidden(draft: Draft) -> list[str]:
    found = sorted(
        {f"U+{ord(character):04X}" for character in draft.text if character != "\n" and is_hidden(character)}
    )
    return [f"the text has hidden characters: {', '.join(found)}; take them out"] if found else []


def _claims(draft: Draft, case: Case, template: Template) -> list[str]:
    own = _own_words(draft, case)
    third_party = authority(case.brand) == THIRD_PARTY
    authorities = _claimed_authority([own]) if third_party else []
    return [*_pressure([own]), *authorities, *_overreach([own], template.kind)]


def _pressure(texts: Iterable[str]) -> list[str]:
    texts = list(texts)
    deadlines = [f"a deadline that we cannot set: '{words}'; leave it out" for words in _found(_DEADLINES, texts)]
    claims = [f"a legal claim: '{words}'; say what was seen and what we ask" for words in _found(_CLAIMS, texts)]
    return deadlines + claims


def _claimed_authority(texts: Iterable[str]) -> list[str]:
    found = _found(_AUTHORITY, texts)
    return [f"an authority that the brand pack does not give: '{words}'; write as a third party" for words in found]


def _overreach(texts: Iterable[str], kind: str) -> list[str]:
    """Return what no report on a number asks for: who somebody is, and, where only a display showed it, to cut it."""
    texts = list(texts)
    asked = _found(_IDENTITY, texts) if kind in MAY else []
    cut = cuts.in_ours(texts) if kind == TRACEBACK else []
    return [*(f"a question who somebody is: '{words}'; that is not ours to ask" for words in asked), *_cut_off(cut)]


def _cut_off(found: Iterable[str]) -> Iterator[str]:
    for words in found:
        yield f"a request to cut a number that only a display showed: '{clean(words, 60)}'; ask for a trace"


def _own_words(draft: Draft, case: Case) -> str:
    """Return subject and text without quotations, listed values, the name and the brand.

    A brand's name that reads as a sentence is looked at as well.
    """
    kept: list[str] = []
    listed = False
    for line in draft.text.splitlines():
        listed = line.lstrip().startswith(("> ", "- ")) or (listed and line.startswith(" "))
        kept += [] if listed else [line]
    own = _plain(" ".join([draft.subject, *kept]))
    brand = _plain(clean(case.brand.name, 500))
    for outside in (_plain(defang_name(clean(case.indicator, 500))), brand):
        own = re.sub(rf"(?<!\w){re.escape(outside)}(?!\w)", " ", own) if outside else own
    sentence = len(brand.split()) > _NAME_WORDS or _SPEAKS.search(brand)
    return _plain(f"{own} | {brand}" if sentence else own)


def _folded(text: str) -> str:
    """Return the text as it is read: wide and styled letters as plain ones, every dot as a dot."""
    return fold_dots(unicodedata.normalize("NFKC", text))


def _plain(text: str) -> str:
    return " ".join(_folded(text).split())


def _found(pattern: re.Pattern[str], texts: Iterable[str]) -> list[str]:
    return sorted({match.group() for text in texts for match in pattern.finditer(text)})
