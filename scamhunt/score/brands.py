"""Brand packs: from TOML to `Brands`. All faults are named at once, with file, line and fix; no fault is passed over.

Pure: takes texts, not paths (`bundle.brand_packs` reads the files).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace

from scamhunt.errors import BadIndicator, BrandPackError, did_you_mean
from scamhunt.indicators import domain
from scamhunt.model import Brand
from scamhunt.score.packtext import Entry, Fault, entries, shown

ALIAS_LIMIT = 200
DOMAIN_LIMIT = 2_000
"""Aliases and domains of one brand."""
FAULTS_TOLD = 100
"""Faults in the domains of one brand that are told one by one."""
NAME_LIMIT = 100
"""Characters of a name, alias or word."""

_TEXTS = ("id", "name", "sector", "authority", "authority_ref")
_KEYS = tuple(each.name for each in fields(Brand))
_LISTS = tuple(key for key in _KEYS if key not in _TEXTS)
_LIMITS = {"aliases": ALIAS_LIMIT, "domains": DOMAIN_LIMIT}
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_PHONE = re.compile(r"\+[0-9 ()-]{7,20}")
_TYPES = {str: "a text", bool: "true or false", int: "a number", float: "a number", list: "a list", dict: "a table"}


@dataclass(frozen=True, slots=True)
class Brands:
    """The brands of all packs, ordered by id. Build it with `Brands.of`."""

    all: tuple[Brand, ...]
    by_id: Mapping[str, Brand]
    owners: Mapping[str, str]
    """Official registrable domain -> brand id: one look-up for a target that is parsed already."""

    @classmethod
    def of(cls, brands: Sequence[Brand]) -> "Brands":
        """Take brands that `check` has passed."""
        ordered = tuple(sorted(brands, key=lambda brand: brand.id))
        owners = {name: brand.id for brand in ordered for name in brand.domains}
        return cls(ordered, {brand.id: brand for brand in ordered}, owners)

    def __iter__(self) -> Iterator[Brand]:
        return iter(self.all)

    def __len__(self) -> int:
        return len(self.all)


Packs = Sequence[tuple[str, str | bytes]]
"""Brand packs as (file name, content)."""


def parse_packs(packs: Packs, instead: Packs = ()) -> Brands:
    """Read all packs together. Raises `BrandPackError` with every fault.

    `instead` are packs whose brands take the place of those of the same id.
    """
    brands, faults = check(packs, instead)
    if faults:
        raise BrandPackError([str(fault) for fault in faults])
    return Brands.of(brands)


def check(packs: Packs, instead: Packs = ()) -> tuple[list[Brand], list[Fault]]:
    """Return the brands that have no fault of their own, and every fault: by file as given, then by line."""
    faults: list[Fault] = []
    old, new = _read(packs, faults), _read(instead, faults)
    taken = {brand.id for _, brand, _ in new}
    every = [*(one for one in old if one[1].id not in taken), *new]
    read = _without_others([(entry, brand) for entry, brand, _ in every])
    faults += _ids_twice(read) + _domains_twice(read)
    good = [brand for (_, brand), (_, _, flawed) in zip(read, every, strict=True) if not flawed]
    order = {name: at for at, (name, _) in reversed(list(enumerate([*packs, *instead])))}
    return good, sorted(faults, key=lambda fault: (order[fault.file], fault.line, fault.problem))


def _read(packs: Packs, faults: list[Fault]) -> list[tuple[Entry, Brand, bool]]:
    """Return the brands of packs, and of each whether it has a fault of its own."""
    read = []
    for name, text in packs:
        for entry in entries(name, text, faults):
            before = len(faults)
            brand = _brand(entry, faults)
            read.append((entry, brand, len(faults) > before))
    return read


# --- from a table to a brand ------------------------------------------------------------------------------------------


def _brand(entry: Entry, faults: list[Fault]) -> Brand:
    """Return the brand of one table; where `faults` grew it must not be used."""
    for key in entry.table.keys() - set(_KEYS):
        known = did_you_mean(key, _KEYS)
        problem = f"unknown key {shown(key)} in {entry.label}{known}"
        faults.append(entry.fault(key, problem, "rename or remove it"))
    faults += [
        entry.fault("", f"{entry.label} has no {key!r}", f"add {key} = {'[...]' if key in _LISTS else '...'}")
        for key in ("id", "name", "domains")
        if key not in entry.table
    ]
    texts = {key: _text(entry, key, faults) for key in _TEXTS}
    lists = {key: _list(entry, key, faults) for key in _LISTS}
    faults += _id_faults(entry, texts["id"]) + _word_faults(entry, texts["name"], lists)
    faults += _phone_faults(entry, lists) + _authority_faults(entry, texts)
    domains = _domains(entry, lists["domains"], faults)
    ambiguous = lists["ambiguous"] if "ambiguous" in entry.table else None
    return Brand(**texts, **{**lists, "domains": domains, "ambiguous": ambiguous})  # type: ignore[arg-type]  # checked field by field


def _text(entry: Entry, key: str, faults: list[Fault]) -> str:
    value = entry.table.get(key, "")
    if isinstance(value, str):
        return value.strip()
    faults.append(entry.fault(key, f"{key!r} of {entry.label} is {_kind(value)}, not a text", f'write {key} = "..."'))
    return ""


def _list(entry: Entry, key: str, faults: list[Fault]) -> tuple[str, ...]:
    value = entry.table.get(key, [])
    if not isinstance(value, list):
        problem = f"{key!r} of {entry.label} is {_kind(value)}, not a list"
        faults.append(entry.fault(key, problem, f'write {key} = ["..."]'))
        return ()
    if len(value) > _LIMITS.get(key, DOMAIN_LIMIT):
        problem = f"{entry.label} has {len(value)} {key}, more than {_LIMITS.get(key, DOMAIN_LIMIT)}"
        faults.append(entry.fault(key, problem, "keep those that the public knows"))
        return ()
    wrong = next((item for item in value if not isinstance(item, str) or not item.strip()), None)
    if wrong is not None:
        what = "an empty text" if isinstance(wrong, str) else _kind(wrong)
        faults.append(
            entry.fault(key, f"{key!r} of {entry.label} holds {what}", "write texts only, none of them empty")
        )
        return ()
    return tuple(dict.fromkeys(item.strip() for item in value))


def _id_faults(entry: Entry, ident: str) -> list[Fault]:
    if "id" not in entry.table or not isinstance(entry.table["id"], str) or _SLUG.fullmatch(ident):
        return []
    slug = "-".join(re.findall("[a-z0-9]+", ident.lower())) or "my-brand"
    return [entry.fault("id", f"id {shown(ident)} is not a slug", f'write id = "{slug[:NAME_LIMIT]}"')]


def _word_faults(entry: Entry, name: str, lists: Mapping[str, tuple[str, ...]]) -> list[Fault]:
    words = [("name", name)] if isinstance(entry.table.get("name"), str) else []
    words += [(key, word) for key in ("aliases", "lures", "ambiguous") for word in lists[key]]
    faults = []
    for key, word in words:
        if not word:
            problem, fix = "is empty", "write the name that the public knows"
        elif not word.isprintable():
            problem, fix = "has a control or invisible character", "remove the character"
        elif len(word) > NAME_LIMIT:
            problem, fix = f"is longer than {NAME_LIMIT} characters", "shorten it"
        else:
            continue
        faults.append(entry.fault(key, f"{key!r} {shown(word)} of {entry.label} {problem}", fix, word))
    return faults


def _phone_faults(entry: Entry, lists: Mapping[str, tuple[str, ...]]) -> list[Fault]:
    known = {_digits(phone) for phone in lists["phones"]}
    faults = [
        entry.fault(key, f"{shown(phone)} of {entry.label} is no phone number", 'write "+1 888 280 4331"', phone)
        for key in ("phones", "inbound_only")
        for phone in lists[key]
        if not _PHONE.fullmatch(phone)
    ]
    return faults + [
        entry.fault("inbound_only", f"{shown(phone)} of {entry.label} is not among its 'phones'", "add it there", phone)
        for phone in lists["inbound_only"]
        if _PHONE.fullmatch(phone) and _digits(phone) not in known
    ]


def _authority_faults(entry: Entry, texts: Mapping[str, str]) -> list[Fault]:
    authority = texts["authority"]
    if authority == "agent" and not texts["authority_ref"]:
        problem = f"{entry.label} has authority 'agent' without 'authority_ref'"
        return [entry.fault("authority", problem, "add authority_ref: the letter that allows it")]
    if authority in {"", "in-house", "agent"}:
        return []
    problem = f"authority {shown(authority)} of {entry.label} is unknown"
    return [entry.fault("authority", problem, 'write "in-house" or "agent", or remove it')]


def _domains(entry: Entry, names: Sequence[str], faults: list[Fault]) -> tuple[str, ...]:
    """Return the registrable domains as A-labels, of a host the one that it lies under; anything else is a fault."""
    if entry.table.get("domains") == []:
        faults.append(entry.fault("domains", f"'domains' of {entry.label} is empty", "name an official domain"))
    good: list[str] = []
    before = len(faults)
    for name in names:
        if len(faults) - before >= FAULTS_TOLD:
            break  # each takes a look through the file for its line; a person mends the first ones anyway
        try:
            read = domain.parse(name)
        except BadIndicator as error:
            problem = f"domain {shown(name)} of {entry.label} cannot be used: {error}"
            faults.append(entry.fault("domains", problem, 'write a registrable domain such as "example.com"', name))
            continue
        if name.lower() not in {read.host, read.text}:
            problem = f"domain {shown(name)} of {entry.label} is more than a domain"
            faults.append(entry.fault("domains", problem, f'write "{read.target}"', name))
        good.append(read.target)
    return tuple(dict.fromkeys(good))


# --- between brands ---------------------------------------------------------------------------------------------------


def _ids_twice(read: Sequence[tuple[Entry, Brand]]) -> list[Fault]:
    first: dict[str, Entry] = {}
    faults = []
    for entry, brand in read:
        other = first.setdefault(brand.id, entry)
        if brand.id and other is not entry:
            problem = f"id {brand.id!r} is taken already at {other.file}:{other.line('id')}"
            faults.append(entry.fault("id", problem, "give one of them another id, or merge the two"))
    return faults


def _without_others(read: Sequence[tuple[Entry, Brand]]) -> list[tuple[Entry, Brand]]:
    """Leave a domain that a brand names only through a host (`pay.shop.example`) to the brand that names it itself."""
    owners: dict[str, str] = {}
    for own in (True, False):
        for entry, brand in read:
            for name in brand.domains:
                if entry.names(name) is own:
                    owners.setdefault(name, brand.id)
    return [
        (entry, replace(brand, domains=tuple(d for d in brand.domains if entry.names(d) or owners[d] == brand.id)))
        for entry, brand in read
    ]


def _domains_twice(read: Sequence[tuple[Entry, Brand]]) -> list[Fault]:
    first: dict[str, tuple[Entry, Brand]] = {}
    faults = []
    for entry, brand in read:
        for name in brand.domains:
            other, owner = first.setdefault(name, (entry, brand))
            if other is not entry:
                place = f"{other.file}:{other.line('domains', name)}"
                problem = f"domain {name!r} of {entry.label} is claimed by brand {owner.id!r} at {place} too"
                faults.append(entry.fault("domains", problem, "keep it with one of them", name))
    return faults


# --- words ------------------------------------------------------------------------------------------------------------


def _digits(phone: str) -> str:
    return "".join(filter(str.isdigit, phone))


def _kind(value: object) -> str:
    return _TYPES.get(type(value), "a date or time")
