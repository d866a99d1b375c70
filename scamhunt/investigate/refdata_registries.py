"""IANA's lists of RDAP servers among what a team imports: kept as they are, and used instead of the snapshot."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from scamhunt import files
from scamhunt.errors import UserError
from scamhunt.investigate import rdap_bootstrap
from scamhunt.investigate.rdap_bootstrap import KINDS, LARGEST, Table, imported, shipped
from scamhunt.investigate.refdata import Imported
from scamhunt.investigate.refdata_index import FOLDER, Dataset
from scamhunt.settings import Settings

_ADDRESS = "https://data.iana.org/rdap/"
_TITLES = {
    "dns": "RDAP servers of top-level domains (IANA)",
    "ipv4": "RDAP servers of IPv4 networks (IANA)",
    "ipv6": "RDAP servers of IPv6 networks (IANA)",
}
REGISTRIES = {f"rdap_{kind}": (_TITLES[kind], f"{_ADDRESS}{kind}.json") for kind in KINDS}
"""Title and publisher's address by kind, as `refdata_formats.PUBLISHED` has them for tables of numbers."""
READY, SHIPPED, DAMAGED = "ready", "shipped", "damaged"


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    state: str


def is_list(file: Path) -> bool:
    """Return whether a file is JSON by its first character: tables of numbers never are."""
    try:
        with file.open("rb") as source:
            return source.read(64).removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{"
    except (OSError, ValueError):
        return False


def import_list(settings: Settings, file: Path, *, kind: str = "", smaller: bool = False) -> Imported:
    """Import one of IANA's files; with `kind` it has to be that one.

    Raises `UserError` for a file that is none of them, is older than the one in use or (unless `smaller`) has less than
    half of its keys, and `StoreError` when the disk refuses.
    """
    with file.open("rb") as source:
        body = source.read(LARGEST + 1)
    table = rdap_bootstrap.read(body, str(file))
    name = f"rdap_{table.kind}"
    if kind and kind != name:
        raise UserError(f"{file}: this is {name}, not {kind[:40]}: {_TITLES[table.kind]}; leave --kind out")
    _refuse(file, table, settings, smaller=smaller)
    target = imported(settings.home, table.kind)
    try:
        settings.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        target.parent.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise files.refused(settings.home / FOLDER, error) from None
    files.write_whole(target, lambda out: out.write(body))
    return _done(table, file, hashlib.sha256(body).hexdigest())


def _refuse(file: Path, table: Table, settings: Settings, *, smaller: bool) -> None:
    """Raise `UserError` for a file that is not newer or not whole, measured by what is in use."""
    today = settings.now().date().isoformat()
    if table.publication > today:
        raise UserError(f"{file}: it is of {table.publication}, which is yet to come; download it again")
    before = _in_use(settings.home, table.kind)
    if before is None:
        return
    if table.publication < before.publication:
        raise UserError(f"{file}: it is of {table.publication}, the one in use of {before.publication}: that one stays")
    if 2 * len(table.servers) < len(before.servers) and not smaller:
        raise UserError(
            f"{file}: {len(table.servers):,} keys where the one in use has {len(before.servers):,}: it may be cut off; "
            "the old one stays; download it again, or add --smaller"
        )


def _file(home: Path, kind: str) -> _File:
    path = imported(home, kind)
    return _File(path, READY) if path.exists() else _File(shipped(kind), SHIPPED)


def _in_use(home: Path, kind: str) -> Table | None:
    """Return the table that is used now, None for a damaged one."""
    try:
        return rdap_bootstrap.load(_file(home, kind).path, kind)
    except UserError:
        return None


def _done(table: Table, file: Path, sha256: str) -> Imported:
    name = f"rdap_{table.kind}"
    return Imported(
        kind=name,
        title=_TITLES[table.kind],
        file=file.name,
        as_of=table.publication,
        as_of_from="file",
        read=len(table.servers) + table.left_out,
        stored=len(table.servers),
        duplicate=0,
        rejected=table.left_out,
        reasons={"no server that can be asked": table.left_out} if table.left_out else {},
        rejected_file="",
        sha256=sha256,
    )


def datasets(home: Path) -> list[Dataset]:
    """Return each of the lists, with what is there of it."""
    return [_dataset(home, kind) for kind in KINDS]


def _dataset(home: Path, kind: str) -> Dataset:
    title, address = REGISTRIES[f"rdap_{kind}"]
    file, table = _file(home, kind), _in_use(home, kind)
    if table is None:
        return Dataset(f"rdap_{kind}", title, address, DAMAGED)
    at = datetime.fromtimestamp(file.path.stat().st_mtime, UTC).isoformat() if file.state == READY else ""
    return Dataset(
        f"rdap_{kind}",
        title,
        address,
        file.state,
        as_of=table.publication,
        as_of_from="file",
        rows=len(table.servers),
        rejected=table.left_out,
        file=file.path.name,
        sha256=hashlib.sha256(file.path.read_bytes()).hexdigest(),
        imported_at=at,
    )
