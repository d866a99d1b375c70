"""What the DNS says about a name's mail: whether it takes any, who may send in its name, what becomes of the rest.

Source: RFC 7505 (null MX), RFC 7208 (SPF), RFC 7489 and RFC 9989 (DMARC).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

POLICIES = ("none", "quarantine", "reject")
_NULL_MX = re.compile(r"\d+ \.").fullmatch
_SPF = re.compile(r"v=spf1(?: |$)", re.IGNORECASE).match
_ALL = re.compile(r"([-~?+]?)all", re.IGNORECASE).fullmatch
_REPORTS_TO = re.compile(r"\s*mailto:[^\s@]+@[^\s@]+", re.IGNORECASE).match


@dataclass(frozen=True, slots=True)
class MailPolicy:
    """The mail policy of a name."""

    null_mx: bool = False
    """It says that it takes no mail."""
    spf: str = ""
    """The SPF record; empty where there is none, or not exactly one."""
    spf_all: str = ""
    """What SPF says of every other sender: `-` refuse, `~` suspect, `?` nothing, `+` let pass; empty: nothing said."""
    dmarc: str = ""
    """The DMARC record; empty where there is none, or not exactly one."""
    dmarc_policy: str = ""
    """`none`, `quarantine`, `reject`; empty where no policy counts."""
    problems: tuple[str, ...] = ()
    """What is wrong with the records, in words; holds nothing from outside."""


def mail_policy(mx: Sequence[str], txt: Sequence[str], dmarc: Sequence[str]) -> MailPolicy:
    """Read the values of MX and TXT of a name, and of TXT at `_dmarc.` below it, as `Answer.values` gives them."""
    problems: list[str] = []
    null = [one for one in mx if _NULL_MX(one)]
    if null and len(mx) > 1:
        problems.append("a null MX beside other MX records (RFC 7505)")
    spf = _only([one for one in txt if _SPF(one)], "SPF", problems)
    record = _only([one for one in dmarc if _is_dmarc(one)], "DMARC", problems)
    return MailPolicy(
        null_mx=bool(null) and len(mx) == 1,
        spf=spf,
        spf_all=_others(spf),
        dmarc=record,
        dmarc_policy=_policy(record, problems),
        problems=tuple(problems),
    )


def _only(records: Sequence[str], what: str, problems: list[str]) -> str:
    """Return the record where there is exactly one: of several none counts (RFC 7208 4.5, RFC 7489 6.6.3)."""
    if len(records) > 1:
        problems.append(f"{len(records)} {what} records: none of them counts")
    return records[0] if len(records) == 1 else ""


def _others(spf: str) -> str:
    """Return the qualifier of the first `all`; what stands behind it is never reached (RFC 7208 5.1)."""
    found = next((match for term in spf.split(" ")[1:] if (match := _ALL(term))), None)
    return (found[1] or "+") if found else ""


def _is_dmarc(record: str) -> bool:
    return next(iter(_tags(record)), ("", "")) == ("v", "DMARC1")


def _tags(record: str) -> list[tuple[str, str]]:
    pairs = (part.partition("=") for part in record.split(";") if part.strip())
    return [(name.strip().lower(), value.strip()) for name, _, value in pairs]


def _policy(record: str, problems: list[str]) -> str:
    """Return the policy; without one that can be read it is `none` if reports are wanted, else there is no policy."""
    if not record:
        return ""
    tags = dict(reversed(_tags(record)))  # the first of several counts
    if tags.get("t", "").lower() == "y":
        problems.append("DMARC is being tried out (t=y)")
    said = tags.get("p", "").lower()
    if said in POLICIES:
        return said
    problems.append("DMARC without a policy that can be read")
    return "none" if _REPORTS_TO(tags.get("rua", "")) else ""
