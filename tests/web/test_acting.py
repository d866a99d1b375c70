"""What people do on the pages: decide, draft, approve, send, hold, refer; and what stops them before a mistake."""

import hashlib
import io
import re
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from bench.lab_smtp import Smtp
from scamhunt.model import ReportState, State
from scamhunt.store import EventView
from tests.site_lab import DESK, NAMES, SEEN, Browser, Site, open_site

WHY = "asks for a password in the brand's name"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """Give a site of one's own."""
    with open_site(tmp_path) as site:
        yield site


def told(answer: httpx.Response) -> str:
    """Return what an answer says went wrong."""
    return " ".join(re.findall(r'class="note bad"[^>]*>(.*?)</p>', answer.text, re.DOTALL))


def soon(holds: Callable[[], bool]) -> bool:
    """Wait for what follows an answer, two seconds at most."""
    for _ in range(100):
        if holds():
            return True
        time.sleep(0.02)
    return False


def state_of(site: Site, number: int) -> State:
    """Return where a candidate stands."""
    return site.store.candidate(str(number)).state


def confirmed(site: Site, name: str = "secure-northwind.com") -> int:
    """Return a candidate that the analyst confirmed."""
    number = site.number(name)
    answer = site.known("ann").post(f"/candidates/{number}/confirm", reason=WHY)
    assert answer.status_code == 303, told(answer)
    return number


def drafted(site: Site, number: int) -> str:
    """Return the page of a report on it."""
    answer = site.known("ann").post(f"/candidates/{number}/draft", kind="registrar", to=DESK, observed=SEEN)
    assert answer.status_code == 303, told(answer)
    return answer.headers["location"]


def frozen(browser: Browser, report: str) -> tuple[str, dict[str, list[str]]]:
    """Return what an approver's form of a frozen report has in it: which bytes, and each warning, ticked."""
    page = browser.get(report).text
    sha256 = re.findall(r'name="sha256" value="([0-9a-f]{64})"', page)
    return sha256[0] if sha256 else "", {"accept": re.findall(r'name="accept" value="([^"]+)"', page)}


# --- triage -----------------------------------------------------------------------------------------------------------


def test_a_decision_is_in_the_log_and_the_second_click_does_nothing(site: Site) -> None:
    """A double click decides once, for the same person; what the form saw is compared with what is."""
    ann, number = site.known("ann"), site.number("secure-northwind.com")
    for _ in range(2):
        answer = ann.post(f"/candidates/{number}/confirm", reason=WHY, revision="0")
        assert answer.status_code == 303
    assert state_of(site, number) is State.CONFIRMED
    assert [act for act in site.acts(f"candidate:{number}") if "confirm" in act] == ["ann candidate.confirm"]
    late = site.known("cyd").post(f"/candidates/{number}/dismiss", reason="a fan page", revision="0")
    assert late.status_code == 409
    assert "ann" in told(late)
    assert state_of(site, number) is State.CONFIRMED


def test_two_who_decide_at_once(site: Site) -> None:
    """Of two people who press a key at the same moment one decides, and the other is told who did."""
    number = site.number("refund-northwind.com")
    people = [site.known("ann"), site.known("cyd")]
    acts = list(zip(people, ("confirm", "dismiss"), strict=True))
    found: list[int] = []
    gate = threading.Barrier(2)

    def decide(browser: Browser, act: str) -> None:
        gate.wait()
        found.append(browser.post(f"/candidates/{number}/{act}", reason=WHY, revision="0").status_code)

    threads = [threading.Thread(target=decide, args=one) for one in acts]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(found) == [303, 409]
    decided = {"ann candidate.confirm", "cyd candidate.dismiss"}
    assert len(decided & set(site.acts(f"candidate:{number}"))) == 1


def test_a_reason_is_needed(site: Site) -> None:
    """Without one nothing is decided."""
    number = site.number("secure-northwind.com")
    for reason in ("", "   ", "x" * 5_000):
        assert site.known("ann").post(f"/candidates/{number}/confirm", reason=reason).status_code == 400
    assert state_of(site, number) is State.NEW
    assert site.known("ann").post(f"/candidates/{number}/close", reason=WHY).status_code in {403, 409}
    assert site.known("ann").post(f"/candidates/{number}/explode", reason=WHY).status_code == 400


def test_who_is_at_work_is_not_disturbed(site: Site) -> None:
    """What one claimed another one decides only when he says so; it can be let go, and taken over."""
    ann, cyd, number = site.known("ann"), site.known("cyd"), site.number("verify-northwind.com")
    assert ann.post(f"/candidates/{number}/act/claim").status_code == 303
    assert "is at work on it" in cyd.get(f"/candidates/{number}").text
    refused = cyd.post(f"/candidates/{number}/confirm", reason=WHY)
    assert (refused.status_code, "ann" in told(refused)) == (409, True)
    assert cyd.post(f"/candidates/{number}/act/claim").status_code == 409
    assert cyd.post(f"/candidates/{number}/act/claim", take="yes").status_code == 303
    assert cyd.post(f"/candidates/{number}/act/release").status_code == 303
    assert ann.post(f"/candidates/{number}/confirm", reason=WHY).status_code == 303


def test_undo_takes_back_only_ones_own(site: Site) -> None:
    """One's own last decision is taken back; somebody else's is not."""
    ann, cyd, number = site.known("ann"), site.known("cyd"), confirmed(site)
    assert cyd.post(f"/candidates/{number}/act/undo", revision="1").status_code == 409
    assert state_of(site, number) is State.CONFIRMED
    assert ann.post(f"/candidates/{number}/act/undo", revision="0").status_code == 409  # seen before it was decided
    assert ann.post(f"/candidates/{number}/act/undo", revision="1").status_code == 303
    assert state_of(site, number) is State.NEW
    assert ann.post(f"/candidates/{number}/act/note", text="the page is gone at noon").status_code == 303
    assert "the page is gone at noon" in cyd.get(f"/candidates/{number}").text


def test_many_are_decided_as_their_preview_said(site: Site) -> None:
    """A preview names each; when one changes in between nothing is done; above a few the number is typed."""
    ann, cyd = site.known("ann"), site.known("cyd")
    ids = [str(site.number(name)) for name in (*NAMES[:25], "ve1omart.net")]

    def sent(path: str, **more: str) -> httpx.Response:
        given = {"csrf": ann.csrf, "act": "confirm", "reason": WHY, "back": "/candidates", "id": ids}
        return ann.client.post(path, data=given | more)

    preview = sent("/candidates/many/preview")
    digest = re.findall(r'name="digest" value="([^"]+)"', preview.text)[0]
    assert "northwind-login-17[.]com" in preview.text
    assert sent("/candidates/many/decide", digest="x", typed="26").status_code == 409
    assert cyd.post(f"/candidates/{ids[0]}/dismiss", reason="a fan page").status_code == 303
    assert sent("/candidates/many/decide", digest=digest, typed="26").status_code == 409
    assert {state_of(site, int(one)) for one in ids[1:]} == {State.NEW}
    digest = re.findall(r'name="digest" value="([^"]+)"', sent("/candidates/many/preview").text)[0]
    assert sent("/candidates/many/decide", digest=digest, typed="3").status_code == 400
    assert sent("/candidates/many/decide", digest=digest, typed="25").status_code == 303
    assert {state_of(site, int(one)) for one in ids[1:]} == {State.CONFIRMED}


def test_who_looks_is_in_the_log_before_anything_is_shown(site: Site) -> None:
    """A page of a candidate or a report is shown to whom the log tells of, and to nobody where it cannot be written."""
    number = confirmed(site)
    report = drafted(site, number)
    site.known("vic").get(f"/candidates/{number}")
    site.known("vic").get(report)
    assert "vic view" in site.acts(f"candidate:{number}")
    assert "vic view" in site.acts(report.strip("/").replace("reports/", "report:"))
    assert site.known("vic").get("/candidates/987654").status_code == 404
    assert not site.acts("candidate:987654")  # nobody fills the log with what is not there
    aud, ann = site.known("aud"), site.known("ann")
    site.sql("CREATE TRIGGER no_log BEFORE INSERT ON event BEGIN SELECT RAISE(ABORT, 'no log'); END")
    for path in (f"/candidates/{number}", report, "/audit"):
        answer = aud.get(path, connection="close")
        assert answer.status_code >= 500, path
        assert "northwind" not in answer.text
    assert ann.post(f"/candidates/{number}/dismiss", reason=WHY).status_code >= 500
    assert state_of(site, number) is State.CONFIRMED


def test_what_is_refused_is_in_the_log_once(site: Site) -> None:
    """Whoever comes to a door that is not his is told of in one row, with what he may not do; a slip is not."""
    vic, number = site.known("vic"), site.number("secure-northwind.com")

    def refused() -> list[EventView]:
        return site.store.log_page({"act": "act.refused"}, 0, 50)

    assert vic.post(f"/candidates/{number}/confirm", reason=WHY).status_code == 403
    assert [(one.actor, one.detail["permission"]) for one in refused()] == [("vic", "triage")]
    assert vic.get("/audit").status_code == 403
    assert [one.detail["permission"] for one in refused()] == ["verify", "triage"]
    assert site.known("ann").post(f"/candidates/{number}/confirm", reason="").status_code == 400
    assert len(refused()) == 2
    report = drafted(site, confirmed(site))
    assert site.known("ann").post(f"{report}/send").status_code == 403  # by a rule of safety: nobody approved it
    assert len(refused()) == 3


# --- reports ----------------------------------------------------------------------------------------------------------


def test_a_report_from_the_draft_to_the_file(site: Site) -> None:
    """Draft, edit with the lint beside it, freeze, approve, hand out, record: each step by whom it is for."""
    ann, bob = site.known("ann"), site.known("bob")
    number = confirmed(site)
    report = drafted(site, number)
    tried = ann.post(f"{report}/try", revision="0", note="", observed="write to somebody@mail.example", url="")
    assert "The lint refuses this" in tried.text
    changed = ann.post(f"{report}/edit", revision="0", note="", observed="It asks for a card", url="")
    assert changed.status_code == 303, told(changed)
    assert ann.post(f"{report}/review").status_code == 303
    assert ann.post(f"{report}/send").status_code == 403
    sha256, ticked = frozen(bob, report)
    assert bob.post(f"{report}/approve", sha256="0" * 64).status_code == 409
    assert bob.post(f"{report}/approve", sha256=sha256).status_code == 409
    assert bob.post(f"{report}/approve", ticked).status_code == 400
    done = bob.post(f"{report}/approve", ticked, sha256=sha256)
    assert done.status_code == 303, told(done)
    body = bob.get(f"{report}/bytes")
    assert hashlib.sha256(body.content).hexdigest() == sha256
    assert body.headers["content-disposition"].startswith("attachment")
    assert "written to" in ann.said(ann.post(f"{report}/send"))
    assert ann.post(f"{report}/record", state="sent", note="handed in", ticket="T-1").status_code == 303
    assert ann.post(f"{report}/record", state="verified_down", note="they say so").status_code == 400
    assert site.store.report(1).state is ReportState.SENT
    assert ann.post(f"{report}/escalate", to="").status_code in {303, 409}


def test_nobody_approves_what_he_wrote(tmp_path: Path) -> None:
    """Not with both roles, not what he only edited, not after an edit of somebody else."""
    with open_site(tmp_path) as site:
        eve = site.known("eve")
        roles = eve.client.post(
            "/people", data={"csrf": eve.csrf, "name": "cyd", "role": ["analyst", "approver"], "new": ""}
        )
        assert roles.status_code == 303, told(roles)
        ann, bob, cyd = site.known("ann"), site.known("bob"), site.known("cyd")
        report = drafted(site, confirmed(site))
        assert cyd.post(f"{report}/edit", revision="0", note="one more line", observed=SEEN, url="").status_code == 303
        assert ann.post(f"{report}/review").status_code == 303
        sha256, ticked = frozen(bob, report)
        assert not frozen(cyd, report)[0]
        own = cyd.post(f"{report}/approve", ticked, sha256=sha256)
        assert own.status_code == 403
        assert bob.post(f"{report}/approve", ticked, sha256=sha256).status_code == 303
        revision = re.findall(r'name="revision" value="(\d+)"', ann.get(report).text)[0]
        assert ann.post(f"{report}/edit", revision=revision, note="two", observed=SEEN, url="").status_code == 303
        assert ann.post(f"{report}/send").status_code == 403  # the approval was of other bytes
        stale = bob.post(f"{report}/approve", ticked, sha256=sha256)
        assert stale.status_code == 409
        assert site.store.report(1).state is ReportState.DRAFT


def test_an_edit_of_what_somebody_else_changed_is_told_with_the_difference(site: Site) -> None:
    """Of two who edit the same report the second gets 409 with what the first made of it; nothing is lost."""
    ann, cyd = site.known("ann"), site.known("cyd")
    report = drafted(site, confirmed(site))
    assert ann.post(f"{report}/edit", revision="0", note="from ann", observed=SEEN, url="").status_code == 303
    late = cyd.post(f"{report}/edit", revision="0", note="from cyd", observed=SEEN, url="")
    assert late.status_code == 409
    assert "from ann" in told(late)
    assert site.store.report(1).note == "from ann"


def test_what_is_queued_can_be_taken_back(tmp_path: Path) -> None:
    """With sending on there are some minutes to take it back, on the page."""
    with Smtp() as smtp, open_site(tmp_path, sending=True, smtp_url=smtp.url) as site:
        ann, bob = site.known("ann"), site.known("bob")
        report = drafted(site, confirmed(site))
        ann.post(f"{report}/review")
        sha256, ticked = frozen(bob, report)
        bob.post(f"{report}/approve", ticked, sha256=sha256)
        assert "queued" in ann.said(ann.post(f"{report}/send"))
        assert "Take it back" in ann.get(report).text
        assert ann.post(f"{report}/cancel").status_code == 303
        assert site.store.report(1).state is ReportState.APPROVED


def test_a_dispute_holds_everything_and_somebody_else_decides(site: Site) -> None:
    """It is held at once, stands on top of the day's work, and who wrote the report does not find it right."""
    ann, bob = site.known("ann"), site.known("bob")
    number = confirmed(site)
    report = drafted(site, number)
    assert ann.post(f"{report}/dispute", reason="").status_code == 400
    assert ann.post(f"{report}/dispute", reason="the owner says it is a fan page").status_code == 303
    assert site.store.report(1).state is ReportState.HELD
    assert "answer the dispute" in ann.get("/today").text
    assert ann.post("/holds/1/end", finding="right", reason="looked again").status_code == 403
    assert ann.post("/holds/1/end", finding="", reason="looked again").status_code == 400
    assert bob.post("/holds/1/answer", reason="wrote to them").status_code == 303
    assert bob.post("/holds/1/end", finding="wrong", reason="it is a fan page").status_code == 303
    assert site.store.report(1).state is ReportState.WITHDRAWN
    assert state_of(site, number) is State.DISMISSED


def test_a_hold_lasts_as_long_as_is_said(site: Site) -> None:
    """A target that is left alone gets no report; from 1 to 30 days."""
    ann, number = site.known("ann"), confirmed(site)
    for days in ("0", "31", "-1", "x", ""):
        held = ann.post(f"/candidates/{number}/hold", kind="other", days=days, reason="we look into it")
        assert held.status_code == 400, days
    held = ann.post(f"/candidates/{number}/hold", kind="law_enforcement", days="3", reason="an agency asked")
    assert held.status_code == 303
    assert ann.post(f"/candidates/{number}/draft", to=DESK, observed=SEEN).status_code == 403


# --- packets and links ------------------------------------------------------------------------------------------------


def test_a_packet_is_released_by_a_second_person(site: Site) -> None:
    """Who built it does not release it; what is released are the bytes that were looked at; a copy is logged."""
    number = confirmed(site)
    ivy, bob = site.known("ivy"), site.known("bob")
    asked = {"cases": str(number), "campaigns": "", "agency": "generic", "purpose": "complaint", "offences": ""}
    more = {"contact": "", "authority": "", "tlp": "AMBER", "pap": "AMBER", "hold_days": "", "encrypt_to": ""}
    built = ivy.post("/packets", **asked, **more)
    assert built.status_code == 303, told(built)
    place = built.headers["location"]
    sha256 = re.findall(r'name="sha256" value="([0-9a-f]{64})"', bob.get(place).text)[0]
    assert bob.post(f"{place}/copy", reason="for the agency").status_code == 409
    assert bob.post(f"{place}/release", sha256="0" * 64, reason="").status_code == 409
    assert bob.post(f"{place}/release", sha256=sha256, reason="looked at it").status_code == 303
    copy = bob.post(f"{place}/copy", reason="for the agency")
    assert hashlib.sha256(copy.content).hexdigest() == sha256
    with zipfile.ZipFile(io.BytesIO(copy.content)) as packed:
        (info,) = [name for name in packed.namelist() if name.endswith("bag-info.txt")]
        tags = packed.read(info).replace(b"\n ", b" ")
    assert re.search(rb"^X-Log-Head: \S+Z \S+:\S+ \d+:[0-9a-f]{64}", tags, re.MULTILINE)
    assert bob.post(f"{place}/copy", reason="").status_code == 400
    assert "bob packet.copy" in site.acts(f"packet:{place.rpartition('/')[2]}")
    assert soon(lambda: not list((site.folder / "home" / "released").glob("copy-*")))
    recorded = ivy.post(f"{place}/outcome", kind="request", ref="A-1", note="logs", at="", due="2026-11-24T08:00")
    assert recorded.status_code == 303, told(recorded)
    assert "answer the agency" in ivy.get("/today").text
    assert ivy.post("/outcomes/1/done", reason="sent").status_code == 303


def test_the_log_is_read_verified_and_taken_away(site: Site) -> None:
    """An auditor reads who did what, verifies it against a head of his own, and takes it as a file."""
    confirmed(site)
    aud = site.known("aud")
    head = re.findall(r"Head <code>(\d+:[0-9a-f]{64})", aud.get("/audit").text)[0]
    assert "candidate.confirm" in aud.get("/audit?actor=ann").text
    assert "candidate.confirm" not in aud.get("/audit?actor=bob").text
    assert "candidate.confirm" in aud.get("/audit?act=candidate.*").text
    assert "The log holds" in aud.post("/audit/verify", heads=f"noted {head}").text
    lines = aud.post("/audit/export", since="").text.splitlines()
    assert len(lines) >= int(head.partition(":")[0])
    assert soon(lambda: not list((site.folder / "home" / "tmp").glob("sent-*")))
    site.sql("DROP TRIGGER event_no_update")
    site.sql("UPDATE event SET reason = 'seen by nobody' WHERE act = 'candidate.confirm'")
    assert "DOES NOT HOLD" in aud.post("/audit/verify", heads="").text
    wrong = aud.post("/audit/verify", heads=head.split(":")[0] + ":" + "0" * 64)
    assert "DOES NOT HOLD" in wrong.text
    assert aud.post("/audit/verify", heads="not a head").status_code == 400


def test_ones_own_account_is_nobody_elses(site: Site) -> None:
    """Tokens of somebody else cannot be ended, nor their sessions seen; an admin ends anybody's (IDOR)."""
    ann, cyd = site.known("ann"), site.known("cyd")
    assert "shown only now" in ann.post("/account/tokens", name="nightly", scope="look", days="30").text
    assert "nightly" in ann.get("/account").text
    assert "nightly" not in cyd.get("/account").text
    assert cyd.post("/account/tokens/1/end", reason="mine now").status_code in {403, 404}
    assert "nightly" in ann.get("/account").text
    assert ann.post("/account/tokens", name="x", scope="approve", days="30").status_code == 400
    assert ann.post("/account/tokens", name="x", scope="look", days="9999").status_code == 400
    assert cyd.post("/people/ann/drop-second-factor", reason="lost").status_code == 403


def test_what_is_new_since_the_last_visit(site: Site) -> None:
    """A filter is a link; only what came since one was here last is shown where that is asked for."""
    ann = site.known("ann")
    rows = re.compile(r'data-id="(\d+)"')
    assert rows.findall(ann.get("/candidates").text)
    velomart = ann.get("/candidates?brand=velomart").text
    assert "ve1omart" in velomart
    assert "secure-northwind" not in velomart
    assert ann.get("/candidates?colour=red").status_code == 400
    assert ann.get("/candidates?brand=%00").status_code in {200, 400}
    site.later(timedelta(hours=1))
    again = site.browser("ann")
    assert not rows.findall(again.get("/candidates?new=yes").text)


def test_bad_numbers_in_addresses(site: Site) -> None:
    """Whatever stands in an address, the answer is a page that says so, never a trace."""
    ann = site.known("ann")
    paths = ("/candidates/9999999999999999999999", "/candidates/-1", "/candidates/%00", "/reports/0", "/inbox/1e9")
    more = (
        "/campaigns/..%2f..",
        "/packets/%F0%9F%98%80",
        "/evidence/1/picture",
        "/audit?before=x",
        "/dashboard?days=7",
    )
    for path in (*paths, *more):
        answer = ann.get(path)
        assert answer.status_code in {400, 403, 404, 422}, (path, answer.status_code)
        assert "Traceback" not in answer.text
