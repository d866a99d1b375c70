"""The states of a report, drawn from the one table: for people, as a table and as a graph. Pure."""

from collections.abc import Iterator

from scamhunt.model import ReportState
from scamhunt.takedown.steps import OBSERVED, RECORDED, TABLE, Step

BY_CLOCK = frozenset({Step.SENT, Step.FAIL, Step.LOSE, Step.CLAIM, Step.SILENCE, Step.VOID})
"""What the program does by itself."""
_LOUD = frozenset({Step.HOLD, Step.RELEASE, Step.RETRACT, Step.NOTE, Step.EDIT, Step.WITHDRAW, Step.VOID})
"""Steps that nearly every state has: the graph would be a tangle, the table has them."""
_GROUPS = {
    "before it is out": ("draft", "review", "approved", "queued", "sending", "failed", "withdrawn"),
    "somebody has it": ("unknown", "sent", "acknowledged", "forwarded", "no_answer", "declined", "actioned"),
    "what we saw": ("verified_down", "relapsed"),
}
_COLOURS = {"a person": "#1f5fa8", "the clock": "#6b6b6b", "a look": "#1d7a3a"}


def who(step: Step) -> str:
    """Return who takes a step: `a person`, `the clock`, or `a look` of ours."""
    if step in OBSERVED:
        return "a look"
    recorded = step in RECORDED.values()
    return (
        "the clock, a person" if step is Step.SILENCE and recorded else "the clock" if step in BY_CLOCK else "a person"
    )


def table() -> str:
    """Return all steps as a table in Markdown, in the order of the code."""
    lines = ["| step | from | to | by |", "|---|---|---|---|"]
    for step in TABLE:
        for after, befores in _by_after(step).items():
            same = all(before == after for before in befores)
            told = "stays" if same and len(befores) > 1 else f"`{after}`"
            lines.append(f"| {step.replace('_', ' ')} | {', '.join(befores)} | {told} | {who(step)} |")
    return "\n".join(lines)


def _by_after(step: Step) -> dict[str, list[str]]:
    moves = TABLE[step]
    if all(before is after for before, after in moves.items()):
        return {next(iter(moves)).value: [one.value for one in moves]}
    found = dict[str, list[str]]()
    for before, after in moves.items():
        found.setdefault(after.value, []).append(before.value)
    return found


def graph() -> str:
    """Return the states and the steps between them for `dot` (Graphviz); what nearly every state has is left out."""
    return "\n".join(["digraph report {", *_head(), *_nodes(), *_edges(), "}"]) + "\n"


def _head() -> Iterator[str]:
    yield '  graph [rankdir=TB, fontname="Helvetica", fontsize=12, nodesep=0.3, ranksep=0.55, bgcolor="white"];'
    yield '  node [shape=box, style="rounded,filled", fillcolor="white", fontname="Helvetica", fontsize=11];'
    yield '  edge [fontname="Helvetica", fontsize=9];'


def _nodes() -> Iterator[str]:
    for at, (title, states) in enumerate(_GROUPS.items()):
        yield f'  subgraph cluster_{at} {{ label="{title}"; color="#999999"; {"; ".join(states)}; }}'


def _edges() -> Iterator[str]:
    shown = {state for states in _GROUPS.values() for state in states}
    edges: dict[tuple[str, str, str], list[str]] = {}
    for step, moves in TABLE.items():
        for before, after in moves.items():
            if step not in _LOUD and before is not after and {before.value, after.value} <= shown:
                by = who(step).partition(",")[0]
                edges.setdefault((before.value, after.value, by), []).append(step.replace("_", " "))
    for (begun, ended, by), steps in edges.items():
        colour, told = _COLOURS[by], "\\n".join(steps)
        yield f'  {begun} -> {ended} [label="{told}", color="{colour}", fontcolor="{colour}"];'


def states() -> str:
    """Return what each state means, as a table in Markdown."""
    return "\n".join(["| state | means |", "|---|---|", *(f"| `{one.value}` | {_MEANS[one]} |" for one in ReportState)])


_MEANS = {
    ReportState.DRAFT: "rendered from what is known now; nobody was asked to approve it",
    ReportState.REVIEW: "its bytes are frozen and wait for a second person",
    ReportState.APPROVED: "a second person approved exactly these bytes for exactly this recipient",
    ReportState.QUEUED: "it goes out once the time to take it back is over",
    ReportState.SENDING: "a connection is open, or was when the machine stopped",
    ReportState.SENT: "the mail server, or whoever handed it in, said that it was taken",
    ReportState.FAILED: "it surely was not taken",
    ReportState.UNKNOWN: "it may have been taken or not: a person finds out; it is never sent again by itself",
    ReportState.ACKNOWLEDGED: "the recipient said that it has it",
    ReportState.FORWARDED: "the recipient passed it on",
    ReportState.ACTIONED: "the recipient says that it acted, or the registry says that the name is held",
    ReportState.DECLINED: "the recipient says that it will not act",
    ReportState.NO_ANSWER: "nobody answered for as long as the ladder waits",
    ReportState.VERIFIED_DOWN: "we observed that it is gone",
    ReportState.RELAPSED: "it was gone, and we observed that it is back",
    ReportState.HELD: "a dispute, or a hold, asks to leave it alone",
    ReportState.WITHDRAWN: "it is not sent, or was taken back",
}
