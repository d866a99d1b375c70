"""What a report must never say or carry, whatever the template."""

import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import lru_cache

from scamhunt.errors import UserError
from scamhunt.model import Kind
from scamhunt.takedown import before, cuts, numbers, private, typed
from scamhunt.takedown.case import Case, Draft, Said
from scamhunt.takedown.claims import authority
from scamhunt.takedown.fields import THIRD_PARTY
from scamhunt.takedown.grammar import parse_source, readings
from scamhunt.takedown.own_words import folded, own_words, plain
from scamhunt.takedown.parties import host_of
from scamhunt.takedown.recipients import check_recipient
from scamhunt.takedown.roles import AFTERWARDS, MAY, TRACEBACK
from scamhunt.takedown.shown import numbers_of, without_target
from scamhunt.takedown.template import Cite, Template
from scamhunt.takedown.words import clean, defang_name, is_hidden

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


_NAME_LIMIT = 120


def lint(draft: Draft, case: Case, template: Template, *, standing: Iterable[str] = ()) -> list[str]:
    """Return what is wrong with a draft of this template, one sentence each; an empty list when nothing is.

    Links, hidden characters and personal data are looked for everywhere; deadlines and claims in our own words only,
    since a quotation (`> `) or a listed reason (`- `) may well repeat what the scammer says. The template's own words
    are read wherever they stand. `standing`: numbers that may stand there besides, see `may_stand`.
    """
    found = [
        *_header_faults(draft),
        *_own_mailbox(draft, case),
        *_live_links(draft, case),
        *_hidden(draft),
        *_claims(draft, case, template),
    ]
    texts = [draft.subject, draft.text, *(reason.text for reason in case.reasons)]
    personal = personal_faults(texts, draft, case, standing=standing)
    return list(dict.fromkeys([*found, *personal, *wording(template)]))


def personal_faults(texts: Iterable[str], draft: Draft, case: Case, *, standing: Iterable[str] = ()) -> list[str]:
    """Return what personal data texts for a draft may hold, by kind."""
    known = (*numbers_of(case), *standing)
    addresses = (draft.recipient, draft.sender, draft.dispute, *(one.recipient for one in case.earlier))
    told = (before.without_ids(without_target(text, case)) for text in texts)
    kinds = private.found(told, numbers=known, addresses=addresses)
    return [f"{kind}: personal data has no place in a report; take it out" for kind in kinds]


def observed_faults(observed: str, draft: Draft, case: Case, kind: str) -> list[str]:
    """Return what an observation must not say in a report of this kind; all of it is read, however much is shown."""
    cut = cuts.in_observed(plain(observed)) if kind == TRACEBACK else []
    return [*personal_faults([observed], draft, case), *_cut_off(cut)]


def said_faults(said: Said, draft: Draft, case: Case, kind: str) -> list[str]:
    """Return what people must not say for a report of this kind; all of it is read, however much is shown."""
    own = [plain(said.note), plain(said.fields.get("why", ""))]
    ours = _claimed_authority(own) if authority(case.brand) == THIRD_PARTY else []
    # The recipient's own ticket may look like anything.
    typed_in = typed.words({name: text for name, text in said.fields.items() if not name.startswith("about")})
    return [
        *observed_faults(said.observed, draft, case, kind),
        *personal_faults([*own, *typed_in], draft, case),
        *_pressure(own, ()),
        *ours,
        *_overreach(own, (kind,), draft.abuse_type),
    ]


def may_stand(case: Case, draft: Draft, kind: str, said: Said, now: datetime) -> tuple[str, ...]:
    """Return the numbers that may stand in a report on a number besides the reported and the official ones."""
    if case.kind != Kind.PHONE:
        return ()
    return numbers.may_stand(case, kind, draft.abuse_type, said.fields, now)


def wording(template: Template) -> list[str]:
    """Return what a template itself must not say, in whatever branch and on whatever line.

    Words of authority may stand where the brand gives it: in `{% if authority == "agent" %}` or `"in-house"`.
    """
    return list(
        _wording(template.name, template.kinds, template.purpose, template.cites, template.subject, template.body)
    )


@lru_cache(64)
def _wording(
    name: str, kinds: tuple[str, ...], purpose: str, cites: tuple[Cite, ...], *sources: str
) -> tuple[str, ...]:
    trees = [parse_source(name, source) for source in sources]
    # A field may be empty or hold a number, which makes `within {{ written }} hours` a deadline.
    ways = [(tree, value) for tree in trees for value in ("", "1")]
    every = {plain(text) for tree, value in ways for text in readings(tree, value=value, granted=True)}
    ungranted = {plain(text) for tree, value in ways for text in readings(tree, value=value, granted=False)}
    return (*_pressure(every, cites), *_claimed_authority(ungranted), *_overreach(every, kinds, purpose))


def _header_faults(draft: Draft) -> list[str]:
    faults = []
    if any(is_hidden(character) for character in draft.subject):
        faults.append("the subject has a line end or a hidden character; take it out")
    try:
        # A desk that takes no mail is named instead.
        named = "@" not in draft.recipient and draft.recipient == clean(draft.recipient, _NAME_LIMIT)
        check_recipient("nobody@known.example" if named else draft.recipient)
    except UserError as error:
        faults.append(f"the recipient: {error}")
    return faults


def _own_mailbox(draft: Draft, case: Case) -> list[str]:
    """Say that a report would go to whoever holds what it is about."""
    domain, host = draft.recipient.rpartition("@")[2].lower(), host_of(case.indicator).lower()
    if "@" not in draft.recipient or not host or not f".{domain}".endswith(f".{host}"):
        return []
    return ["the recipient's mailbox is at the reported name itself, so its holder would read this; name another one"]


def _live_links(draft: Draft, case: Case) -> list[str]:
    both = folded(f"{draft.subject}\n{draft.text}")
    if draft.dispute:
        both = both.replace(folded(draft.dispute), "")
    if _own_mailbox(draft, case):  # said there, and nothing to defang
        both = both.replace(draft.recipient, "")
    faults = [f"a link that can be opened: '{clean(link, 60)}'; defang it" for link in _found(_LINK, [both])]
    # A name without a dot has nothing to defang.
    name = re.compile(rf"(?<![\w-]){re.escape(folded(case.indicator))}(?![\w-])", re.IGNORECASE)
    if "." in folded(case.indicator) and name.search(both):
        faults.append(f"the suspected name is not defanged; write {clean(defang_name(case.indicator), 300)}")
    return faults


def _hidden(draft: Draft) -> list[str]:
    found = sorted(
        {f"U+{ord(character):04X}" for character in draft.text if character != "\n" and is_hidden(character)}
    )
    return [f"the text has hidden characters: {', '.join(found)}; take them out"] if found else []


def _claims(draft: Draft, case: Case, template: Template) -> list[str]:
    own = own_words(draft.subject, draft.text, case)
    third_party = authority(case.brand) == THIRD_PARTY
    authorities = _claimed_authority([own]) if third_party else []
    return [*_pressure([own], template.cites), *authorities, *_overreach([own], template.kinds, template.purpose)]


def _pressure(texts: Iterable[str], cites: Iterable[Cite]) -> list[str]:
    """Return deadlines, and legal claims without a source; what is cited may stand in exactly its words."""
    texts = list(texts)
    deadlines = [f"a deadline that we cannot set: '{words}'; leave it out" for words in _found(_DEADLINES, texts)]
    cited = [plain(cite.words) for cite in cites]
    uncited = [_without(text, cited) for text in texts]
    claims = [f"a legal claim: '{words}'; say what was seen and what we ask" for words in _found(_CLAIMS, uncited)]
    return deadlines + claims


def _without(text: str, cited: Iterable[str]) -> str:
    for words in cited:
        text = text.replace(words, " | ")
    return text


def _claimed_authority(texts: Iterable[str]) -> list[str]:
    found = _found(_AUTHORITY, texts)
    return [f"an authority that the brand pack does not give: '{words}'; write as a third party" for words in found]


def _overreach(texts: Iterable[str], kinds: Iterable[str], purpose: str) -> list[str]:
    """Return what no report on a number asks for: who somebody is, and, where only a display showed it, to cut it.

    What is taken back or closed may be about any number: it uses such words, but asks for nothing.
    """
    texts, kinds = list(texts), set(kinds)
    about_numbers = bool(kinds & MAY.keys())
    asked = _found(_IDENTITY, texts) if about_numbers else []
    cut = cuts.in_ours(texts) if TRACEBACK in kinds and purpose not in AFTERWARDS else []
    if about_numbers and purpose in AFTERWARDS:
        cut = [words for text in texts for words in cuts.in_observed(text)]
    return [*(f"a question who somebody is: '{words}'; that is not ours to ask" for words in asked), *_cut_off(cut)]


def _cut_off(found: Iterable[str]) -> Iterator[str]:
    for words in found:
        yield f"a request to cut a number that only a display showed: '{clean(words, 60)}'; ask for a trace"


def _found(pattern: re.Pattern[str], texts: Iterable[str]) -> list[str]:
    return sorted({match.group() for text in texts for match in pattern.finditer(text)})
