"""`scamhunt candidates`: what a sweep found, and what a person decides about it."""

from collections.abc import Collection
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scamhunt.cli import asking, known, listing, options, output
from scamhunt.cli.options import As, Limit, ListFormat, OneFormat, PasswordStdin
from scamhunt.cli.output import Format, ThingFormat
from scamhunt.model import Kind, State

if TYPE_CHECKING:
    from scamhunt.settings import Settings

COLUMNS = ("id", "indicator", "kind", "brand", "score", "state", "reasons")
TABLE = ("id", "indicator", "kind", "role", "brand", "score", "state", "verdict", "liveness", "reasons")
LAYOUT = listing.Layout(
    whole=TABLE[:-1], few=("id", "indicator", "score"), spare=("kind", "role", "verdict", "liveness")
)
app = typer.Typer(help="What was found, and what you decide about it.", rich_markup_mode=None, no_args_is_help=True)

Key = Annotated[str, typer.Argument(metavar="ID|INDICATOR", help="As `candidates list` shows it.")]
Reason = Annotated[str, typer.Option(metavar="TEXT", help="Why; kept in the log for good.")]


@app.command("list")
def show_all(  # noqa: PLR0913  # each is a filter of the command
    *,
    limit: Limit = 50,
    kind: Annotated[Kind | None, typer.Option(help="Only of this kind.")] = None,
    brand: Annotated[str, typer.Option(metavar="ID", help="Only of this brand.")] = "",
    state: Annotated[list[State] | None, typer.Option(help="Only in this state; may be repeated.")] = None,
    min_score: Annotated[float | None, typer.Option(min=0, max=1, help="Only from this score on.")] = None,
    since: options.Since = "",
    feed: Annotated[str, typer.Option(metavar="NAME", help="Only seen in this feed.")] = "",
    acting_as: As = "",
    password_stdin: PasswordStdin = False,
    form: ListFormat = Format.TABLE,
) -> None:
    """List the candidates, the strongest first."""
    from scamhunt import desk, settings

    knobs = settings.load()
    start = options.since(since, knobs.now())
    with desk.open_store(knobs) as store:
        asking.reader(store, knobs, acting_as, stdin=password_stdin)
        found = desk.candidates(
            store,
            brand=brand or None,
            states=state or None,
            kind=kind,
            min_score=min_score,
            since=start,
            feed=feed or None,
            limit=limit + 1,
        )
        looks, live = (of(store, [one.id for one in found]) for of in (desk.looks, desk.liveness))
    empty = f"no candidate fits{known.brand(knobs, brand)}{known.feed(knobs, feed)}" if not found else ""
    rows = [output.plain(candidate) | _seen(looks.get(candidate.id), live.get(candidate.id)) for candidate in found]
    if form is Format.TABLE:
        rows = [row | {"reasons": _why(row)} for row in rows]
    columns = TABLE if form is Format.TABLE else (*COLUMNS, "role", "verdict", "liveness")
    listing.print_page(rows, columns, form, LAYOUT, limit=limit, empty=empty)
    _tell_standing(knobs, {one.kind for one in found[:limit]})


@app.command("show")
def show(
    key: Key, *, acting_as: As = "", password_stdin: PasswordStdin = False, form: OneFormat = ThingFormat.TABLE
) -> None:
    """Show one candidate with its matches and its history."""
    from scamhunt import desk, settings

    knobs = settings.load()
    with desk.open_store(knobs) as store:
        asking.reader(store, knobs, acting_as, stdin=password_stdin)
        candidate = desk.candidate(store, key)
        history = desk.history(store, f"candidate:{candidate.id}")
        look, watch = desk.looks(store, [candidate.id]).get(candidate.id), desk.watch(store, candidate.id)
        live = desk.liveness(store, [candidate.id]).get(candidate.id)
    _tell_standing(knobs, {candidate.kind})
    thing = output.plain(candidate) | _seen(look, live) | {"look": look, "watch": watch, "history": history}
    output.print_thing(thing if form is ThingFormat.JSON else _told(thing), form)


@app.command("confirm")
def confirm(
    key: Key,
    *,
    reason: Reason = "",
    acting_as: As = "",
    password_stdin: PasswordStdin = False,
    form: OneFormat = ThingFormat.TABLE,
) -> None:
    """Say that it impersonates the brand: it becomes a case."""
    _decide("confirm", key, reason, acting_as, form, stdin=password_stdin)


@app.command("dismiss")
def dismiss(
    key: Key,
    *,
    reason: Reason = "",
    acting_as: As = "",
    password_stdin: PasswordStdin = False,
    form: OneFormat = ThingFormat.TABLE,
) -> None:
    """Say that it does not: it no longer waits for anybody."""
    _decide("dismiss", key, reason, acting_as, form, stdin=password_stdin)


@app.command("watch")
def watch(
    key: Key,
    *,
    reason: Reason = "",
    acting_as: As = "",
    password_stdin: PasswordStdin = False,
    form: OneFormat = ThingFormat.TABLE,
) -> None:
    """Keep an eye on it: it looks like the brand but does no harm yet."""
    _decide("watch", key, reason, acting_as, form, stdin=password_stdin)


@app.command("reopen")
def reopen(
    key: Key,
    *,
    reason: Reason = "",
    acting_as: As = "",
    password_stdin: PasswordStdin = False,
    form: OneFormat = ThingFormat.TABLE,
) -> None:
    """Take an earlier decision back."""
    _decide("reopen", key, reason, acting_as, form, stdin=password_stdin)


def _decide(  # noqa: PLR0913  # what each of these commands takes
    act: str, key: str, reason: str, acting_as: str, form: ThingFormat, *, stdin: bool
) -> None:
    from scamhunt import desk, settings

    knobs = settings.load()
    with desk.open_store(knobs) as store:
        actor = desk.actor(store, knobs, acting_as, output.password(stdin=stdin))
        candidate = desk.decide(store, actor, key, act, reason)
        output.tell_roles(store, knobs, actor)
    if form is ThingFormat.JSON:
        output.print_thing(output.plain(candidate), form)
        return
    output.write(output.clean(f"{candidate.id} {candidate.indicator} is {candidate.state}") + "\n")
    if candidate.state is State.CONFIRMED:
        output.tell("next: " + output.hint(f"scamhunt reports draft {candidate.id}"))


def _tell_standing(knobs: "Settings", kinds: Collection[Kind]) -> None:
    """Say what the scores of numbers are worth where some are shown."""
    from scamhunt import reference

    if Kind.PHONE in kinds:
        output.tell(reference.phone_model(knobs).standing)


def _seen(look: Any, liveness: Any) -> dict[str, str | None]:  # noqa: ANN401  # as the desk gives them, or None
    """Return what was seen there last, and whether it is still there; None where nobody looked."""
    return {
        "verdict": look.verdict.value if look else None,
        "liveness": liveness.value if liveness else None,
    }


def _why(row: dict[str, Any]) -> str:
    """Return the reasons in words, behind the name as a browser shows it where they do not show that."""
    reasons, shown = output.words(row["reasons"]), _shown(row["indicator"])
    return reasons if shown == row["indicator"] or shown.partition(".")[0] in reasons else f"({shown}) {reasons}"


def _shown(name: str) -> str:
    """Return a name with its `xn--` labels decoded (RFC 3492); the name itself where one does not decode."""
    labels = name.split(".")
    try:
        return ".".join(one[4:].encode().decode("punycode") if one.startswith("xn--") else one for one in labels)
    except UnicodeError:
        return name


def _told(thing: dict[str, Any]) -> dict[str, Any]:
    """Put the matches and the history into lines for a person."""
    matches = [f"{match.score:.3f}  {match.brand}: {match.indicator}" for match in thing["matches"]]
    acts = [f"{event.at:%Y-%m-%d %H:%M}  {event.actor}: {event.act}  {event.reason}" for event in thing["history"]]
    look, watch, told = thing["look"], thing["watch"], dict(thing)
    if look is None:
        told = {name: value for name, value in told.items() if name not in {"verdict", "liveness", "look", "watch"}}
    else:
        seen = f"{look.id} at {look.ended:%Y-%m-%d %H:%M} by {look.operator}, uncalibrated {look.score:.3f}"
        told["look"] = f"{seen}; evidence list --look {look.id}"
        told["watch"] = _watched(watch)
    return told | {"matches": matches, "history": acts}


def _watched(watch: Any) -> str:  # noqa: ANN401  # as the desk gives it, or None
    if watch is None:
        return "not looked at again by itself"
    due = f", looked at again {watch.due_at:%Y-%m-%d %H:%M} UTC" if watch.due_at else ""
    return f"{watch.standing} since {watch.since:%Y-%m-%d %H:%M}{due}"
