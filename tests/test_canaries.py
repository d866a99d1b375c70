"""Personal data in feeds of numbers: canaries are planted in all of them, and the whole state folder is searched."""

import gzip
import json
import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path
from types import SimpleNamespace

import pytest
from pydantic import SecretStr

from scamhunt import desk, pipeline
from scamhunt.settings import Settings
from tests.imap_server import mailserver

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)
PACK = '[[brand]]\nid = "amazon"\nname = "Amazon"\ndomains = ["amazon.com"]\nlures = ["prime", "refund"]\n'
CANARIES = {
    "city": "Canarytown",
    "state": "Canarystate",
    "zip": "98765-4321",
    "name": "Jolanda Kanarini",
    "number": "+12125550191",
    "written": "(212) 555-0191",
    "mail": "jolanda@victim-mail.example",
    "street": "17 Canary Wharf Lane",
    "card": "4000 0012 3456 7899",
    "ssn": "219-09-9998",
    "account": "GB33BUKB20201555555555",
    "words": "zitronengelb flattern",
    "reporter": "helpdesk-kanari",
    "garbage": "Kanarius Q Beispiel",
    "message_id": "kanarienvogel-77@mail.example",
    "forwarder": "employee.kanari@team.example",
    "token": "tok-kanari-5521",
    "user": "kanariuser",
    "attachment": "passport-kanari.pdf",
    "comment": "analyst kanarella",
    "path": "pfad.kanari@victim-mail.example",
    "on_file": "2125550181",
    "victims": "2125550182",
    "below": "2125550183",
    "signed": "2125550184",
    "cell": "2125550185",
    "call_us": "2125550186",
    "linked": "2125550187",
}
C = SimpleNamespace(**CANARIES)
FTC = "Company_Phone_Number,Created_Date,Violation_Date,Consumer_City,Consumer_State,Consumer_Area_Code,Subject"
DAY = "2026-11-20 00:00:0"
OTHER = "Computer & technical support"


def complaints() -> str:
    """Return a day of complaints, with rows that are shifted, cut and not numbers at all."""
    place = f"{C.city},{C.state}"
    return "\n".join(
        [
            f"{FTC},Recorded_Message_Or_Robocall",
            f"8885550142,{DAY}1,{DAY}0,{place},775,{OTHER},Y",
            f",{DAY}2,{DAY}0,{place},775,{OTHER},N",
            f"{place},8885550199,{DAY}3",
            f"{C.zip},{DAY}2,{DAY}0,{place},775,{OTHER},N",
            f'"{C.street},{DAY}2,{DAY}0,{place},775,{OTHER},N',
            f"8885550143,{DAY}4,{DAY}0,{place},775,{C.words},Y",
            "",
        ]
    )


def reports() -> str:
    """Return a table of the team's own, with columns that nobody asked for."""
    told = f"Amazon refund department asked {C.name} for {C.card} and {C.ssn} {C.words}"
    more = ",".join([C.name, C.mail, f'"{C.number}"', C.street])
    at = "2026-11-20T10:00:00Z"
    return "\n".join(
        [
            "number,role,text,seen_at,source,customer_name,customer_email,called_number,address",
            f'+18885550142,callback,"{told}",{at},{C.reporter},{more}',
            f'{C.garbage},callback,"{told}",{at},{C.reporter},{more}',
            f'{C.account},callback,"{told}",{at},{C.reporter},{more}',
            f'=HYPERLINK("{C.mail}"),callback,"{told}",{at},x,{more}',
            f'+18885550144,{C.words},"{told}",{C.words},x,{more}',
            f'"+18885550145,callback,{told},{at}',
            "",
        ]
    )


def as_json() -> str:
    """Return the same as JSON, a broken object besides."""
    row = {
        "number": "+18885550146",
        "role": "callback",
        "text": f"Amazon refund, says {C.name} {C.card}",
        "seen_at": "2026-11-20T10:00:00Z",
        "source": C.reporter,
        "customer_email": C.mail,
        "called_number": C.number,
        "nested": {"address": C.street},
    }
    bad = row | {"number": C.garbage}
    return json.dumps(row) + "\n" + json.dumps(bad) + "\n" + f'{{"number": "{C.zip}", "text":\n'


def event() -> str:
    """Return an event of MISP."""
    attribute = {
        "id": "1",
        "type": "phone-number",
        "category": "Financial fraud",
        "value": "+18885550147",
        "comment": f"Amazon refund call centre, {C.comment}",
        "timestamp": "1795000000",
        "to_ids": True,
        "uuid": "5f0c1c3e-7b6a-4e6a-9d6c-0a0000000001",
        "deleted": False,
    }
    bad = attribute | {
        "id": "2",
        "value": C.garbage,
        "uuid": "5f0c1c3e-7b6a-4e6a-9d6c-0a0000000002",
    }
    info = f"Amazon refund scam told by {C.name}"
    return json.dumps({"Event": {"id": "7", "info": info, "Attribute": [attribute, bad]}})


def mail() -> bytes:
    """Return a forwarded mail with everything in it that must not stay."""
    link = f"https://{C.user}:pw@amazon-refund-desk.com/claim?t={C.token}"
    return f"""\
From: "{C.name}" <{C.forwarder}>
To: scams@team.example
Date: Sat, 21 Nov 2026 09:04:06 +0000
Message-ID: <{C.message_id}>
Subject: Fwd: Your order, {C.name}
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=cut

--cut
Content-Type: text/plain; charset=utf-8

Please look. Yours, {C.name}, {C.street}, {C.number}

---------- Forwarded message ---------
From: Amazon <billing@weather.example>
Subject: Your order
To: {C.mail}

Dear {C.name}, your Amazon order was charged to {C.card}.
It ships to the phone on file: {spoken(C.on_file)}
Your phone number: {spoken(C.victims)}
To cancel call +1 888 555 0148 or open {link}

{C.name}
Mobile: {spoken(C.below)}
Kind regards
Please call us back at {spoken(C.signed)}

--cut
Content-Type: application/pdf; name="{C.attachment}"
Content-Disposition: attachment; filename="{C.attachment}"

{C.words}
--cut--
""".encode()


def complaint() -> bytes:
    """Return a mail that is no forward: a victim writes of an Amazon call, with a link and numbers of her own."""
    return f"""\
From: "{C.name}" <{C.mail}>
To: scams@team.example
Date: Sat, 21 Nov 2026 09:04:06 +0000
Message-ID: <two-{C.message_id}>
Subject: Amazon refund, I was scammed
Content-Type: text/html; charset=utf-8

<p>Somebody from Amazon called me on my cell {spoken(C.cell)} and sent me to
https://amazon-refund-case.com/{C.path}. Please call us back at {spoken(C.call_us)}.</p>
<p>{C.name}<br>Support: <a href="tel:+1{C.linked}">{spoken(C.linked)}</a></p>
""".encode()


def spoken(digits: str) -> str:
    """Return a number as people write it."""
    return f"+1 ({digits[:3]}) {digits[3:6]}-{digits[6:]}"


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Return the settings of a state folder that has read all of it, twice."""
    folder = tmp_path_factory.mktemp("team")
    drop = folder / "drop"
    drop.mkdir()
    files = {
        "complaints.csv": (complaints(), "ftc_dnc"),
        "reports.csv": (reports(), "phone_reports"),
        "reports.json": (as_json(), "phone_reports"),
        "event.json": (event(), "misp"),
    }
    for name, (text, _) in files.items():
        (folder / name).write_text(text)
    (drop / "reports.csv").write_text(reports().replace("555014", "555016"))
    (drop / "list.txt").write_text(
        f"a.example\nhttps://amaz0n-refund.com/{C.path}/x\nhttps://{C.user}@amaz0n-refund.com/?t={C.token}\n"
    )
    (drop / "one.eml").write_bytes(mail().replace(b"0148", b"0168"))
    (drop / "two.eml").write_bytes(complaint().replace(b"two-", b"three-"))
    for file in drop.iterdir():
        os.utime(file, (NOW.timestamp() - 3600, NOW.timestamp() - 3600))
    pack = folder / "pack.toml"
    pack.write_text(PACK)
    with mailserver() as server:
        server.put(mail(), complaint())
        settings = Settings(
            home=folder / "home",
            overlay=folder / "none",
            brands=(pack,),
            region="US",
            clock=NOW,
            drop_folder=str(drop),
            imap_url=SecretStr(server.url()),
            fetch_allow_nets=(ip_network("127.0.0.0/8"),),
        )
        for _ in range(2):
            for name, (_, feed) in files.items():
                pipeline.import_file(settings, str(folder / name), feed)
            pipeline.sweep(settings, feeds=["drop_folder", "mailbox"])
    return settings


def contents(home: Path) -> dict[str, bytes]:
    """Return every file of a state folder, unpacked, and its database as text besides."""
    found = {str(path.relative_to(home)): path.read_bytes() for path in home.rglob("*") if path.is_file()}
    found |= {name: gzip.decompress(content) for name, content in found.items() if name.endswith(".gz")}
    with closing(sqlite3.connect(home / "scamhunt.db")) as connection:
        found["dump"] = "\n".join(connection.iterdump()).encode("utf-8", "replace")
    return found


def test_there_is_something_to_search(state: Settings) -> None:
    """All feeds were read: numbers and names of each are candidates, rows lie in quarantine and archive."""
    with desk.open_store(state) as store:
        found = {one.indicator: set(one.feeds) for one in desk.candidates(store)}
        assert {row.feed for row in desk.quarantine(store, limit=None)} >= {
            "ftc_dnc",
            "phone_reports",
            "misp",
            "drop_folder",
        }
        runs = {run.feed: run.status for run in store.last_runs()}
    assert {"ftc_dnc", "phone_reports"} <= found["+18885550142"]
    assert found["+18885550146"] == {"phone_reports"}
    assert found["+18885550147"] == {"misp"}
    assert found["+18885550148"] == {"mailbox"}
    assert found["amazon-refund-desk.com"] == {"drop_folder", "mailbox"}
    assert found["amaz0n-refund.com"] == {"drop_folder"}
    assert found["+18885550168"] == found["+18885550162"] == {"drop_folder"}
    assert set(runs) == {"ftc_dnc", "phone_reports", "misp", "drop_folder", "mailbox"}
    assert found["amazon-refund-case.com"] == {"drop_folder", "mailbox"}
    assert {one for one in found if one.startswith("+1212")} == set()
    assert len(list((state.home / "archive").rglob("*.rows.gz"))) > 5


@pytest.mark.parametrize("what", CANARIES)
def test_no_canary_is_in_the_state_folder(state: Settings, what: str) -> None:
    """Neither in the database, the archive, the quarantine, the log, nor in the name of a file."""
    canary = CANARIES[what].lower()
    written = [spoken(canary)] if canary.isdigit() else []
    pieces = {canary, *written, *(word for word in canary.split() if "kanari" in word or "canary" in word)}
    for name, content in contents(state.home).items():
        text = content.lower()
        assert [piece for piece in pieces if piece.encode() in text or piece in name.lower()] == [], name


def test_canaries() -> None:
    """So many of them, no two alike."""
    assert len(set(CANARIES.values())) == len(CANARIES) == 28
