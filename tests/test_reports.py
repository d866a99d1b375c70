"""Drafting a report, from the candidate to the file."""

import email
import email.policy
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest

from scamhunt import desk, desk_reports, pipeline
from scamhunt.errors import NotAllowedNow, NotFound, ProtectedTarget, Refused, StoreError, UserError
from scamhunt.model import Actor, ReportState
from scamhunt.settings import Settings
from scamhunt.store import Store

NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)
ANN = Actor("ann", "os_user")
PACK = '[[brand]]\nid = "amazon"\nname = "Amazon"\ndomains = ["amazon.com", "amazon.de"]\n'
NAMES = "amazon-refund-desk.com\nxn--mazon-3ve.com\namazon-login.workers.dev\n"
FOUND = "amazon-refund-desk.com"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Return settings of a team with its own small pack."""
    pack = tmp_path / "pack.toml"
    pack.write_text(PACK)
    return Settings(home=tmp_path / "home", overlay=tmp_path / "overlay", brands=(pack,), clock=NOW)


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    """Return a store in which a sweep has found three candidates."""
    path = settings.home.parent / "list.txt"
    path.write_text(NAMES)
    pipeline.sweep(settings, feeds=[str(path)])
    with desk.open_store(settings) as opened:
        yield opened


def confirmed(store: Store, key: str = FOUND) -> str:
    """Confirm a candidate and return its id."""
    return str(desk.decide(store, ANN, key, "confirm", "asks for a password under the brand's name").id)


def mail(settings: Settings, file: str) -> EmailMessage:
    """Return the draft as a mail program reads it."""
    return email.message_from_bytes((settings.home / file).read_bytes(), policy=email.policy.default)


def test_a_confirmed_candidate_gets_a_draft_and_an_eml(store: Store, settings: Settings) -> None:
    """It is stored as a draft, says what it lacks, and lies in drafts/: defanged in its text, exact in its data."""
    report = desk_reports.draft_report(store, settings, ANN, confirmed(store))
    assert (report.state, report.kind, report.recipient) == (ReportState.DRAFT, "registrar", "")
    assert {one.field for one in report.missing} == {"abuse_type", "observed", "recipient", "reporter"}
    message = mail(settings, report.file)
    text, _, data = (part.get_content() for part in message.iter_parts())
    assert text.replace("\r\n", "\n") == report.text
    assert "amazon-refund-desk[.]com" in text
    assert FOUND not in text
    assert json.loads(data)["indicator"] == FOUND
    assert (settings.home / report.file).stat().st_mode & 0o777 == 0o600
    assert (settings.home / "drafts").stat().st_mode & 0o777 == 0o700


def test_what_is_known_is_no_longer_missing(store: Store, settings: Settings) -> None:
    """Contact, observation and reporter fill their places, in the text and in the mail's headers."""
    known = settings.model_copy(update={"reporter_org": "Example Trust", "reporter_email": "abuse@trust.example"})
    seen = "2026-11-21 14:05 UTC: a login form for Amazon accounts"
    report = desk_reports.draft_report(store, known, ANN, confirmed(store), to="abuse@registrar.example", observed=seen)
    assert (report.missing, report.ready) == ((), True)
    assert {one.field for one in report.ticks} == {"capture", "rdap", "unlisted"}
    message = mail(settings, report.file)
    assert message["To"] == "abuse@registrar.example"
    assert message["From"].addresses[0].addr_spec == "abuse@trust.example"
    assert seen in report.text


def test_a_second_draft_for_the_same_desk_is_the_same_report(store: Store, settings: Settings) -> None:
    """A report is unique per target, recipient and purpose; what was said once stays; the log has each act."""
    key = confirmed(store)
    first = desk_reports.draft_report(store, settings, ANN, key)
    again = desk_reports.draft_report(store, settings, ANN, key, observed="a login form")
    known = desk_reports.draft_report(store, settings, ANN, key, to="abuse@registrar.example")
    plain = desk_reports.draft_report(store, settings, ANN, key)
    other = desk_reports.draft_report(store, settings, ANN, key, to="abuse@other.example")
    assert (first.id, again.id, known.id, plain.id, other.id) == (1, 1, 1, 1, 2)
    assert [one.recipient for one in desk_reports.reports(store, settings)] == [
        "abuse@other.example",
        "abuse@registrar.example",
    ]
    assert plain.recipient == "abuse@registrar.example"
    assert "a login form" in desk_reports.report(store, settings, 1).text
    assert [event.act for event in desk.history(store, "report:1")] == ["report.draft"] * 4
    assert {event.actor for event in desk.history(store, "report:1")} == {"ann"}


def test_nobody_is_reported_before_a_person_confirmed(store: Store, settings: Settings) -> None:
    """A score never acts: a new or dismissed candidate gets no draft, and the message says what to do."""
    with pytest.raises(NotAllowedNow, match="candidates confirm"):
        desk_reports.draft_report(store, settings, ANN, FOUND)
    desk.decide(store, ANN, FOUND, "dismiss", "a partner")
    with pytest.raises(NotAllowedNow, match="dismissed"):
        desk_reports.draft_report(store, settings, ANN, FOUND)
    assert desk_reports.reports(store, settings) == []
    assert not (settings.home / "drafts").exists()


def test_a_preview_is_marked_and_stored_nowhere(store: Store, settings: Settings) -> None:
    """Anybody may look at what a report would say; nothing of it stays."""
    report = desk_reports.draft_report(store, settings, ANN, FOUND, preview=True)
    assert report.text.startswith("NOT CONFIRMED")
    assert (report.id, report.file) == (None, "")
    assert desk_reports.reports(store, settings) == []
    assert desk.history(store, "report:1") == []
    assert not (settings.home / "drafts").exists()


@pytest.mark.parametrize("target", ["amazon.com", "www.amazon.de", "github.io", "service.gov.uk", "wikipedia.org"])
def test_a_protected_name_is_refused_before_anything_else(store: Store, settings: Settings, target: str) -> None:
    """Official, platform, government and well-known names stop with the word, known as a candidate or not."""
    with pytest.raises(ProtectedTarget, match="protected"):
        desk_reports.draft_report(store, settings, ANN, target, preview=True)


def test_a_name_that_became_official_is_refused(store: Store, settings: Settings) -> None:
    """Protection is asked again at each draft: what the brand claims meanwhile stops, by id too."""
    key = confirmed(store)
    settings.brands[0].write_text(PACK.replace('"amazon.de"', f'"{FOUND}"'))
    with pytest.raises(ProtectedTarget, match="official domain of Amazon"):
        desk_reports.draft_report(store, settings, ANN, key)


@pytest.mark.parametrize("preview", [True, False])
def test_a_tenant_is_not_reported_to_the_registrar_of_the_platform(
    store: Store, settings: Settings, *, preview: bool
) -> None:
    """What stands on a shared platform goes to the platform; its registrar would take down everybody."""
    key = confirmed(store, "amazon-login.workers.dev")
    for given in (key, "amazon-login.workers.dev"):
        with pytest.raises(Refused, match=r"workers\.dev is a shared platform"):
            desk_reports.draft_report(store, settings, ANN, given, kind="registrar", preview=preview)
    assert desk_reports.draft_report(store, settings, ANN, key, preview=preview).kind == "platform"


@pytest.mark.parametrize(
    "address", ["a@b.example\nBcc: c@d.example", "A <a@b.example>", "a@b.example,c@d.example", "x"]
)
def test_a_hostile_address_is_the_users_mistake(store: Store, settings: Settings, address: str) -> None:
    """One plain address or none; nothing is stored for another."""
    key = confirmed(store)
    with pytest.raises(UserError, match="not one plain e-mail address"):
        desk_reports.draft_report(store, settings, ANN, key, to=address)
    assert desk_reports.reports(store, settings) == []


def test_what_there_is_not_is_named(store: Store, settings: Settings) -> None:
    """No such candidate, report or kind: each says so and where to look."""
    with pytest.raises(NotFound, match="candidates list"):
        desk_reports.draft_report(store, settings, ANN, "no-such-name-here.com")
    with pytest.raises(NotFound, match="reports list"):
        desk_reports.report(store, settings, 7)
    with pytest.raises(UserError, match="did you mean 'host'"):
        desk_reports.draft_report(store, settings, ANN, confirmed(store), kind="hots")


def test_a_brand_that_left_the_packs_is_named(store: Store, settings: Settings) -> None:
    """Without its brand a report cannot say for whom it is: the message names the brand."""
    key = confirmed(store)
    settings.brands[0].write_text(PACK.replace("amazon", "other"))
    with pytest.raises(UserError, match="amazon"):
        desk_reports.draft_report(store, settings, ANN, key)


def test_a_draft_that_cannot_be_written_is_not_stored(store: Store, settings: Settings) -> None:
    """File, row and log stand or fall together."""
    key = confirmed(store)
    (settings.home / "drafts").write_text("in the way")
    with pytest.raises(StoreError, match="drafts"):
        desk_reports.draft_report(store, settings, ANN, key)
    assert desk_reports.reports(store, settings) == []
    assert desk.history(store, "report:1") == []


def test_the_lint_has_the_last_word(store: Store, settings: Settings) -> None:
    """A template of the team's own cannot threaten: the draft is refused with the reason."""
    folder = settings.overlay / "takedown_templates"
    folder.mkdir(parents=True, mode=0o700)
    template = Path(__file__).parents[1] / "takedown_templates" / "impersonation.txt.j2"
    own = template.read_text().replace("What we ask", "What we ask\nYou must act within 24 hours.")
    (folder / "impersonation.txt.j2").write_text(own)
    (folder / "impersonation.txt.j2").chmod(0o600)
    with pytest.raises(Refused, match="the draft is refused"):
        desk_reports.draft_report(store, settings, ANN, confirmed(store))


def test_a_draft_on_what_is_no_longer_a_case_is_withdrawn(store: Store, settings: Settings) -> None:
    """Dismissing or reopening a case takes its mail away and says so; confirmed again, a new draft takes its place."""
    key = confirmed(store)
    report = desk_reports.draft_report(store, settings, ANN, key, observed="a login form")
    desk.decide(store, ANN, key, "dismiss", "it was a partner")
    assert not Path(report.file).exists()
    now = desk_reports.report(store, settings, 1)
    assert (now.state, now.file) == (ReportState.WITHDRAWN, "")
    assert [event.act for event in desk.history(store, "report:1")] == ["report.draft", "report.withdraw"]
    desk.decide(store, ANN, key, "reopen", "not a partner after all")
    confirmed(store)
    again = desk_reports.draft_report(store, settings, ANN, key)
    assert (again.id, again.state) == (1, ReportState.DRAFT)
    assert "a login form" in again.text
    assert Path(again.file).exists()


def test_a_report_that_cannot_be_rendered_does_not_hide_the_others(store: Store, settings: Settings) -> None:
    """A brand that left the packs is told in the warnings of its own report; the list still comes."""
    desk_reports.draft_report(store, settings, ANN, confirmed(store))
    settings.brands[0].write_text(PACK.replace("amazon", "other"))
    (report,) = desk_reports.reports(store, settings)
    assert report.warnings == (
        "cannot be rendered: brand amazon is no longer in the packs; put it back to report for it",
    )
    assert (report.id, report.text) == (1, "")


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE candidate SET state = 'confirmed' WHERE id = 1",
        "UPDATE candidate SET state = 'confirmed', revision = 1, target = 'innocent-bakery.example' WHERE id = 2",
    ],
)
def test_the_log_and_not_the_table_says_what_was_confirmed(store: Store, settings: Settings, change: str) -> None:
    """Whoever writes into the database makes no case of a name that no person confirmed."""
    confirmed(store, "2")
    with closing(sqlite3.connect(store.file)) as connection, connection:
        connection.execute(change)
    key = "1" if "id = 1" in change else "2"
    with pytest.raises(Refused, match="the log does not say"):
        desk_reports.draft_report(store, settings, ANN, key)
    assert desk_reports.reports(store, settings) == []
