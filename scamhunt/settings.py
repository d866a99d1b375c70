"""Every knob in one frozen `Settings`, built once at the entry (`load`) and passed down.

A setting comes from, strongest first: an environment variable `SCAMHUNT_NAME`, `scamhunt.toml` in the state folder,
`scamhunt.toml` in the config folder, the default. Of the tables `keys` and `addresses` each name counts for itself. The
working directory is never read.
"""

import os
import re
import tomllib
import zoneinfo
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network, ip_address
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import platformdirs
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from scamhunt import bundle
from scamhunt.errors import Refused, SettingsError, did_you_mean

PREFIX = "SCAMHUNT_"
CONFIG_FILE = "scamhunt.toml"
TABLES = frozenset({"addresses", "keys", "phone_columns", "proxy"})
"""Settings of names and values: each name counts for itself, as if it were a setting."""
SECRETS = frozenset({"keys", "database_url", "imap_url", "inbox_url", "proxy", "smtp_url"})
"""Settings that hold a secret: never shown, and not read from a file that others may read."""


PHONE_COLUMNS = ("number", "role", "text", "brand", "seen_at", "source", "region")
KNOWN = ", ".join(PHONE_COLUMNS)
LAST_PORT = 65_535
VANTAGES = ("desktop", "mobile")
"""The browsers that a page is opened as: see `investigate/vantages.py`."""
EVERY = "*"
"""As the name of a profile: all that have no proxy of their own."""


def default_home() -> Path:
    """Return `var/` of the checkout, or the platform's data folder when installed."""
    checkout = bundle.checkout()
    return checkout / "var" if checkout else platformdirs.user_data_path("scamhunt")


def default_config() -> Path:
    """Return the folder of the team's own `scamhunt.toml` and overlay."""
    return platformdirs.user_config_path("scamhunt")


class Depth(StrEnum):
    """How far a sweep looks at what it found."""

    OFF = "off"
    LOOKUPS = "lookups"
    """DNS, RDAP, WHOIS: nothing that the scammer's own server sees, but for its name servers."""
    PAGES = "pages"
    """And TLS, the page, its screenshot."""


class Settings(BaseSettings):
    """What a run may be told. Each field is a key of `scamhunt.toml` and, upper-case after `SCAMHUNT_`, a variable."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True, populate_by_name=True)

    home: Path = Field(default_factory=default_home, description="The state folder.")
    overlay: Path = Field(
        default_factory=lambda: default_config() / "overlay",
        description="The team's own crawlers/, takedown_templates/ and data/.",
    )
    brands: Annotated[tuple[Path, ...], NoDecode] = Field((), description="Brand packs instead of the bundled ones.")
    nrd_list: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Paths and URLs of lists of newly registered domains; the bundled sample while none is set."
    )
    domain_list: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Paths and URLs of lists of names that others have seen in phishing."
    )
    phone_reports: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Paths and URLs of the team's own tables of reported numbers, CSV or JSON."
    )
    phone_columns: Annotated[Mapping[str, str], NoDecode] = Field(
        {}, description="Which column of these tables is which: `number=Caller,text=Notes`."
    )
    region: str = Field("", description="The country of numbers that are written without one, as in `US`.")
    drop_folder: str = Field("", description="A folder whose files are read: tables of numbers, mails, lists of names.")
    imap_url: SecretStr = Field(
        SecretStr(""), description="The mailbox of forwarded mails: `imaps://user:password@host/INBOX`."
    )
    inbox_url: SecretStr = Field(
        SecretStr(""), description="The mailbox to which desks answer: `imaps://user:password@host/INBOX`."
    )
    inbox_authserv: str = Field(
        "", description="The name under which its server writes `Authentication-Results`; without it none is believed."
    )
    ct_log_list: str = Field("", description="Path or URL of the list of certificate logs instead of Google's.")
    feeds: Annotated[tuple[str, ...], NoDecode] = Field(
        ("nrd_list",), description="Names of the feeds that a sweep reads when none is named."
    )
    accept_terms: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Names of feeds whose non-commercial terms the team has read and accepts."
    )
    addresses: Annotated[Mapping[str, str], NoDecode] = Field(
        {}, description="Addresses of feeds instead of the publishers', such as a mirror: `feed=https://...`."
    )
    keys: Annotated[Mapping[str, SecretStr], NoDecode] = Field(
        {}, description="Keys that feeds need: `name=key`. In a file that nobody else may read."
    )
    database_url: SecretStr = Field(
        SecretStr(""), description="A PostgreSQL in place of the database in the state folder: `postgresql://...`."
    )
    acting_as: str = Field("", alias=PREFIX + "AS", description="Who acts, instead of the operating system's user.")
    trust_names: bool = Field(default=False, description="A lab: believe --as without a password.")
    clock: datetime | None = Field(None, description="A lab: the time that it is.")
    reporter_org: str = Field("", description="Who reports: the organisation's name.")
    reporter_email: str = Field("", description="Who reports: a role mailbox, not a person's.")
    dispute_address: str = Field(
        "", description="Where outsiders dispute a report, a mailbox or a page; else the reporter's mailbox."
    )
    investigate: Depth = Field(
        Depth.OFF, description="What a sweep looks up by itself: `off`, `lookups` (no page is opened) or `pages`."
    )
    investigate_seconds: float = Field(
        14_400, gt=0, allow_inf_nan=False, description="Seconds that the investigations of one sweep may take."
    )
    investigate_at_once: int = Field(50, gt=0, le=500, description="Targets that are looked at at once.")
    dns: str = Field("", description="`host:port` of the DNS server that is asked, instead of the system's.")
    rdap_bootstrap: Path | None = Field(
        None, description="A folder with IANA's dns.json, ipv4.json and ipv6.json instead of those at hand."
    )
    rdap_rate: float = Field(
        1, gt=0, allow_inf_nan=False, description="Questions a second to one RDAP or WHOIS server; a 429 halves it."
    )
    whois: str = Field("", description="`host:port` of one WHOIS server for all names; `off`: WHOIS is never asked.")
    proxy: Annotated[Mapping[str, SecretStr], NoDecode] = Field(
        {},
        description="HTTP proxies that pages are opened through: one URL, or `desktop=http://...,mobile=http://...`.",
    )
    referrer: str = Field("", description="The page that a visit says it comes from, instead of each profile's own.")
    language: str = Field("", description="The languages that a visit asks for, as in `de-DE,de;q=0.9`.")
    time_zone: str = Field("", description="The time zone that a browser shows, as in `Europe/Berlin`.")
    user_agent: str = Field("", description="What RDAP servers are told who asks; nothing names scamhunt while unset.")
    screenshots: bool = Field(default=True, description="Take a screenshot where Chromium and its driver are there.")
    chromium: str = Field("", description="Path of Chromium, instead of the one that is found.")
    smtp_url: SecretStr = Field(
        SecretStr(""), description="The mail server that reports go out by: `smtps://user:password@host` or `smtp://`."
    )
    sending: bool = Field(default=False, description="Send what was approved; while off it is written to a folder.")
    single_operator: bool = Field(
        default=False, description="A team of one: approve your own reports to listed desks after a second look."
    )
    approval_hours: float = Field(24, gt=0, le=168, description="Hours that an approval holds.")
    cancel_minutes: float = Field(10, ge=0, le=1440, description="Minutes in which a queued report can be taken back.")
    recipient_a_day: int = Field(100, gt=0, description="Reports that one recipient gets in a day at most.")
    recipient_a_minute: int = Field(6, gt=0, description="Reports that one recipient gets in a minute at most.")
    audit_file: Path | None = Field(
        None, description="A file to which the signed head of the log is appended; best one of another user."
    )
    audit_mail: str = Field("", description="The mailbox of an auditor who gets the signed head of the log once a day.")
    web_url: str = Field(
        "", description="Under which address people reach `serve` through a proxy with TLS: `https://desk.example.org`."
    )
    totp: bool = Field(default=False, description="Everybody who signs in on the web page needs a second factor.")
    fetch_allow_nets: Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode] = Field(
        (), description="Networks that are not public and may be fetched from on purpose."
    )
    max_download: int = Field(2**31, gt=0, description="Bytes of one download, as they come.")
    max_content: int = Field(2**33, gt=0, description="Bytes of one feed, unwrapped.")
    max_ratio: int = Field(200, gt=1, description="How many times its size a wrapped feed may grow.")
    fetch_seconds: float = Field(
        600, gt=0, allow_inf_nan=False, description="Seconds that one download may take in all."
    )
    feed_seconds: float = Field(
        21_600, gt=0, allow_inf_nan=False, description="Seconds after which one run of a feed asks for nothing more."
    )
    fetch_rate: float = Field(
        1, gt=0, allow_inf_nan=False, description="How many times as often a host may be asked as its feed declares."
    )

    @field_validator(
        "brands", "nrd_list", "domain_list", "phone_reports", "feeds", "accept_terms", "fetch_allow_nets", mode="before"
    )
    @classmethod
    def _split(cls, value: object) -> object:
        """Take a comma-separated text (from the environment) or a list (from TOML)."""
        return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value

    @field_validator("addresses", "keys", "phone_columns", mode="before")
    @classmethod
    def _pairs(cls, value: object) -> object:
        """Take comma-separated `name=value` (from the environment) or a table (from TOML)."""
        return _table(value)

    @field_validator("web_url")
    @classmethod
    def _is_a_site(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (parts.scheme != "https" or not parts.hostname or parts.path.strip("/") or parts.query):
            raise ValueError("is no address of a site with TLS: https://desk.example.org, without a path")
        return value.rstrip("/")

    @field_validator("audit_file")
    @classmethod
    def _is_whole(cls, value: Path | None) -> Path | None:
        if value and not value.is_absolute():
            raise ValueError("write the whole path, from / on")
        return value

    @field_validator("audit_mail")
    @classmethod
    def _is_mailbox(cls, value: str) -> str:
        if value and not re.fullmatch(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,253}", value):
            raise ValueError("write one mailbox, name@host")
        return value

    @field_validator("addresses")
    @classmethod
    def _hold_no_mailbox(cls, value: Mapping[str, str]) -> Mapping[str, str]:
        if any(address.lower().startswith(("imap:", "imaps:")) for address in value.values()):
            raise ValueError("a mailbox is set as imap_url, where its password is safe")
        return value

    @field_validator("phone_columns")
    @classmethod
    def _are_columns(cls, value: Mapping[str, str]) -> Mapping[str, str]:
        wrong = sorted(set(value) - set(PHONE_COLUMNS))
        if wrong:
            raise ValueError(f"no column {wrong[0][:40]!r}{did_you_mean(wrong[0], PHONE_COLUMNS)}; known: {KNOWN}")
        return value

    @field_validator("proxy", mode="before")
    @classmethod
    def _one_or_several(cls, value: object) -> object:
        """Take one URL for all profiles, or one for each."""
        return _proxies(value)

    @field_validator("proxy")
    @classmethod
    def _are_http(cls, value: Mapping[str, SecretStr]) -> Mapping[str, SecretStr]:
        if not all(one.get_secret_value().startswith(("http://", "https://")) for one in value.values()):
            raise ValueError("only http:// and https:// proxies are known")
        wrong = sorted(value.keys() - {EVERY, *VANTAGES})
        if wrong:
            near = did_you_mean(wrong[0], VANTAGES)
            raise ValueError(f"no profile {wrong[0][:40]!r}{near}; known: {', '.join(VANTAGES)}, or one URL for all")
        return value

    @field_validator("dns")
    @classmethod
    def _is_server(cls, value: str) -> str:
        return _server(value, 53)

    @field_validator("whois")
    @classmethod
    def _is_server_or_off(cls, value: str) -> str:
        return value if value == "off" else _server(value, 43)

    @field_validator("time_zone")
    @classmethod
    def _is_zone(cls, value: str) -> str:
        if value and value not in zoneinfo.available_timezones():
            raise ValueError(f"no time zone{did_you_mean(value, zoneinfo.available_timezones())}; as in Europe/Berlin")
        return value

    @field_validator("region")
    @classmethod
    def _is_country(cls, value: str) -> str:
        if value and not (len(value) == 2 and value.isascii() and value.isalpha()):  # noqa: PLR2004  # ISO 3166-1
            raise ValueError("no country; write two letters, as in US")
        return value.upper()

    @field_validator("dispute_address")
    @classmethod
    def _is_reachable(cls, value: str) -> str:
        mailbox = re.fullmatch(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{3,255}", value)
        if value and not mailbox and not re.fullmatch(r"https://[\x21-\x7e]{4,300}", value):
            raise ValueError("write a mailbox, name@host, or the https address of a page")
        return value

    @field_validator("imap_url", "inbox_url")
    @classmethod
    def _is_imap(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value() and not value.get_secret_value().startswith(("imap://", "imaps://")):
            raise ValueError("only imaps:// and imap:// are known")
        return value

    @field_validator("database_url")
    @classmethod
    def _is_postgresql(cls, value: SecretStr) -> SecretStr:
        if not value.get_secret_value().startswith(("postgresql://", "postgres://")) and value.get_secret_value():
            raise ValueError("only postgresql:// is known")
        return value

    @field_validator("clock")
    @classmethod
    def _aware(cls, value: datetime | None) -> datetime | None:
        return value.replace(tzinfo=UTC) if value and value.tzinfo is None else value

    def now(self) -> datetime:
        """Return the time that it is, in UTC."""
        return self.clock or datetime.now(UTC)


class _Variables(EnvSettingsSource):
    """The environment. Its tables are taken apart here: name by name they are then laid over those of the files."""

    def __call__(self) -> dict[str, Any]:
        """Return the values by field; what cannot be taken apart stays, for the field says what is wrong with it."""
        found = super().__call__()
        for name in TABLES & found.keys():
            with suppress(ValueError):
                found[name] = _proxies(found[name]) if name == "proxy" else _table(found[name])
        return found


def _proxies(value: object) -> object:
    """Return one URL as the proxy of every profile; a table, or `name=url, name=url`, as a table."""
    first = value.partition("=")[0] if isinstance(value, str) else ""
    return {EVERY: value} if "://" in first else _table(value)


def _server(value: str, port: int) -> str:
    """Return `host:port` with the port that belongs to it. Raises `ValueError`."""
    if not value:
        return value
    host, colon, given = value.rpartition(":")
    if not colon or value.endswith("]") or (":" in host and not host.startswith("[")):  # an address without a port
        host, given = value, str(port)
    host = host.strip("[]")
    if not host or not given.isdecimal() or not 0 < int(given) <= LAST_PORT:
        raise ValueError("not of the form host:port")
    return f"[{host}]:{given}" if ":" in host else f"{host}:{given}"


def _table(value: object) -> object:
    """Return `name=value, name=value` as a table, a table as it is. Raises `ValueError`."""
    if not isinstance(value, str):
        return value
    pairs = [part.partition("=") for part in value.split(",") if part.strip()]
    if not all(name.strip() and equals for name, equals, _ in pairs):
        raise ValueError("not of the form name=value, name=value")
    return {name.strip(): one.strip() for name, _, one in pairs}


def load() -> Settings:
    """Read environment and files once.

    Raises `SettingsError` with the setting's name, where it stands and the nearest known name, and `Refused` for a file
    that somebody else may write to.
    """
    _refuse_unknown_variables()
    home = Path(os.environ.get(PREFIX + "HOME") or default_home())
    files = [file for file in (default_config() / CONFIG_FILE, home / CONFIG_FILE) if _can_be_read(file)]

    class FromFiles(Settings):
        @classmethod
        def settings_customise_sources(
            cls,
            settings_cls: type[BaseSettings],
            init_settings: PydanticBaseSettingsSource,
            env_settings: PydanticBaseSettingsSource,
            dotenv_settings: PydanticBaseSettingsSource,
            file_secret_settings: PydanticBaseSettingsSource,
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            del init_settings, env_settings, dotenv_settings, file_secret_settings
            tables = (TomlConfigSettingsSource(settings_cls, toml_file=file) for file in reversed(files))
            return _Variables(settings_cls), *tables

    try:
        found = FromFiles().model_copy(update={"home": home})
    except ValidationError as error:
        raise SettingsError("\n".join(_fault(fault, files) for fault in error.errors())) from None
    if found.clock and not found.trust_names:
        raise SettingsError(f"{PREFIX}CLOCK is for a lab: set {PREFIX}TRUST_NAMES=on too, or unset it")
    if found.trust_names and not _stays_here(found.smtp_url):
        raise Refused(
            f"{PREFIX}TRUST_NAMES=on is for a lab: it is refused while {PREFIX}SMTP_URL names a server that is not on "
            "this machine; unset one of the two"
        )
    return found


def _stays_here(url: SecretStr) -> bool:
    """Say whether a mail server is this machine by its address or is called `localhost`; none is as good."""
    try:
        host = urlsplit(url.get_secret_value()).hostname or ""
        return not url.get_secret_value() or host == "localhost" or ip_address(host).is_loopback
    except ValueError:  # a name, or what cannot be read: it may lead anywhere
        return False


def _names() -> list[str]:
    return ["as" if name == "acting_as" else name for name in Settings.model_fields]


def _refuse_unknown_variables() -> None:
    known = [name.upper() for name in _names()]
    for variable in os.environ:
        name = variable.removeprefix(PREFIX)
        if name != variable and name not in known:
            raise SettingsError(f"unknown setting {variable}{did_you_mean(name, known, PREFIX)}; unset it")


def _can_be_read(file: Path) -> bool:
    """Say whether there is such a file; what is wrong with its folder is told by whoever needs the folder.

    Raises `SettingsError` for a file that cannot be read or is no TOML, `Refused` for one that others may write.
    """
    try:
        keys = tomllib.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        return False
    except OSError as error:
        if not _can_be_entered(file.parent):
            return False
        why = (error.strerror or str(error)).lower()
        raise SettingsError(f"{file}: {why}; make it readable or remove it") from None
    except ValueError as error:
        raise SettingsError(f"{file}: {error}; mend the file") from None
    bundle.refuse_shared(file)
    for secret in sorted(SECRETS & keys.keys()):
        if file.stat().st_mode & 0o077:
            raise Refused(f"{file}: refused: it holds {secret} and others may read it; run: chmod 600 '{file}'")
    if "home" in keys:
        raise SettingsError(f"{file}: home is set by {PREFIX}HOME alone, for this file lies in it; remove the line")
    return True


def _can_be_entered(folder: Path) -> bool:
    try:
        os.stat(f"{folder}/.")  # noqa: PTH116  # Path drops the dot, which asks for the right to enter
    except OSError:
        return False
    return True


def _fault(fault: Any, files: list[Path]) -> str:  # noqa: ANN401  # pydantic's ErrorDetails
    name = str(fault["loc"][0]).removeprefix(PREFIX).lower()
    where = next((f"{file}:{line}: " for file in files for line in _line_of(name, file)), f"{PREFIX}{name.upper()}: ")
    if fault["type"] == "extra_forbidden":
        return f"{where}unknown setting {name!r}{did_you_mean(name, Settings.model_fields)}; remove it"
    given = "" if name in SECRETS or "mailbox" in fault["msg"] else f", not {str(fault['input'])[:80]!r}"
    return f"{where}{name}: {fault['msg'].lower().removeprefix('value error, ')}{given}"


def _line_of(name: str, file: Path) -> list[int]:
    if PREFIX + name.upper() in os.environ:
        return []
    lines = file.read_text("utf-8").splitlines()
    return [at for at, line in enumerate(lines, 1) if line.partition("=")[0].strip() == name]
