"""Names and numbers that are never to be reported, and why. Pure: takes the texts of data/protected/ and the brands."""

import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from scamhunt.errors import UserError
from scamhunt.indicators import domain
from scamhunt.indicators.phone import country_code
from scamhunt.score.brands import Brands

GOVERNMENT = "government.txt"
PLATFORMS = "platforms.txt"
NUMBERS = "numbers.txt"
SUFFIX_LIST = "public-suffix list, private section"
_NUMBER = re.compile(r"\s*(?:tel:)?[+(]?[0-9][0-9 ()/-]{5,30}")
_PUBLIC = re.compile(r"(\+[0-9]{6,15})\s+(government|crisis|emergency)\s+(\S.*)")


@dataclass(frozen=True, slots=True)
class Protection:
    """Why a value is protected."""

    kind: str
    """`official`, `platform`, `government`, `crisis`, `emergency` or `popular`."""
    text: str
    """A sentence for a person."""
    source: str
    """The list that it stands in."""


@dataclass(frozen=True, slots=True)
class Protected:
    """What is protected. Build it with `Protected.of`; a question costs a few look-ups, however long the lists are."""

    brands: Brands
    numbers: Mapping[str, str]
    """Digits of an official number -> brand id."""
    public: Mapping[str, Protection]
    """Digits of a number of the government, of a crisis line or the like -> why."""
    national: Mapping[str, str]
    """Digits of any of these without country code -> with it: how they are mostly written."""
    zones: frozenset[str]
    """Government zones: everything below them is protected too."""
    platforms: Mapping[str, bool]
    """A shared platform's apex -> whether the names below it are its tenants'."""
    popular: Mapping[str, str]
    """A well-known registrable name -> the list that names it."""

    @classmethod
    def of(cls, brands: Brands, lists: Sequence[tuple[str, str | bytes]]) -> "Protected":
        """Read lists given as (file name, content): UTF-8, one value a line, `#` comments.

        `government.txt` holds zones; `platforms.txt` holds apexes, with `*.` in front where tenants get names below;
        `numbers.txt` holds numbers, what they are and whose; every other file holds well-known names. Raises
        `UserError` with file and line for a name or number that cannot be read.
        """
        zones: set[str] = set()
        public: dict[str, Protection] = {}
        platforms: dict[str, bool] = {}
        popular: dict[str, str] = {}
        for file, content in lists:
            if file == NUMBERS:
                public |= _public(file, content)
            elif file == GOVERNMENT:
                zones.update(_values(file, content).values())
            elif file == PLATFORMS:
                values = _values(file, content).values()
                platforms |= {value.removeprefix("*."): value.startswith("*.") for value in values}
            else:
                popular |= dict.fromkeys(_targets(file, content), file)
        numbers = {_digits(phone): brand.id for brand in brands for phone in brand.phones}
        national = {digits[len(str(country_code(f"+{digits}"))) :]: digits for digits in (*public, *numbers)}
        return cls(brands, numbers, public, national, frozenset(zones), platforms, popular)

    def why(self, value: str) -> Protection | None:
        """Return why a name, URL or number is protected, or None.

        What lies below an official or well-known domain or a government zone is protected too; of a shared platform
        only what is its own, not its tenants. Raises `BadIndicator` for a name that cannot be read.
        """
        if number := _digits(value):
            return self._number(value.strip(), number)
        plain = value.strip().rstrip(".").lower()
        if plain in self.zones:  # many a zone is a public suffix, which is no name to parse
            return _government(plain, plain)
        name = domain.parse(value)
        platform = self._platform(name)
        if platform and not platform.tenant:
            return _own(name.host, platform.apex, PLATFORMS if platform.apex in self.platforms else SUFFIX_LIST)
        if platform and name.target == platform.apex:  # a tenant that the public-suffix list does not know
            return None
        return self._listed(name)

    def _number(self, shown: str, digits: str) -> Protection | None:
        """Look a number up; one without `+` may lack its country, so it is taken for any that is written like it."""
        ways = [digits]
        if "+" not in shown:
            plain = digits.lstrip("0")
            ways += [plain, self.national.get(digits, ""), self.national.get(plain, "")]
        for one in ways:
            if one in self.numbers:
                return self._official(shown, self.numbers[one], "number")
            if one in self.public:
                return self.public[one]
        return None

    def tenant_of(self, value: str) -> str | None:
        """Return the apex of the platform that `value` is a tenant of, or None.

        A tenant is reported to the platform, never to the registrar of the apex. Raises `BadIndicator`.
        """
        platform = self._platform(domain.parse(value))
        return platform.apex if platform and platform.tenant else None

    def _platform(self, name: domain.Domain) -> "_Platform | None":
        """Return the platform that the name is, or is on. `www.` is the platform's own, not a tenant."""
        if "platform" in name.flags:
            return _Platform(name.host, tenant=False)
        if name.host in self.platforms:  # listed by itself, whatever suffix it lies under
            return _Platform(name.host, tenant=False)
        if "tenant" in name.flags:
            return _Platform(name.suffix, tenant=name.host != f"www.{name.suffix}")
        if apex := _first(_parents(name.host), self.platforms):
            return _Platform(apex, tenant=self.platforms[apex] and name.host not in {apex, f"www.{apex}"})
        return None

    def _listed(self, name: domain.Domain) -> Protection | None:
        if owner := self.brands.owners.get(name.target):
            return self._official(name.host, owner, "domain")
        if zone := _first(_parents(name.host), self.zones):
            return _government(name.host, zone)
        if name.target in self.popular:
            text = f"{name.host} is protected: {name.target} is a well-known name"
            return Protection("popular", text, self.popular[name.target])
        return None

    def _official(self, shown: str, owner: str, what: str) -> Protection:
        brand = self.brands.by_id[owner].name
        return Protection("official", f"{shown} is protected: it is an official {what} of {brand}", f"brand {owner}")


@dataclass(frozen=True, slots=True)
class _Platform:
    apex: str
    tenant: bool
    """The name in question is a tenant's; else it is the platform's own."""


def _own(host: str, apex: str, source: str) -> Protection:
    text = f"{host} is protected: it belongs to the shared platform {apex}; report a page on it to the platform, by URL"
    return Protection("platform", text, source)


def _government(host: str, zone: str) -> Protection:
    return Protection("government", f"{host} is protected: {zone} belongs to a government or public body", GOVERNMENT)


def _parents(host: str) -> Iterator[str]:
    """Yield the host and what it lies under."""
    while host:
        yield host
        host = host.partition(".")[2]


def _first(values: Iterator[str], known: Container[str]) -> str | None:
    return next((value for value in values if value in known), None)


def _digits(value: str) -> str:
    """Return the digits of what looks like a phone number, nothing for anything else. An IP address has dots."""
    return "".join(filter(str.isdigit, value)) if _NUMBER.fullmatch(value) else ""


def _public(file: str, content: str | bytes) -> dict[str, Protection]:
    """Read `numbers.txt`: a number in E.164, what it is, whose it is."""
    found = {}
    text = content.decode("utf-8", "replace") if isinstance(content, bytes) else content
    for at, line in enumerate(text.split("\n"), 1):
        told = line.partition("#")[0].strip()
        if not told:
            continue
        row = _PUBLIC.fullmatch(told)
        if not row:
            raise UserError(f"{file}:{at}: write a number, what it is and whose: +18002738255 crisis Lifeline")
        text_of = f"{row[1]} is protected: it is a number of {row[3]} ({row[2]})"
        found[row[1][1:]] = Protection(row[2], text_of, file)
    return found


def _values(file: str, content: str | bytes) -> dict[int, str]:
    """Return the values of a list, lower-case, by line number."""
    try:
        text = content.decode() if isinstance(content, bytes) else content
    except UnicodeDecodeError:
        raise UserError(f"{file}: not UTF-8; save the file as UTF-8") from None
    lines = enumerate((line.partition("#")[0].strip().lower() for line in text.split("\n")), 1)
    return {number: line for number, line in lines if line}


@lru_cache(8)  # the same long list is asked for with each act
def _targets(file: str, content: str | bytes) -> tuple[str, ...]:
    values = _values(file, content)
    names, unread = domain.parse_many(list(values.values()))
    if unread:
        index, reason = unread[0]
        raise UserError(f"{file}:{list(values)[index]}: {reason}; write one name a line, such as example.com")
    return tuple(names.targets)
