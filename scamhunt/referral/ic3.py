"""The text that is pasted into the complaint form at ic3.gov, section by section: the form takes no files. Pure.

Plain ASCII. In what the form's fields take, names stand plainly, for those who search them; in what is told, suspected
names are broken by `[.]`.
"""

from collections.abc import Sequence

from scamhunt.model import Role
from scamhunt.referral.dossier import CaseFacts, Dossier
from scamhunt.referral.words import ascii_line, count, counted, official, stamp, utc, wrap
from scamhunt.takedown.words import defang

MOST, NARRATED = 100, 20
"""Values that a field lists; cases that the narrative tells of one by one."""
REASONS = 4
FORGED = "Telephone (shown as that of a caller, which is mostly forged: its holder may be innocent)"


def paste(dossier: Dossier) -> bytes:
    """Return the text."""
    sections = [
        _before(dossier),
        _section("1. WHO FILES (not a victim: a third party)", _filer(dossier)),
        _section("2. VICTIM (the business that is impersonated)", _victim(dossier)),
        _section("3. MONEY", _money(dossier)),
        _section("4. SUBJECT", _subject(dossier)),
        _section("5. WHAT HAPPENED (paste as it is)", _narrative(dossier)),
        _section(
            "6. E-MAIL HEADERS", ["none in this packet; [fill in: only from a mail that the business got itself]"]
        ),
        _section("7. OTHER", _other(dossier)),
        _section("8. AFTER FILING", _after()),
    ]
    return ("\n\n".join(map(wrap, sections)) + "\n").encode("ascii", "backslashreplace")


def _section(title: str, lines: Sequence[str]) -> str:
    return "\n".join([title, "", *lines])


def _before(dossier: Dossier) -> str:
    return "\n".join(
        [
            stamp(dossier),
            f"Text for the complaint form at ic3.gov, packet {dossier.packet} of {dossier.day}",
            "",
            "- A person types or pastes it, section by section, and answers for it. Nobody has filed it yet.",
            "- The form takes no files. Keep the originals, and this packet.",
            "- The form changes: where it asks for something else, follow the form.",
            (
                "- Never type a victim's name, address, account or number that you hold for somebody else: they file "
                "themselves."
            ),
            "- Leave out the line with the packet's id and marking on top.",
        ]
    )


def _filer(dossier: Dossier) -> list[str]:
    sender = dossier.sender
    return [
        f"Business: {_plain(sender.org)}",
        f"E-mail: {_plain(sender.email)}",
        f"Contact: {_plain(sender.contact)}",
        f"On whose behalf, and why: {_plain(sender.authority)}",
        "Telephone, address: [fill in]",
    ]


def _victim(dossier: Dossier) -> list[str]:
    return [
        f"Business: {', '.join(ascii_line(one.name) for one in dossier.brands) or '[fill in]'}",
        f"Its own sites: {', '.join(_listed([site for one in dossier.brands for site in one.domains]))}",
        "Address, telephone, e-mail of the business: [fill in]",
    ]


def _money(dossier: Dossier) -> list[str]:
    wallets = sorted({one.value for one in dossier.identifiers if one.kind == "wallet"})
    lines = [_counted(dossier, at) for at in range(min(len(dossier.counts), MOST))]
    return [
        *(lines or ["No count of losses is in this packet."]),
        *(f"Address that takes money: {one}" for one in _listed(wallets) if wallets),
        "Own transactions of the business (account, date, amount, recipient): [fill in: only its own, or none]",
    ]


def _counted(dossier: Dossier, at: int) -> str:
    one = dossier.counts[at]
    where = f" ({_told(dossier, one.where)})" if one.where else ""
    unit, method = _told(dossier, one.unit), _told(dossier, one.method)
    return f"- {_told(dossier, one.what)}{where}: {_told(dossier, counted(one))} {unit}. How counted: {method}."


def _subject(dossier: Dossier) -> list[str]:
    sites = [one.indicator for one in dossier.cases if one.number is None]
    found: dict[str, set[str]] = {}
    for one in dossier.identifiers:
        found.setdefault(one.kind, set()).add(one.value)
    numbers = found.get("number", set()) | {one.indicator for one in dossier.cases if one.number is not None}
    texts = {one.indicator for one in dossier.cases if one.number and one.number.role == Role.SMS_SENDER}
    known = {Role.CALLBACK, Role.SMS_SENDER}
    shown = {one.indicator for one in dossier.cases if one.number and one.number.role not in known}
    addresses = found.get("address", set()) | {
        address for one in dossier.cases if one.name for address in one.name.addresses
    }
    return [
        "Name, address: not known",
        _field("Telephone (victims are told to call it)", sorted(numbers - texts - shown)),
        *([_field("Telephone (text messages came from it)", sorted(texts))] if texts else []),
        *([_field(FORGED, sorted(shown))] if shown else []),
        _field("E-mail", sorted(found.get("email", set()))),
        _field("Website", sites),
        _field("IP address", sorted(addresses)),
    ]


def _field(name: str, values: Sequence[str]) -> str:
    return "\n".join([f"{name}:", *(f"  {one}" for one in _listed(values))])


def _listed(values: Sequence[str]) -> list[str]:
    left = len(values) - MOST
    told = [ascii_line(one, 300) for one in values[:MOST]]
    return [*told, *([f"and {left:,} more: ask us for the list"] if left > 0 else [])] or ["none known"]


def _narrative(dossier: Dossier) -> list[str]:
    brands = ", ".join(ascii_line(one.name) for one in dossier.brands)
    size = len(dossier.cases)
    reasons = list(dict.fromkeys(why for one in dossier.subjects for link in one.links for why in link.reasons))
    joined = "; ".join(_told(dossier, one) for one in reasons[:10])
    left = size - NARRATED
    return [
        "(Suspected names are written with [.] for each dot.)",
        _told(dossier, dossier.offences) or "[fill in: in plain words, what is alleged]",
        (
            f"Sites and phone numbers that claim to be {brands or 'a business'}, or to act for it: {size:,}. "
            "A person of ours looked at each, and confirmed that."
        ),
        *(_case(dossier, one) for one in dossier.cases[:NARRATED]),
        *([f"And {left:,} more."] if left > 0 else []),
        *([f"Why we think that they belong together: {joined}."] if joined else []),
        "Who is behind it is not known to us.",
    ]


def _case(dossier: Dossier, one: CaseFacts) -> str:
    kind = "Number" if one.number is not None else "Site"
    page = one.name
    asks = f" The page asks for: {_told(dossier, ', '.join(page.asks))}." if page and page.asks else ""
    registrar = f" Registrar: {_told(dossier, page.registrar)}." if page and page.registrar else ""
    why = "; ".join(_told(dossier, each) for each in one.reasons[:REASONS])
    told = f" What speaks for it: {why}." if why else ""
    seen = f"seen from {utc(one.first_seen)} to {utc(one.last_seen)}."
    return f"- {kind} {_told(dossier, one.indicator)}, {seen}{told}{asks}{registrar}"


def _other(dossier: Dossier) -> list[str]:
    down = len({one.case for one in dossier.reports if one.down_at})
    return [
        (
            f"Reported before to registrars, hosts and others: {count(len(dossier.reports), 'report')}; seen down "
            f"afterwards: {count(down, 'case')}. On hold: {count(len(dossier.holds), 'case')}."
        ),
        (
            f"Evidence: {count(len(dossier.exhibits), 'file')} with SHA-256 hashes, and a log of who handled them, are "
            f"kept and can be had from us: packet {dossier.packet}."
        ),
        "Other agencies that have it: [fill in: or none]",
    ]


def _after() -> list[str]:
    return [
        "Number of the complaint: [fill in]",
        "Filed on, by: [fill in]",
        "Then record the number with the packet, so that later letters can name it.",
    ]


def _told(dossier: Dossier, text: str) -> str:
    return ascii_line(defang(text[:2_000], official(dossier)))


def _plain(text: str) -> str:
    return ascii_line(text) or "[fill in]"
