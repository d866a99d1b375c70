"""What may be decided about a candidate, as one table. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from scamhunt.errors import NotAllowedNow, UserError
from scamhunt.model import State

REASON_LIMIT = 2_000
"""Characters."""


class Act(StrEnum):
    """What can be done to a candidate."""

    CONFIRM = "confirm"
    """A person says that it impersonates the brand."""
    DISMISS = "dismiss"
    """A person says that it does not."""
    WATCH = "watch"
    """A person wants to look again later."""
    REOPEN = "reopen"
    """A person takes a decision back."""
    CLOSE = "close"
    """What was reported is gone."""
    RETURN = "return"
    """What was closed is seen again."""


BY_PEOPLE = frozenset({Act.CONFIRM, Act.DISMISS, Act.WATCH, Act.REOPEN})
"""The other acts are observed, never typed."""


@dataclass(frozen=True, slots=True)
class Transition:
    """One allowed step, and in which case it is taken."""

    before: State
    act: Act
    after: State
    when: str


TABLE = (
    Transition(State.NEW, Act.CONFIRM, State.CONFIRMED, "It impersonates the brand: it becomes a case."),
    Transition(State.NEW, Act.DISMISS, State.DISMISSED, "It has nothing to do with the brand, or may use the name."),
    Transition(State.NEW, Act.WATCH, State.WATCHED, "It looks like the brand and does no harm yet."),
    Transition(State.WATCHED, Act.CONFIRM, State.CONFIRMED, "It has begun to do harm."),
    Transition(State.WATCHED, Act.DISMISS, State.DISMISSED, "It turned out to be harmless."),
    Transition(State.WATCHED, Act.REOPEN, State.NEW, "It need not be watched after all."),
    Transition(State.CONFIRMED, Act.DISMISS, State.DISMISSED, "The confirmation was wrong."),
    Transition(State.CONFIRMED, Act.REOPEN, State.NEW, "The confirmation came too early."),
    Transition(State.CONFIRMED, Act.CLOSE, State.CLOSED, "It was observed to be gone."),
    Transition(State.DISMISSED, Act.REOPEN, State.NEW, "There is something new to judge."),
    Transition(State.CLOSED, Act.REOPEN, State.NEW, "It is not over after all."),
    Transition(State.CLOSED, Act.RETURN, State.NEW, "It was sighted again after it was closed."),
)

LOGGED: Mapping[str, State] = {f"candidate.{step.act}": step.after for step in TABLE}
"""The events of decisions, and the state that each leads to wherever it began."""

_NEXT: Mapping[tuple[State, Act], State] = {(step.before, step.act): step.after for step in TABLE}


def allowed(state: State) -> list[Act]:
    """Return what may be done in this state, in the order of the table."""
    return [step.act for step in TABLE if step.before is state]


def decide(state: State, act: Act, reason: str) -> State:
    """Return the state after an act.

    Raises `NotAllowedNow` when the state does not allow it, `UserError` for a reason that is empty or too long.
    """
    require_reason(reason)
    after = _NEXT.get((state, act))
    if after is None:
        choices = " or ".join(choice for choice in allowed(state) if choice in BY_PEOPLE)
        raise NotAllowedNow(f"it is {state}, which does not allow {act}; what a person can do now: {choices}")
    return after


def require_reason(reason: str) -> None:
    """Raise `UserError` for a reason, or a note, that is empty, too long or no text."""
    if not reason.strip():
        raise UserError("a decision needs a reason: say in a few words what was seen")
    if len(reason) > REASON_LIMIT:
        raise UserError(f"the reason has {len(reason)} characters, {REASON_LIMIT} is the most; shorten it")
    if "\0" in reason or any("\ud800" <= character <= "\udfff" for character in reason):
        raise UserError("the reason is not readable text; type it as UTF-8")
