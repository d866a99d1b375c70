"""Answers of the DNS as findings: sentences for people, values for programs, the bytes that prove them."""

from collections.abc import Iterable, Sequence

import dns.version

from scamhunt import __version__
from scamhunt.investigate.dns_answer import Answer
from scamhunt.investigate.mail_policy import MailPolicy, mail_policy
from scamhunt.observed import KNOWN, Finding, Gained, Item, Outcome

MEDIA_TYPE = "application/dns-message"
TOOL = f"scamhunt {__version__} dnspython {dns.version.version}"
SHOWN = 2
"""Values that a sentence names."""
SHOWN_CHARACTERS = 120

_OTHERS = {
    "-": "SPF refuses all other senders",
    "~": "SPF calls other senders suspect",
    "?": "SPF says nothing of other senders",
    "+": "SPF lets everybody send",
    "": "SPF does not say what becomes of other senders",
}
_POLICY = {
    "reject": "DMARC refuses what fails",
    "quarantine": "DMARC sets aside what fails",
    "none": "DMARC only watches",
    "": "no DMARC policy",
}


def gained(answers: Iterable[Answer], wildcard: Answer, mail: tuple[Answer, Answer, Answer]) -> Gained:
    """Return the findings of all answers about a name: one each, the wildcard probe's, and one of its mail.

    `mail` are the answers for MX and TXT of the name and for TXT below `_dmarc.`.
    """
    answers = tuple(answers)
    findings = [*(finding(one) for one in answers), wildcard_finding(wildcard), mail_finding(*mail)]
    items = [item for one in (*answers, wildcard) if (item := item_of(one))]
    return Gained(tuple(findings), tuple(items))


def item_of(answer: Answer) -> Item | None:
    """Return the bytes of an answer; None where none came."""
    if not answer.wire:
        return None
    url = f"dns://{answer.server}/{answer.name}?type={answer.kind}"  # RFC 4501
    return Item(answer.wire, MEDIA_TYPE, url, answer.at, TOOL, note=answer.note)


def finding(answer: Answer) -> Finding:
    """Return what an answer says: `dns.a` and so on."""
    data: dict[str, object] = {
        "name": answer.name,
        "values": list(answer.values),
        "ttl": answer.ttl,
        "rcode": answer.rcode,
        "aliases": list(answer.aliases),
    }
    return _finding(f"dns.{answer.kind.lower()}", answer, answer.outcome, sentence(answer), data)


def sentence(answer: Answer) -> str:
    """Return in words what became of a question."""
    note = f" ({answer.note})" if answer.note else ""
    alias = answer.aliases[-1] if answer.aliases else ""
    match answer.outcome:
        case Outcome.FOUND:
            return f"{_some(answer.values)}{f', through the alias {alias}' if alias else ''}{note}"
        case Outcome.ABSENT:
            also = f"it is an alias of {alias}, and " if alias else ""
            return f"{also}the name server says there is no such name ({answer.note or answer.rcode})"
        case Outcome.EMPTY:
            also = f"it is an alias of {alias}, which" if alias else "the name is there and"
            return f"{also} has no {answer.kind} record"
        case Outcome.TIMEOUT:
            return f"{answer.note}: it says nothing"
        case Outcome.SKIPPED:
            return f"not asked: {answer.note}"
    return f"the name server could not say: {'; '.join(part for part in (answer.rcode, answer.note) if part)}"


def wildcard_finding(answer: Answer) -> Finding:
    """Return whether a name that nobody thought of has an address: then every name below has one."""
    known = answer.outcome in KNOWN
    wildcard = answer.outcome is Outcome.FOUND
    data: dict[str, object] = {
        "name": answer.name,
        "wildcard": wildcard if known else None,
        "values": list(answer.values),
        "rcode": answer.rcode,
    }
    if not known:
        return _finding("dns.wildcard", answer, answer.outcome, sentence(answer), data)
    text = f"every name below it has an address: {_some(answer.values)}" if wildcard else "no wildcard below it"
    return _finding("dns.wildcard", answer, Outcome.FOUND, text, data)


def mail_finding(mx: Answer, txt: Answer, dmarc: Answer) -> Finding:
    """Return what a name says of its mail, as far as it could be asked."""
    policy = mail_policy(mx.values, txt.values, dmarc.values)
    data: dict[str, object] = {
        "name": mx.name,
        "null_mx": policy.null_mx,
        "spf": policy.spf,
        "spf_all": policy.spf_all,
        "dmarc": policy.dmarc,
        "dmarc_policy": policy.dmarc_policy,
        "problems": list(policy.problems),
    }
    unknown = [one for one in (mx, txt, dmarc) if one.outcome not in KNOWN]
    data["unknown"] = [one.kind if one is not dmarc else "DMARC" for one in unknown]
    proof = txt if policy.spf else mx
    if mx.outcome is txt.outcome is Outcome.ABSENT:
        return _finding("dns.mail", proof, Outcome.ABSENT, sentence(mx), data)
    if len(unknown) == 3:  # noqa: PLR2004  # all of them
        return _finding("dns.mail", proof, mx.outcome, sentence(mx), data)
    return _finding("dns.mail", proof, Outcome.FOUND, "; ".join(_said_of_mail(mx, txt, dmarc, policy)), data)


def _said_of_mail(mx: Answer, txt: Answer, dmarc: Answer, policy: MailPolicy) -> Iterable[str]:
    if mx.outcome not in KNOWN:
        yield "whether it takes mail is not known"
    elif policy.null_mx:
        yield "takes no mail (null MX)"
    else:
        yield "takes mail" if mx.values else "no MX record"
    if txt.outcome not in KNOWN:
        yield "SPF is not known"
    else:
        yield _OTHERS[policy.spf_all] if policy.spf else "no SPF"
    yield _POLICY[policy.dmarc_policy] if dmarc.outcome in KNOWN else "DMARC is not known"
    yield from policy.problems


def _finding(kind: str, answer: Answer, outcome: Outcome, text: str, data: dict[str, object]) -> Finding:
    item = item_of(answer)
    source = f"dns {answer.server}" if answer.server else "dns"
    return Finding(kind, source, answer.at, outcome, text, data, item.sha256 if item else "")


def _some(values: Sequence[str]) -> str:
    """Return the first values, shortened, and how many more there are."""
    shown = [one if len(one) <= SHOWN_CHARACTERS else f"{one[:SHOWN_CHARACTERS]}…" for one in values]
    if len(shown) <= SHOWN:
        return " and ".join(shown)
    return f"{shown[0]} and {len(shown) - 1} more"
