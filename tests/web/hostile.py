"""A site in which every text that comes from outside, or that somebody typed, is hostile; and what a page is made of.

A page is compared with itself: its elements, their attributes and where they lead have to be the same with a hostile
text as with a harmless one. What a text says may differ, what a browser does with it may not.
"""

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import product
from pathlib import Path

from bs4 import BeautifulSoup, Comment, Tag

from tests.site_lab import DESK, NUMBER, SEEN, Site, open_site

VECTORS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "x onmouseover=alert(1) y=",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<a href=javascript:alert(1)>go</a>",
    "javascript:alert(1)//",
    "<form action=//evil.example><input name=password></form>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<style>*{background:url(//evil.example)}</style>",
    "<div hx-get=/logout hx-trigger=load></div>",
    "<button hx-post=/logout hx-trigger=load formaction=/logout>x</button>",
    "<template><script>alert(1)</script></template>",
    "<math><mtext></p><img src=x onerror=alert(1)></math>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "{{ 7*7 }}{% raise %}{# x #}${7*7}",
    "<!-- <img src=x onerror=alert(1)>",
    "\\u003cscript\\u003ealert(1)\\u003c/script\\u003e",
    "<input autofocus onfocus=alert(1)>",
    "<object data=//evil.example></object><embed src=//evil.example>",
    "<details open ontoggle=alert(1)>",
)
WRAPPERS = ("{}", '"> {}', "'> {}", "</textarea></title></pre></option></select>{}", "--> ]]> `{}` \u202e")
PAYLOADS = tuple(wrapper.format(vector) for wrapper, vector in product(WRAPPERS, VECTORS))
HARMLESS = "some words of nobody"
PAGES = (
    "/candidates?state=all",
    "/candidates/{number}",
    "/candidates/{phone}",
    "/reports",
    "/reports/1",
    "/inbox",
    "/inbox/1",
    "/holds",
    "/today",
    "/campaigns",
    "/campaigns/c-000000000001",
    "/packets",
    "/packets/{packet}",
    "/account",
    "/dashboard",
    "/audit",
)
"""The pages on which a text from outside may stand."""
ADDRESSES = (
    "/candidates?q={}",
    "/candidates?colour={}",
    "/reports?q={}&group=all",
    "/reports?group={}",
    "/inbox?state={}",
    "/packets?case={}&campaign={}",
    "/dashboard?days={}",
    "/audit?actor={}&act={}&thing={}",
    "/audit?before={}",
    "/login?next={}",
    "/{}",
)
"""The pages that show what stands in their address."""
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
"""One dot."""
CLOCK = '{"offset": 0, "told_by": [], "stepped": false}'
AT = "2026-11-21 06:00:00.000000"


@contextmanager
def furnished(folder: Path) -> Iterator[tuple[Site, dict[str, str]]]:
    """Give a site with a row of each kind, and what the pages of them are called."""
    with open_site(folder) as site:
        ann, ivy = site.known("ann"), site.known("ivy")
        number = site.number("secure-northwind.com")
        ann.post(f"/candidates/{number}/act/claim")
        ann.post(f"/candidates/{number}/act/note", text=HARMLESS)
        ann.post(f"/candidates/{number}/confirm", reason=HARMLESS)
        ann.post(f"/candidates/{number}/draft", kind="registrar", to=DESK, observed=SEEN)
        asked = {"cases": str(number), "agency": "generic", "purpose": HARMLESS, "tlp": "AMBER", "pap": "AMBER"}
        packet = ivy.post("/packets", **asked).headers["location"].rpartition("/")[2]
        ann.post(f"/candidates/{number}/hold", kind="other", days="3", reason=HARMLESS)
        ivy.post("/account/tokens", name=HARMLESS, scope="look", days="3")
        names = {"number": number, "packet": packet, "at": AT, "hash": hashlib.sha256(PICTURE).hexdigest()}
        for table, row in _ROWS.items():
            _insert(site, table, row, names)
        for at, kind in enumerate(_KINDS, 1):
            _insert(site, "finding", {"id": at, "kind": kind} | _FINDING, names)
        file = site.store.evidence_file(str(names["hash"]))
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(PICTURE)
        site.sql("UPDATE report SET answer = 'x', ticket = 'x', note = 'x'")
        phone = site.number(NUMBER)
        yield site, {"number": str(number), "phone": str(phone), "packet": packet}


def fill(site: Site, text: str) -> None:
    """Let every text from outside be this one."""
    site.sql("DROP TRIGGER IF EXISTS event_no_update")
    for table, columns in _TEXTS.items():
        for column in columns:
            site.sql(f"UPDATE {table} SET {column} = :text WHERE {column} != ''", text=text)  # ours
    for table, columns in _LISTS.items():
        for column in columns:
            site.sql(f"UPDATE {table} SET {column} = :text", text=json.dumps([text]))  # ours
    site.sql("UPDATE report SET fields = :text", text=json.dumps({"observed": text, "url": text, "observer": text}))
    detail = json.dumps({"as": text, text[:40]: [text]})
    site.sql(f"UPDATE event SET reason = :text, detail = :detail WHERE {_OF_WORK}", text=text, detail=detail)
    reasons = json.dumps([{"signal": "lure", "weight": 1.5, "text": text}])
    site.sql("UPDATE match SET reasons = :text", text=reasons)
    site.sql("UPDATE look SET reasons = :text", text=reasons)


def made_of(page: str) -> list[tuple[str, tuple[str, ...]]]:
    """Return the elements of a page, each with its attributes and where it leads, without what its texts say."""
    found = BeautifulSoup(page, "lxml")
    assert not found.find_all(string=lambda one: isinstance(one, Comment))
    return [_element(one) for one in found.select("*")]


def _element(one: Tag) -> tuple[str, tuple[str, ...]]:
    leads = [
        str(one[name]) for name in ("href", "src", "action", "formaction", "hx-get", "hx-post") if one.has_attr(name)
    ]
    away = [to for to in leads if not to.startswith(("/", "#", "?")) or to.startswith(("//", "/\\"))]
    return one.name, (*sorted(one.attrs), *away)


_TEXTS = {
    "sighting": ("value",),
    "number_sighting": ("subject", "source", "place", "role_from"),
    "finding": ("text", "source", "vantage"),
    "evidence": ("url", "tool", "vantage", "note"),
    "look": ("url", "operator"),
    "reply": ("text", "why", "sender_domain", "kind", "authentication", "matched_by"),
    "report": ("note", "answer", "ticket", "recipient", "desk"),
    "hold": ("reason", "owner"),
    "packet": ("purpose", "agency"),
    "outcome": ("ref", "note"),
    "ruling": ("reason", "value", "actor"),
    "sign": ("value",),
    "token": ("name",),
    "claim": ("person",),
}
_OF_WORK = "thing LIKE 'candidate:%' OR thing LIKE 'report:%' OR thing LIKE 'packet:%' OR thing LIKE 'hold:%'"
"""Rows of the log that no login rests on."""
_LISTS = {"reply": ("tickets", "doubts"), "report": ("authors",), "packet": ("builders",), "candidate": ("flags",)}
_ROWS: dict[str, dict[str, object]] = {
    "look": {"id": 1, "candidate_id": ":number", "subject": "x", "url": "https://x.example/", "depth": "pages"}
    | {"begun": ":at", "ended": ":at", "operator": "ann", "verdict": "suspicious", "brand": "northwind", "score": 0.5}
    | {"reasons": "[]", "calibrated": 0, "liveness": "live", "manifest": "", "clock": CLOCK},
    "evidence": {"id": 1, "look_id": 1, "sha256": ":hash", "sha512": ":hash", "size": 9, "media_type": "image/png"}
    | {"url": "x", "acquired_at": ":at", "tool": "x", "vantage": "desktop", "operator": "ann", "note": "x"},
    "reply": {"id": 1, "report_id": 1, "digest": ":hash", "message_id": "x", "kind": "x", "sender_domain": "x"}
    | {"authentication": "x", "matched_by": "x", "suggests": "acknowledged", "why": "x", "state": "open"}
    | {"decided_by": "", "tickets": "[]", "doubts": "[]", "text": "x", "read_at": ":at"},
    "outcome": {
        "id": 1,
        "packet_id": ":packet",
        "kind": "request",
        "ref": "x",
        "note": "x",
        "at": ":at",
        "actor": "ivy",
    }
    | {"due_at": ":at", "done_by": ""},
    "ruling": {"id": 1, "act": "cut", "kind": "tracker", "value": "x", "case_id": ":number", "reason": "x"}
    | {"actor": "ann", "at": ":at", "ended_by": ""},
    "campaign": {"id": "c-000000000001", "formed_at": ":at", "successors": "[]"},
    "member": {"candidate_id": ":number", "campaign_id": "c-000000000001", "since": ":at"},
    "sign": {"id": 1, "candidate_id": ":number", "kind": "tracker", "value": "x", "first_at": ":at", "last_at": ":at"}
    | {"evidence": ":hash", "look_id": 1},
}
"""What no page makes: what a look found, what came by mail. `:NAME` stands for what is only known then."""
_KINDS = ("rdap.registrar", "dns.a", "page.form", "page.number", "http.answer", "odd")
_FINDING = {"look_id": 1, "source": "x", "observed_at": ":at", "outcome": "found", "text": "x", "data": "{}"} | {
    "sha256": ":hash",
    "vantage": "desktop",
}


def _insert(site: Site, table: str, row: Mapping[str, object], names: Mapping[str, object]) -> None:
    values = {name: names[str(value)[1:]] if str(value).startswith(":") else value for name, value in row.items()}
    site.sql(f"INSERT INTO {table} ({', '.join(values)}) VALUES ({', '.join(f':{name}' for name in values)})", **values)
