"""Drafting a report on a phone number: what it was to those who reported it decides, on every path."""

import email
import email.policy
import itertools
import json
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import starmap
from pathlib import Path

import pytest

from scamhunt import desk, desk_reports, pipeline, reference
from scamhunt.cli import entry
from scamhunt.errors import NotAllowedNow, ProtectedTarget, Refused, UserError
from scamhunt.investigate import refdata
from scamhunt.model import Actor, Event, ReportState, Role, State
from scamhunt.settings import Settings
from scamhunt.store import Store
from tests.number_team import NOW, Team, reported

ANN = Actor("ann", "os_user")
CALLBACK, SHOWN, SENDER, NOBODY = "+12125550188", "+14155550123", "+12125550142", "+14155550177"
TOLL_FREE = "+18885550142"
FIRST_HAND = {CALLBACK: "callback", SHOWN: "caller_id", SENDER: "sms_sender", NOBODY: "unknown", TOLL_FREE: "callback"}
FITS = {CALLBACK: "carrier", SHOWN: "traceback", SENDER: "carrier", NOBODY: "traceback", TOLL_FREE: "resporg"}
MAY = set(FITS.items()) | {*((CALLBACK, "traceback"), (TOLL_FREE, "traceback"), (TOLL_FREE, "carrier"))}
KINDS = ["carrier", "resporg", "traceback", "do_not_originate", "registrar", "host"]
OWN = (
    '+++\nkinds = ["{kind}"]\npurpose = "{purpose}"\nlang = "en"\nsubject = "About it"\n+++\n'
    "Please look at {{{{ target }}}}."
)


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a team with a brand, two feeds of numbers (one only corroborates) and a confirmed number in each role."""
    made = Team(tmp_path_factory.mktemp("team"))
    made.read("calls", *starmap(reported, FIRST_HAND.items()))
    with desk.open_store(made.settings()) as opened:
        for number in FITS:
            desk.decide(opened, ANN, number, "confirm", "heard the recording")
    return made.folder


@pytest.fixture
def settings(team: Path, tmp_path: Path) -> Settings:
    """Return settings of a copy of the team."""
    shutil.copytree(team, tmp_path / "team")
    return Team(tmp_path / "team").settings()


Tell = Callable[..., None]


@pytest.fixture
def tell(settings: Settings) -> Tell:
    """Return a function that hands rows in for a feed."""

    def more(*rows: str, feed: str = "calls") -> None:
        Team(settings.home.parent).read(feed, *rows)

    return more


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    """Return the store of the copy."""
    with desk.open_store(settings) as opened:
        yield opened


def overlay(settings: Settings, kind: str, purpose: str, file: str = "own_letter") -> None:
    """Write a template of the team's own."""
    folder = settings.overlay / "takedown_templates"
    folder.mkdir(exist_ok=True)
    (folder / f"{file}.txt.j2").write_text(OWN.format(kind=kind, purpose=purpose))


@pytest.mark.parametrize("preview", [True, False])
def test_the_kind_that_fits_the_role_is_the_default(store: Store, settings: Settings, *, preview: bool) -> None:
    """Whoever names no kind gets the one that the role allows, by number and by id."""
    for number, kind in FITS.items():
        for given in (number, str(store.candidate(number).id)):
            report = desk_reports.draft_report(store, settings, ANN, given, preview=preview)
            assert (report.kind, number in report.text, bool(report.missing)) == (kind, True, True)


@pytest.mark.parametrize(("own", "preview"), [("", False), ("", True), ("swapped", False), ("host", True)])
def test_every_other_kind_is_refused(store: Store, settings: Settings, own: str, *, preview: bool) -> None:
    """Each number, each kind, as preview and as draft; also with a template of the team's own, under any name."""
    if own == "swapped":
        overlay(settings, "carrier", "callback", "traceback_caller_id")
        overlay(settings, "traceback", "caller_id", "carrier_callback")
    elif own:
        overlay(settings, own, "own")
    wrong = [pair for pair in itertools.product(FITS, KINDS) if pair not in MAY]
    for number, kind in wrong:
        with pytest.raises(Refused) as refused:
            desk_reports.draft_report(store, settings, ANN, number, kind=kind, preview=preview)
        assert re.search("--kind (?:carrier|resporg|traceback)", str(refused.value))
    assert desk_reports.reports(store, settings) == []
    assert not (settings.home / "drafts").exists()
    for number, kind in FITS.items():
        assert desk_reports.draft_report(store, settings, ANN, number, kind=kind).kind == kind


def test_the_refusal_comes_before_what_else_is_wrong(store: Store, settings: Settings, tell: Tell) -> None:
    """A displayed number that nobody confirmed is refused for its role; with the right kind the decision is asked."""
    new = "+14155550166"
    tell(reported(new, "caller_id"))
    with pytest.raises(Refused, match="was seen as caller ID"):
        desk_reports.draft_report(store, settings, ANN, new, kind="carrier")
    with pytest.raises(NotAllowedNow, match="candidates confirm"):
        desk_reports.draft_report(store, settings, ANN, new, kind="traceback")
    assert desk_reports.draft_report(store, settings, ANN, new, preview=True).text.startswith(
        "NOT CONFIRMED: a preview"
    )


@pytest.mark.parametrize("key", ["+1 888 280 4331", "+18882804331", "(888) 280-4331", "+18002738255"])
def test_official_numbers_and_crisis_lines_are_protected(store: Store, settings: Settings, key: str) -> None:
    """Before anything else is asked."""
    for kind in ("", "carrier", "traceback"):
        with pytest.raises(ProtectedTarget, match="protected"):
            desk_reports.draft_report(store, settings, ANN, key, kind=kind, preview=True)


def test_a_name_gets_no_report_on_a_number(store: Store, settings: Settings) -> None:
    """The refusal names the kind that fits a name, and a number first in a list hides no name from a sweep."""
    path = settings.home.parent / "list.txt"
    path.write_text("amazon-refund-desk.com\n")
    summary = pipeline.sweep(settings, feeds=[str(path)])
    for kind in ("carrier", "traceback"):
        with pytest.raises(Refused, match=r"about a number, and this is a name.*--kind registrar"):
            desk_reports.draft_report(store, settings, ANN, "amazon-refund-desk.com", kind=kind, preview=True)
    assert "amazon-refund-desk[.]com" in summary.preview
    views = [store.candidate(SHOWN), store.candidate(CALLBACK), store.candidate("amazon-refund-desk.com")]
    found = desk_reports.preview(settings, reference.brands(settings), views)
    assert found
    assert found[0].indicator == "amazon-refund-desk.com"
    assert desk_reports.preview(settings, reference.brands(settings), views[:2]) is None


def test_what_the_table_says_of_a_role_is_not_believed(store: Store, settings: Settings) -> None:
    """The role is worked out from the reports at each draft, whatever stands beside the candidate."""
    with closing(sqlite3.connect(store.file)) as connection, connection:
        connection.execute("UPDATE candidate SET role = 'callback'")
    assert store.candidate(SHOWN).role == Role.CALLBACK
    with pytest.raises(Refused, match="was seen as caller ID"):
        desk_reports.draft_report(store, settings, ANN, SHOWN, kind="carrier")
    assert desk_reports.draft_report(store, settings, ANN, SHOWN).kind == "traceback"


def test_an_agency_makes_no_carrier_report(store: Store, settings: Settings, tell: Tell) -> None:
    """Complaints that name a number to call corroborate: alone they move no number from a trace to its carrier."""
    tell(*(reported(SHOWN, "callback", str(who), 1) for who in range(9)), feed="agency")
    with pytest.raises(Refused, match="was seen as caller ID"):
        desk_reports.draft_report(store, settings, ANN, SHOWN, kind="carrier")
    tell(*(reported(CALLBACK, "caller_id", str(who), 1) for who in range(9)), feed="agency")
    report = desk_reports.draft_report(store, settings, ANN, CALLBACK)
    assert report.kind == "carrier"
    assert any(warning.startswith("also seen as caller ID by 9 reports: ") for warning in report.warnings)


LATER = NOW + timedelta(days=800)


def displayed_later(settings: Settings, role: str = "caller_id") -> Settings:
    """Report a number to call as something else, 800 days later; return the settings of that day."""
    later = settings.model_copy(update={"clock": LATER})
    minutes = int(timedelta(days=799) / timedelta(minutes=1))
    rows = [reported(CALLBACK, role, str(who), minutes + who) for who in range(5)]
    Team(settings.home.parent).read("calls", *rows, now=LATER)
    return later


def test_a_draft_of_yesterday_does_not_outlive_its_role(store: Store, settings: Settings) -> None:
    """Where after a long silence all say caller ID, the carrier draft shows no text, and a trace is looked at anew."""
    first = desk_reports.draft_report(store, settings, ANN, CALLBACK, to="abuse@carrier.example")
    later = displayed_later(settings)
    (now,) = desk_reports.reports(store, later)
    assert (now.id, now.state, now.kind) == (first.id, ReportState.DRAFT, "carrier")
    assert (now.text, now.subject, now.file) == ("", "", "")
    assert now.warnings[0].startswith("cannot be rendered: the number was seen as caller ID")
    assert now.warnings[1] == "drafts/report-1.eml is of an earlier day: do not send it"
    assert desk_reports.report(store, later, 1) == now
    for to in ("", "abuse@carrier.example"):
        with pytest.raises(Refused, match="was seen as caller ID"):
            desk_reports.draft_report(store, later, ANN, CALLBACK, kind="carrier", to=to)
    with pytest.raises(
        Refused,
        match=r"role changed since it was confirmed \(callback, now caller_id\): look again and confirm it again",
    ):
        desk_reports.draft_report(store, later, ANN, CALLBACK)
    preview = desk_reports.draft_report(store, later, ANN, CALLBACK, preview=True)
    assert (preview.kind, preview.text[:13]) == ("traceback", "NOT CONFIRMED")
    desk.decide(store, ANN, CALLBACK, "reopen", "it is shown on displays now")
    desk.decide(store, ANN, CALLBACK, "confirm", "heard the recording")
    trace = desk_reports.draft_report(store, later, ANN, CALLBACK)
    assert (trace.kind, trace.recipient, trace.id) == ("traceback", "industry-traceback-group", 2)
    events = desk.history(store, f"candidate:{trace.candidate_id}")
    confirmed = [event.detail.get("role") for event in events if event.act == "candidate.confirm"]
    assert confirmed == ["callback", "caller_id"]
    assert not any("role" in event.detail for event in events if event.act == "candidate.reopen")


def test_a_draft_of_the_same_kind_does_not_outlive_its_role_either(store: Store, settings: Settings) -> None:
    """A number to call that sends texts now goes to a carrier still, but nobody confirmed that it does."""
    desk_reports.draft_report(store, settings, ANN, CALLBACK, to="abuse@carrier.example")
    later = displayed_later(settings, "sms_sender")
    (now,) = desk_reports.reports(store, later)
    assert (now.text, now.file) == ("", "")
    assert now.warnings[0].startswith(
        "cannot be rendered: the number was the sender of messages, and this carrier report is about something else"
    )
    with pytest.raises(Refused, match=r"\(callback, now sms_sender\).*scamhunt candidates reopen \d+ --reason TEXT"):
        desk_reports.draft_report(store, later, ANN, CALLBACK, kind="carrier")


def test_what_was_confirmed_before_roles_were_noted_is_drafted(store: Store, settings: Settings) -> None:
    """An old decision says nothing of the role: it is as before."""
    number = desk.decide(store, ANN, CALLBACK, "reopen", "as it was decided before")
    with store.acting(ANN) as old:
        old.set_state(number, State.CONFIRMED)
        old.log(Event("candidate.confirm", f"candidate:{number.id}", "heard it", {"target": CALLBACK}))
    assert desk_reports.draft_report(store, displayed_later(settings), ANN, CALLBACK).kind == "traceback"


def test_a_draft_counts_what_is_said_of_its_role(store: Store, settings: Settings, tell: Tell) -> None:
    """Voices, days, feeds and reasons are those of its role, in words for a desk; displays stand apart."""
    tell(*(reported(CALLBACK, "caller_id", str(who), 1) for who in range(9)))
    tell(*(reported(CALLBACK, "caller_id", str(who), 2) for who in range(9)), feed="agency")
    text = " ".join(desk_reports.draft_report(store, settings, ANN, CALLBACK).text.split())
    assert "First reported: 2026-11-21 Last reported: 2026-11-21, by 1 voice in all (calls)" in text
    assert "attention - It was reported by 1 voice, which names Amazon. Reports alone prove nothing." in text
    assert "Reports of the number as caller ID: 18." in text
    tell(reported(CALLBACK, "callback", "b", 60), f"{CALLBACK}|callback|nothing of it|c|||90")
    text = " ".join(desk_reports.draft_report(store, settings, ANN, CALLBACK).text.split())
    assert "by 3 independent voices in all (calls)" in text
    assert "It was reported by 3 independent voices, of whom 2 name Amazon." in text


def test_a_stored_report_of_another_kind_is_not_rendered(store: Store, settings: Settings) -> None:
    """Whoever writes another kind beside a report gets no text for it."""
    desk_reports.draft_report(store, settings, ANN, SHOWN, to="tracing@group.example")
    with closing(sqlite3.connect(store.file)) as connection, connection:
        connection.execute("UPDATE report SET kind = 'carrier', purpose = 'callback'")
    (report,) = desk_reports.reports(store, settings)
    assert report.text == ""
    assert "was seen as caller ID" in report.warnings[0]


def test_the_draft_lies_in_the_folder_as_mail(store: Store, settings: Settings) -> None:
    """Text and data of the mail are those of the draft; the log has it."""
    report = desk_reports.draft_report(
        store, settings, ANN, CALLBACK, to="abuse@carrier.example", observed="a page says so"
    )
    mail = email.message_from_bytes((settings.home / report.file).read_bytes(), policy=email.policy.default)
    text, _, record = mail.iter_parts()
    assert text.get_content().replace("\r\n", "\n") == report.text
    assert mail["To"] == "abuse@carrier.example"
    told = json.loads(record.get_content())
    assert (told["number"], told["role"], told["flags"]) == (CALLBACK, "callback", ["fictional"])
    fictional = "a fictional number, kept for films and tests: a report on it is sent to nobody outside this machine"
    assert fictional in report.warnings
    assert [event.act for event in desk.history(store, "report:1")] == ["report.draft"]
    assert [one.field for one in report.missing] == ["shown_at", "holder", "script", "reporter"]
    toll_free = desk_reports.draft_report(store, settings, ANN, TOLL_FREE, kind="carrier")
    assert "RespOrg" in next(one.text for one in toll_free.missing if one.field == "holder")


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Maria, 415-555-0199, was called", "what may be a phone number"),
        ("write to maria@mail.example", "an e-mail address"),
        ("paid with 4111 1111 1111 1111", "what may be the number of a payment card"),
        ("her SSN is 219-09-9999", "what may be a social security number"),
        ("x" * 3_000 + " maria@mail.example", "an e-mail address"),
    ],
)
def test_what_victims_told_is_neither_drafted_nor_kept(store: Store, settings: Settings, words: str, kind: str) -> None:
    """An observation with personal data is refused by its kind, also where the draft would cut it off."""
    for preview in (True, False):
        with pytest.raises(Refused, match=f"^the draft is refused: {kind}") as refused:
            desk_reports.draft_report(store, settings, ANN, CALLBACK, observed=words, preview=preview)
        assert "aria" not in str(refused.value)
        assert "4111" not in str(refused.value)
    assert desk_reports.reports(store, settings) == []
    wal = [path.read_bytes() for path in settings.home.glob("scamhunt.db*")]
    assert not any(b"maria@mail" in content or b"415-555-0199" in content for content in wal)


def blocks(settings: Settings, *rows: str) -> None:
    """Import a table of thousands blocks with invented companies."""
    header = (
        "Region,State,NPA,NXX,X,STATUS,Code Holder,Contaminated (Y/N),Contaminated TNs,Rate Center,"
        "Block Effective Date,Block Available Date,Assigned To,OCN,Date Assigned\n"
    )
    file = settings.home.parent / "blocks.csv"
    file.write_text(header + "".join(f"1,NY,{row}\n" for row in rows))
    refdata.import_file(settings, file, as_of=datetime(2026, 11, 1, tzinfo=UTC).date())


def test_a_draft_cites_whom_the_block_was_assigned_to(store: Store, settings: Settings) -> None:
    """With the table imported the holder stands there with table, day and confidence; without it is missing."""
    before = desk_reports.draft_report(store, settings, ANN, SENDER)
    assert "holder" in [one.field for one in before.missing]
    blocks(settings, '212,555,0,AS,"HARBOR VOICE, INC.",N,0,R,,,"FALCON NETWORKS, LLC - NY",9201,08/30/2026')
    report = desk_reports.draft_report(store, settings, ANN, SENDER)
    text = " ".join(report.text.split())
    assert "number block assigned to FALCON NETWORKS, LLC - NY (OCN 9201) according to " in text
    assert "of 2026-11-01 (thousands block, confidence medium)" in text
    assert "holder" not in [one.field for one in report.missing]
    assert "customer" not in text


def test_a_damaged_table_stops_no_draft(store: Store, settings: Settings) -> None:
    """What cannot be looked up is missing, and a warning says which file to import again."""
    blocks(settings, '212,555,0,AS,"HARBOR VOICE, INC.",N,0,R,,,"FALCON NETWORKS, LLC - NY",9201,08/30/2026')
    (table,) = (settings.home / "refdata").glob("*.db")
    table.chmod(0o600)
    table.write_bytes(b"no table at all" * 100)
    report = desk_reports.draft_report(store, settings, ANN, SENDER)
    assert "holder" in [one.field for one in report.missing]
    assert any(
        warning.startswith("the holder of the number's block could not be looked up: ") for warning in report.warnings
    )
    assert len(desk_reports.reports(store, settings)) == 1


def test_a_number_that_fell_silent_needs_fresh_evidence(store: Store, settings: Settings, tell: Tell) -> None:
    """After 45 days without a report in its role the draft is not complete; complaints of a display do not mend it."""
    desk_reports.draft_report(store, settings, ANN, CALLBACK)
    assert "fresh" not in [one.field for one in desk_reports.report(store, settings, 1).missing]
    later = settings.model_copy(update={"clock": NOW + timedelta(days=50)})
    tell(reported(CALLBACK, "caller_id", "b", 30 * 24 * 60), feed="agency")
    lacking = {one.field: one.text for one in desk_reports.report(store, later, 1).missing}
    assert lacking["fresh"].startswith(
        "fresh evidence: last reported in its role 2026-11-21, and somebody else may hold"
    )
    tell(reported(CALLBACK, "callback", "b", 60 * 20))
    assert "fresh" in [one.field for one in desk_reports.report(store, later, 1).missing]


def test_a_number_without_any_report_is_refused_a_carrier(store: Store, settings: Settings) -> None:
    """Where its reports are gone its role is unknown, which counts as caller ID."""
    with closing(sqlite3.connect(store.file)) as connection, connection:
        connection.execute("DELETE FROM number_sighting WHERE number = ?", (CALLBACK,))
    with pytest.raises(Refused, match="has no known role"):
        desk_reports.draft_report(store, settings, ANN, CALLBACK, kind="carrier")
    with pytest.raises(Refused, match=r"\(callback, now unknown\)"):
        desk_reports.draft_report(store, settings, ANN, CALLBACK)
    report = desk_reports.draft_report(store, settings, ANN, CALLBACK, preview=True)
    assert (report.kind, "fresh" in [one.field for one in report.missing]) == ("traceback", True)
    assert "- None of its reports is kept any more." in report.text


@pytest.fixture
def run(
    store: Store, settings: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., tuple[int, str, str]]:
    """Return a function that runs a command over that store."""
    assert store.candidate(CALLBACK)
    for name, value in {
        "SCAMHUNT_HOME": settings.home,
        "SCAMHUNT_BRANDS": settings.brands[0],
        "SCAMHUNT_OVERLAY": settings.overlay,
        "XDG_CONFIG_HOME": settings.home.parent,
    }.items():
        monkeypatch.setenv(name, str(value))

    def command(*arguments: str) -> tuple[int, str, str]:
        return (entry.run(["reports", "draft", *arguments]), *capsys.readouterr())

    return command


@pytest.mark.parametrize("option", [("--kind",), ("--recipient-kind",), ("--kind", "--recipient-kind")])
def test_no_option_of_the_command_widens_a_role(
    run: Callable[..., tuple[int, str, str]], option: tuple[str, ...]
) -> None:
    """Whichever way a kind is named, the wrong one is exit 5; two different ones are the user's mistake."""
    for number, kind in itertools.product(FITS, ["carrier", "resporg", "traceback"]):
        named = [word for one in option for word in (one, kind)]
        code, out, err = run(number, *named, "--to", "abuse@carrier.example", "--format", "json")
        if (number, kind) in MAY:
            assert (code, json.loads(out)["kind"]) == (0, kind)
        else:
            assert (code, out, f"--kind {FITS[number]}" in err) == (5, "", True)
    assert run(SHOWN, "--kind", "traceback", "--recipient-kind", "carrier")[0] == 2


def test_the_command_says_caller_id_in_words(run: Callable[..., tuple[int, str, str]]) -> None:
    """The refusal tells why and what helps instead; of what was observed nothing is repeated."""
    code, _, err = run(SHOWN, "--kind", "carrier")
    assert code == 5
    assert "was seen as caller ID" in err
    assert "a request to trace the call may help: --kind traceback" in " ".join(err.split())
    code, _, err = run(CALLBACK, "--observed", "call maria@mail.example")
    assert (code, "maria" in err) == (5, False)
    assert json.loads(run(SHOWN, "--format", "json")[1])["kind"] == "traceback"


def test_no_observation_asks_to_cut_a_displayed_number(run: Callable[..., tuple[int, str, str]]) -> None:
    """The text of a trace is ours, whoever typed it: exit 5; what a caller threatened with may be told."""
    code, out, err = run(SHOWN, "--observed", "Please disconnect this number")
    assert (code, out, "a request to cut a number that only a display showed" in " ".join(err.split())) == (5, "", True)
    assert run(SHOWN, "--observed", "'your account is suspended, press one to cancel the order'")[0] == 0
    assert run(CALLBACK, "--observed", "Please disconnect this number")[0] == 0


def test_a_kind_that_nobody_has_is_the_users_mistake(run: Callable[..., tuple[int, str, str]]) -> None:
    """Exit 2 with the kinds that there are; a kind that is none for a number is refused, exit 5."""
    code, _, err = run(SHOWN, "--kind", "foo")
    assert (code, "carrier, resporg, traceback" in " ".join(err.split())) == (2, True)
    assert run(SHOWN, "--kind", "registrar")[0] == 5


def test_a_kind_without_a_template_is_the_users_mistake(store: Store, settings: Settings) -> None:
    """A team that shadows the carrier's template with another kind learns which kinds there are."""
    overlay(settings, "host", "callback", "carrier_callback")
    with pytest.raises(UserError, match=r"no 'callback' report to a carrier in en; there is: .*sms"):
        desk_reports.draft_report(store, settings, ANN, CALLBACK)
