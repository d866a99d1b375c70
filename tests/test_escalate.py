"""Who is asked next: the steps of a ladder as people draft them, what they rest on, and what stops them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.lab_outbox import ANN, PACK
from scamhunt import desk, desk_holds, desk_people, desk_track
from scamhunt.desk_reports import Report
from scamhunt.errors import NotAllowedNow, ProtectedTarget, Refused, UserError
from scamhunt.model import Actor, Channel, PersonRole, ReportState
from scamhunt.store import HoldKind
from scamhunt.takedown.steps import Step
from tests.tracked_lab import DAY, HOUR, NAME, NOW, REGISTRAR, WAYS, Lab, at_work

S = ReportState
REGISTRY = "abuse@registry.example"
GERMAN = "amazon-refund-desk.de"
MAY = {S.SENT, S.ACKNOWLEDGED, S.FORWARDED, S.NO_ANSWER, S.ACTIONED, S.DECLINED, S.RELAPSED}


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    """Return a team with confirmed cases below a generic and a country's top-level domain."""
    with at_work(tmp_path) as made:
        made.confirm(NAME, GERMAN)
        yield made


@pytest.fixture
def out(lab: Lab) -> Lab:
    """Return the team with a report that the registrar has."""
    lab.bring(lab.plain(), S.SENT)
    return lab


def escalate(lab: Lab, step: str = "", to: str = "", report: int = 1) -> Report:
    """Escalate a report."""
    return desk_track.escalate(lab.store, lab.settings, ANN, report, step=step, to=to)


def named(lab: Lab) -> set[str]:
    """Return the steps that are due, by their names."""
    return {work.id.rpartition(":")[2] for work in lab.due()}


# --- from which state -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Return a team with a report in each state from which nobody else is asked."""
    with at_work(tmp_path_factory.mktemp("crowd")) as made:
        states = [state for state in S if state not in MAY]
        made.confirm(*(f"amazon-{state.replace('_', '-')}.com" for state in states))
        for number, state in enumerate(states, 1):
            made.bring(made.plain(str(number)), state)
        yield made


@pytest.mark.parametrize("state", [state for state in S if state not in MAY])
def test_nobody_else_is_asked_about_what_is_not_out_or_is_settled(crowd: Lab, state: ReportState) -> None:
    """What was not sent, is unclear, gone, held or taken back."""
    (number,) = [one.id for one in crowd.all() if one.state is state]
    with pytest.raises(NotAllowedNow, match=f"is {state}: nobody else is asked"):
        escalate(crowd, report=number)
    assert len(crowd.all()) == len(S) - len(MAY)


@pytest.mark.parametrize("purpose", ["withdrawal", "closure"])
def test_what_takes_back_or_closes_has_no_ladder(out: Lab, purpose: str) -> None:
    """Nobody is chased for an answer to it."""
    out.walk(out.plain(purpose=purpose, to="abuse@other.example"), *WAYS[S.SENT])
    with pytest.raises(NotAllowedNow, match="nobody else is asked"):
        escalate(out, report=2)
    out.now += 30 * DAY
    assert {work.report for work in out.due()} == {1}


# --- which step -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hours", "step"),
    [(0, "registrar-remind"), (24, "registrar-remind"), (71, "registrar-remind"), (72, "registry")],
)
def test_without_a_name_the_step_that_is_due_is_drafted(out: Lab, hours: int, step: str) -> None:
    """What is due; before anything is, the first one."""
    out.now += hours * HOUR
    made = escalate(out, to=REGISTRY if step == "registry" else "")
    assert (made.step, made.parent, out.store.report(1).climbed) == (step, 1, [step])


def test_a_ladder_ends(out: Lab) -> None:
    """Each step once; after the last one nothing is drafted without a name."""
    out.now += 8 * DAY
    for step, to in (("registrar-remind", ""), ("registry", REGISTRY), ("icann", "")):
        escalate(out, step, to)
    assert list(out.store.report(1).climbed) == ["registrar-remind", "registry", "icann"]
    with pytest.raises(NotAllowedNow, match="has no step left"):
        escalate(out)
    assert {work.report for work in out.due()} <= {2, 3, 4}


def test_a_reminder_goes_to_whoever_got_the_report(out: Lab) -> None:
    """Another contact would be another report."""
    with pytest.raises(UserError, match="leave --to out"):
        escalate(out, "registrar-remind", "abuse@other.example")
    made = escalate(out, "registrar-remind")
    assert (made.recipient, made.kind, made.type) == (REGISTRAR, "registrar", "phishing")


def test_the_registry_reads_what_was_asked_before(out: Lab) -> None:
    """Each report that went out, with its proof and what came of it; not the reminder that was never sent."""
    out.now += DAY
    out.walk(escalate(out, "registrar-remind").id or 0, *WAYS[S.SENT])
    escalate(out, "registry", REGISTRY)
    out.now += HOUR
    desk_track.record(out.store, out.settings, ANN, 1, state="declined", ticket="T-77")
    text = escalate(out, "registry", REGISTRY).text
    first, reminder, drafted = out.all()
    joined = text.replace("\n", "").replace(" ", "")
    assert [one.message_id.strip("<>") in joined for one in (first, reminder)] == [True, True]
    assert ("T-77" in text, "declined" in text, "250kept" in joined) == (True, True, True)
    assert (drafted.kind, drafted.recipient, drafted.rung) == ("registry", REGISTRY, "registry")


# --- what a step rests on ---------------------------------------------------------------------------------------------


def test_icann_is_asked_about_a_generic_domain_with_proof(out: Lab) -> None:
    """A week later, with the Message-ID of what the registrar got."""
    out.now += 7 * DAY
    assert "icann" in named(out)
    made = escalate(out, "icann")
    assert (made.kind, made.type) == ("compliance", "registrar_inaction")
    assert out.store.report(1).message_id.strip("<>") in made.text.replace("\n", "").replace(" ", "")


@pytest.mark.parametrize("why", ["a country's domain", "no proof", "only the mark"])
def test_icann_is_not_asked_where_it_would_close_it(lab: Lab, why: str) -> None:
    """Outside of its contracts, without proof, or about a mark alone: such a complaint is closed."""
    target = GERMAN if why == "a country's domain" else NAME
    channel = Channel.FORM if why == "no proof" else Channel.EMAIL
    purpose = "impersonation" if why == "only the mark" else "phishing"
    lab.bring(lab.plain(target, purpose=purpose, channel=channel), S.SENT)
    if why == "no proof":
        with lab.store.acting(ANN) as acting:
            acting.step(acting.report(1), Step.NOTE, changes={"answer": ""})
    lab.now += 30 * DAY
    assert "icann" not in named(lab)
    with pytest.raises(UserError, match="has no step 'icann'"):
        escalate(lab, "icann")


def test_a_pointer_is_noted_and_nothing_drafted(lab: Lab) -> None:
    """What lawyers decide on: the log has why, and it is due no more."""
    lab.bring(lab.plain(purpose="impersonation"), S.SENT)
    lab.now += 3 * DAY
    assert "udrp" in named(lab)
    for _ in range(2):
        assert escalate(lab, "udrp").id == 1
    assert (lab.states(), list(lab.store.report(1).climbed)) == (["sent"], ["udrp"])
    assert "Your lawyers decide" in lab.store.history("report:1")[-1].reason
    assert "udrp" not in named(lab)


def test_who_declined_is_passed_over_at_once(out: Lab) -> None:
    """No second is waited, and he is not reminded; what needs a week needs a week."""
    out.now += HOUR
    desk_track.record(out.store, out.settings, ANN, 1, state="declined")
    assert [(work.what, work.due_at) for work in out.due()] == [("escalate to the registry", NOW + HOUR)]
    out.now = NOW + 7 * DAY
    assert named(out) == {"registry", "icann"}


def test_what_was_passed_on_gets_its_time_anew(out: Lab) -> None:
    """From when it was passed on, not from when it was sent."""
    out.now += 2 * DAY
    desk_track.record(out.store, out.settings, ANN, 1, state="forwarded")
    assert named(out) == set()
    out.now += DAY
    assert [(work.id, work.due_at) for work in out.due()] == [("report:1:remind:registrar-remind", out.now)]
    out.now = NOW + 5 * DAY
    assert named(out) == {"registry"}


def test_who_acted_and_did_not_is_told_what_a_look_saw(out: Lab) -> None:
    """Only once a look saw it live after his word; two days after that word."""
    out.look("live")
    desk_track.record(out.store, out.settings, ANN, 1, state="actioned")
    out.now += 3 * DAY
    assert named(out) == set()
    out.look("live")
    assert "still-there" in named(out)
    still = next(work for work in out.due() if work.id.endswith("still-there"))
    assert still.due_at == NOW + 2 * DAY
    made = escalate(out, "still-there")
    assert (made.recipient, made.step, made.type) == (REGISTRAR, "still-there", "phishing")
    assert "still-there" not in named(out)


def test_what_is_back_has_one_step(out: Lab) -> None:
    """It is reported again, and not reminded of; the new report stands for its own."""
    out.walk(1, Step.SEE_DOWN, Step.SEE_BACK)
    with pytest.raises(UserError, match="it has: relapsed"):
        escalate(out, "registry", REGISTRY)
    assert (escalate(out).round, escalate(out, "relapsed").id, out.states()) == (2, 2, ["relapsed", "draft"])
    assert "relapsed" not in named(out)


def test_a_step_that_is_drafted_anew_is_one_report(out: Lab) -> None:
    """The yes to the first words falls, its author is named once, and the ladder is climbed once."""
    escalate(out, "registrar-remind")
    out.bring(2, S.APPROVED)
    assert escalate(out, "registrar-remind").id == 2
    assert (out.states(), list(out.store.report(1).climbed)) == (["sent", "draft"], ["registrar-remind"])
    assert list(out.store.report(2).authors) == [ANN.name]
    assert [one.voided_why for one in out.store.approvals(2)] == ["it was drafted anew"]
    out.bring(2, S.SENT)
    with pytest.raises(NotAllowedNow, match="is sent: it is not drafted anew"):
        escalate(out, "registrar-remind")


# --- what stops it ----------------------------------------------------------------------------------------------------


def protected(lab: Lab) -> None:
    """Have the brand own the name."""
    (lab.folder / "pack.toml").write_text(PACK.replace('"amazon.com"', f'"amazon.com", "{NAME}"'))


def held(lab: Lab) -> None:
    """Have an agency ask to leave it alone."""
    desk_holds.hold(lab.store, ANN, NAME, HoldKind.LAW_ENFORCEMENT, until=NOW + DAY, reason="asked")


def unconfirmed(lab: Lab) -> None:
    """Have nobody sure any more."""
    desk.decide(lab.store, ANN, NAME, "reopen", "looked again")


def not_allowed(lab: Lab) -> None:
    """Have a team in which the drafter may only approve."""
    eve = Actor("eve", "os_user")
    desk_people.add(lab.store, lab.settings, eve, "eve", [PersonRole.ADMIN])
    desk_people.add(lab.store, lab.settings, eve, ANN.name, [PersonRole.APPROVER])


@pytest.mark.parametrize(
    ("what", "error", "code"),
    [(protected, ProtectedTarget, 5), (held, Refused, 5), (unconfirmed, NotAllowedNow, 2), (not_allowed, Refused, 5)],
)
@pytest.mark.parametrize("step", ["registrar-remind", "registry"])
def test_what_stops_a_report_stops_its_escalation(
    out: Lab, step: str, what: object, error: type[Exception], code: int
) -> None:
    """Refused before anything is drafted, and the ladder stays as it is."""
    assert callable(what)
    what(out)
    with pytest.raises(error) as raised:
        escalate(out, step, REGISTRY if step == "registry" else "")
    assert getattr(raised.value, "exit_code", None) == code
    assert (out.states(), list(out.store.report(1).climbed)) == (["sent"], [])
