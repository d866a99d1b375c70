"""`scamhunt doctor`: what works, what is degraded, and how to mend it."""

import platform
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, timedelta
from typing import TYPE_CHECKING

import typer

import scamhunt
from scamhunt.cli import doctor_takedown, output, overlay
from scamhunt.cli.finding import Finding
from scamhunt.cli.options import OneFormat
from scamhunt.cli.output import ThingFormat
from scamhunt.errors import ScamhuntError

if TYPE_CHECKING:
    from scamhunt.settings import Settings

LITTLE_ROOM = 1 << 30
"""Fewer free bytes than this are told: a night's feeds, unwrapped, need room beside the database."""
OLD_LIST = timedelta(days=180)
"""Registries change their servers some times a year."""
SECRET_WORDS = ("key", "secret", "token", "password", "smtp_url", "imap_url", "inbox_url", "database_url", "proxy")


def doctor(*, form: OneFormat = ThingFormat.TABLE) -> None:
    """Say what works, what is degraded, and how to mend it."""
    from scamhunt import settings

    knobs = settings.load()
    findings = [
        *_names(knobs),
        *_versions(),
        *_folder(knobs),
        *_database(knobs),
        *_people(knobs),
        *_heads(knobs),
        *_packs(knobs),
        *_crawlers(knobs),
        *_templates(knobs),
        *_overlay(knobs),
        *_looks(knobs),
        *doctor_takedown.findings(knobs),
    ]
    broken = any(finding.broken for finding in findings)
    if form is ThingFormat.JSON:
        checks = [output.plain(finding) | {"state": finding.state} for finding in findings]
        output.print_thing({"ok": not broken, "checks": checks, "settings": in_force(knobs)}, form)
    else:
        _tell(findings, knobs)
    if broken:
        raise typer.Exit(3)


def in_force(knobs: "Settings") -> dict[str, str]:
    """Return the settings as texts, those that hold a secret masked."""
    values = knobs.model_dump(mode="json")
    return {name: _shown(name, value) for name, value in values.items()}


def _shown(name: str, value: object) -> str:
    if value and any(word in name for word in SECRET_WORDS):
        return "(set, not shown)"
    return output.words(value)


def _versions() -> Iterator[Finding]:
    yield Finding("scamhunt", scamhunt.__version__)
    yield Finding("python", platform.python_version())
    yield Finding("sqlite", sqlite3.sqlite_version)


def _folder(knobs: "Settings") -> Iterator[Finding]:
    home = knobs.home
    if home.exists() and not home.is_dir():
        mend = "remove it, or set SCAMHUNT_HOME to a folder"
        yield Finding("state folder", f"{home} is no folder", mend, broken=True)
        return
    if not home.is_dir():
        yield Finding("state folder", f"{home} is not there yet; the first sweep makes it")
        return
    try:
        with tempfile.TemporaryFile(dir=home):
            yield Finding("state folder", f"{home} can be written")
    except OSError as error:
        mend = "give this user the right to write there, or set SCAMHUNT_HOME"
        yield Finding("state folder", f"{home}: {error.strerror}", mend, broken=True)
    free = shutil.disk_usage(home).free
    mend = "make room: a sweep stops when the disk is full" if free < LITTLE_ROOM else ""
    yield Finding("free disk", f"{free / (1 << 30):,.1f} GiB", mend)


def _looks(knobs: "Settings") -> Iterator[Finding]:
    """Tell how far a sweep looks, and what a look cannot do here."""
    from scamhunt.investigate.dns import Resolver
    from scamhunt.investigate.rdap_bootstrap import Bootstrap
    from scamhunt.investigate.screenshot import Photographer

    yield Finding("looks", f"a sweep looks up: {knobs.investigate.value}")
    try:
        servers = ", ".join(Resolver(knobs.dns, knobs.fetch_allow_nets).servers)
        yield Finding("dns", f"asks {servers}")
        published = Bootstrap.of(knobs).tables["dns"].publication
        old = date.fromisoformat(published) < knobs.now().date() - OLD_LIST and knobs.investigate.value != "off"
        mend = "take the current one from https://data.iana.org/rdap/: scamhunt refdata import dns.json" if old else ""
        yield Finding("registries", f"list of IANA of {published}", mend)
    except ScamhuntError as error:
        yield Finding("looks", str(error), "mend the setting", broken=True)
    why = Photographer(knobs, _nowhere).why_not
    yield Finding("screenshots", why or "Chromium and its driver are there")


async def _nowhere(_host: str) -> tuple[()]:
    """Resolve nothing: the photographer is only asked whether it could work."""
    return ()


def _database(knobs: "Settings") -> Iterator[Finding]:
    from scamhunt import desk

    if not desk.has_store(knobs):
        yield Finding("database", "not there yet; the first sweep makes it")
        return
    try:
        with desk.open_store(knobs) as store:
            for warning in desk.warnings(store):
                seen, _, mend = warning.partition("; ")
                yield Finding("database", seen, mend)
            problems = desk.check(store)
    except ScamhuntError as error:
        problems = [str(error)]
    for problem in problems:
        yield Finding("database", problem, "keep a copy of the state folder and put a backup in its place", broken=True)
    if not problems:
        yield Finding("database", "its file, its tables and the chain of the log hold")


def _people(knobs: "Settings") -> Iterator[Finding]:
    """Tell how many people are on the team, and what is believed without a proof; no name is shown."""
    from scamhunt import desk

    if knobs.trust_names:
        yield Finding("people", "names are believed without a password", "outside of a lab unset SCAMHUNT_TRUST_NAMES")
    with suppress(ScamhuntError):  # what is wrong with the database is told above
        if desk.has_store(knobs):
            with desk.open_store(knobs) as store:
                yield Finding("people", *desk.team(store, knobs))


def _heads(knobs: "Settings") -> Iterator[Finding]:
    from scamhunt import desk_heads

    told, mend, broken = desk_heads.file_standing(knobs)
    yield Finding("head of the log", told, mend, broken=broken)


def _packs(knobs: "Settings") -> Iterator[Finding]:
    from scamhunt import bundle
    from scamhunt.score.brands import parse_packs

    try:
        packs = bundle.brand_packs(knobs.overlay, knobs.brands)
        yield Finding("brand packs", f"{len(parse_packs(packs)):,} brands in {len(packs):,} packs, no fault")
    except ScamhuntError as error:
        for fault in str(error).split("\n"):
            yield Finding("brand packs", fault, f"try it with: {output.hint('scamhunt brands check')}", broken=True)


def _names(knobs: "Settings") -> Iterator[Finding]:
    """Look for feeds and keys that are set under a name that nothing has."""
    from scamhunt.gather import sources

    with suppress(ScamhuntError):  # a crawler that cannot be loaded is told below
        for problem in [*sources.unknown(knobs).values(), *sources.mistaken(knobs)]:
            yield Finding("settings", problem, "mend the name, or take it out")


def _crawlers(knobs: "Settings") -> Iterator[Finding]:
    from scamhunt import bundle
    from scamhunt.gather import check

    try:
        for name, crawler in bundle.crawlers(knobs.overlay).items():
            problems = check.check_crawler(crawler)
            for problem in problems:
                yield Finding(
                    f"feed {name}", problem, f"try it with: {output.hint('scamhunt feeds check')} {name}", broken=True
                )
            if not problems:
                yield Finding(f"feed {name}", "its examples pass")
    except ScamhuntError as error:
        yield Finding("crawlers", str(error), "mend it, or set SCAMHUNT_OVERLAY to another folder", broken=True)


def _templates(knobs: "Settings") -> Iterator[Finding]:
    from scamhunt import reference
    from scamhunt.takedown.example import check_template

    try:
        for template in {one.name: one for one in reference.templates(knobs).values()}.values():
            kind = template.name.rpartition("/")[2].partition(".")[0]
            problems = check_template(template)
            for problem in problems:
                yield Finding(f"template {kind}", problem, "mend the template or remove it", broken=True)
            if not problems:
                yield Finding(f"template {kind}", "its example passes")
    except ScamhuntError as error:
        yield Finding("templates", str(error), "mend the template or remove it", broken=True)


def _overlay(knobs: "Settings") -> Iterator[Finding]:
    from scamhunt import bundle

    if not knobs.overlay.is_dir():
        if "overlay" in knobs.model_fields_set:  # somebody meant it to be there
            yield Finding("overlay", f"{knobs.overlay} is no folder", "make it, or unset SCAMHUNT_OVERLAY")
        return
    try:
        shadows = {shadow.overlay: shadow for shadow in bundle.shadows(knobs.overlay)}
        for what, path in overlay.found(knobs.overlay):
            place = f"takes the place of {shadows[path].shipped}" if path in shadows else "is added"
            yield Finding("overlay", f"the {what} {path} {place}")
        for path, belongs in overlay.stray(knobs.overlay):
            yield Finding("overlay", f"{path} means nothing there", belongs)
    except ScamhuntError as error:
        yield Finding("overlay", str(error), "mend it, or set SCAMHUNT_OVERLAY to another folder", broken=True)


def _tell(findings: list[Finding], knobs: "Settings") -> None:
    for finding in findings:
        output.write(f"{finding.state:8}  {finding.what:14}  {output.clean(finding.seen)}\n")
        if finding.mend:
            output.write(f"{'':26}{output.clean(finding.mend)}\n")
    output.write("\nsettings in force\n")
    for name, value in in_force(knobs).items():
        output.write(f"  {name:18}  {output.clean(value)}\n")
