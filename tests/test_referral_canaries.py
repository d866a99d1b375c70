"""Forty canaries, planted wherever a victim's data can come in: none is found in a packet or in a partner's part."""

import base64
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from bench import lab_actor
from bench import lab_site as site
from bench.lab_kits import Kit
from bench.lab_world import World
from scamhunt import desk, desk_holds, desk_overlap, desk_people, desk_reports
from scamhunt.desk_dossier import Typed
from scamhunt.desk_referral import Wanted
from scamhunt.store import HoldKind
from tests.actor_lab import ALL, ANN, DAN, EVE, NOW, TEAM, Lab
from tests.pdf_text import text_of

MAILS = [f"canary{at:02}.victim@people{at:02}.example" for at in range(30)]
"""Of people in addresses that feeds report, and on the pages that greet them."""
CALLERS = [f"+1202555{at:04}" for at in range(170, 174)]
WORDS = [f"canarynote{at:02} Jane Example of 12 Example Road" for at in range(6)]
"""What somebody of the team wrote down."""
CANARIES = [*MAILS, *CALLERS, *WORDS]


def greeting(request: site.Request) -> bytes:
    """Answer as a kit that shows the victim whom it was sent to, in whatever way the link names him."""
    at = next((at for at in range(len(MAILS)) if f"/{at:02}" in request.path), 0)
    page = lab_actor.desk("refund desk", lab_actor.NUMBERS[0], lab_actor.SHOWN[0], lab_actor.ACCOUNT)
    shown = page.replace("<h1>", f"<title>For {MAILS[at]}</title><p>Welcome back, {MAILS[at]}</p><h1>", 1)
    return site.answer(shown)


def links(world: World) -> list[str]:
    """Return addresses as feeds have them: each names a victim in another way."""
    base = f"http://{lab_actor.SITES[0]}:{world.sites.port}"
    found = []
    for at, mail in enumerate(MAILS):
        coded = base64.b64encode(mail.encode()).decode()
        ways = (f"?email={quote(mail)}", f"?e={coded}", f"#{mail}", f"?u={mail.encode().hex()}", f"/{mail}/sign-in")
        found.append(f"{base}/{at:02}{ways[at % len(ways)]}")
    return found


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Return the lab with every canary in its place."""
    folder = tmp_path_factory.mktemp("canaries")
    kits = lab_actor.kits()
    kits[0] = Kit(
        kits[0].name, kits[0].domain, greeting, kits[0].verdicts, "amazon", name_servers=lab_actor.NAME_SERVERS
    )
    with World(folder, kits, NOW) as world:
        lab = Lab(world, folder)
        feed = world.feed(*(kit.name for kit in kits[1:3]))
        feed.write_text(feed.read_text("utf-8") + "".join(f"{one}\n" for one in links(world)), "utf-8")
        lab.sweep(str(feed))
        reports = lab_actor.reports(folder)
        rows = [
            f"{lab_actor.NUMBERS[0]},callback,{WORDS[0]} says Amazon,2026-11-21T09:00:00Z,{mail}" for mail in CALLERS
        ]
        reports.write_text(reports.read_text("utf-8") + "\n".join(rows) + "\n", "utf-8")
        lab.sweep(str(reports))
        with lab.store() as store:
            for who, role in TEAM.items():
                desk_people.add(store, lab.settings, EVE, who.name, [role])
            for name in ALL:
                desk.decide(store, DAN, name, "confirm", f"{WORDS[1]}, called from {CALLERS[0]}, wrote from {MAILS[0]}")
            made = desk_reports.draft_report(store, lab.settings, DAN, ALL[1], to="abuse@registrar.example")
            assert made.id is not None
            desk_reports.edit(store, lab.settings, DAN, made.id, {"note": f"{WORDS[2]}"})
            desk_holds.hold(store, ANN, ALL[2], HoldKind.OTHER, until=NOW.replace(month=12, day=1), reason=WORDS[3])
        yield lab


def readings(body: bytes) -> Iterator[bytes]:
    """Yield bytes and what is packed in them: gzip members, the words of a PDF."""
    yield body
    if body.startswith(b"\x1f\x8b"):
        rest = body
        while rest:
            unpacking = zlib.decompressobj(31)
            yield unpacking.decompress(rest)
            rest = unpacking.unused_data
    if body.startswith(b"%PDF"):
        yield text_of(body).encode()


def holds(body: bytes, canary: str) -> bool:
    """Say whether bytes hold a canary, in one of the usual ways to write it."""
    text = canary.encode()
    forms = {
        text,
        quote(canary).encode(),
        text.hex().encode(),
        base64.b64encode(text).rstrip(b"="),
        canary.encode("utf-16-le"),
    }
    forms |= {text.replace(b"@", b"&#64;"), text[2:] if text.startswith(b"+1") else text}
    forms |= {text.replace(b" ", b""), canary.replace(".", "[.]").encode()}  # as a PDF has them
    return any(form.lower() in reading.lower() for reading in readings(body) for form in forms)


def test_no_canary_is_in_the_packet(planted: Lab) -> None:
    """The packet is built of what holds them, says how much it withholds, and holds none of the forty."""
    assert len(CANARIES) == 40
    kept = [file.read_bytes() for file in (planted.settings.home / "evidence").rglob("*") if file.is_file()]
    assert any(holds(body, mail) for body in kept for mail in MAILS)  # they are in what we captured
    built = planted.build(Wanted(cases=ALL, typed=Typed("criminal complaint")))
    assert built.withheld > 0
    (file,) = planted.approve(built.packet.id).files
    with zipfile.ZipFile(file) as packed:
        bodies = {name: packed.read(name) for name in packed.namelist()}
    found = [(name, canary) for name, body in bodies.items() for canary in CANARIES if holds(body, canary)]
    assert found == []
    assert any(b"withheld" in body or b"may hold what belongs to a victim" in body for body in bodies.values())


def test_no_canary_is_in_what_the_partner_gets(planted: Lab, tmp_path: Path) -> None:
    """Nor is one in an offer, or in the part that follows it."""
    other = planted.copied(tmp_path / "other")
    other.more = {"reporter_org": "Other Trust"}
    wanted = Wanted(cases=ALL, typed=Typed("joint complaint"))
    with other.store() as store:
        begun = desk_overlap.begin(store, other.settings, ANN, wanted, partner="Example Trust", out=tmp_path)
    key, offer = begun.files
    with planted.store() as store:
        desk_overlap.answer(
            store, planted.settings, ANN, wanted, begun.overlap.id, offer=offer, key=key, out=tmp_path / "answer"
        )
        packet = desk_overlap.give(store, planted.settings, ANN, begun.overlap.id, out=tmp_path / "part")
    (part,) = planted.approve(packet.id).files
    bodies = [file.read_bytes() for file in (offer, *(tmp_path / "answer").iterdir(), part)]
    assert all(name in part.read_text() for name in lab_actor.SITES)
    assert [canary for body in bodies for canary in CANARIES if holds(body, canary)] == []
