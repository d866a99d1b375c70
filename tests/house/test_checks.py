"""Where a permission is asked for, function by function: none of these checks goes without being missed."""

import ast
from collections.abc import Iterator
from pathlib import Path

TOP = Path(__file__).resolve().parents[2] / "scamhunt"

# What is asked twice is refused early, before anything is computed, and once more in the transaction of the act: roles
# may have changed between the two. The shell and the web ask besides what the desk asks.
ASKED = """
cli/candidates_work.undo TRIAGE
cli/candidates_work.claim TRIAGE
cli/candidates_work.release TRIAGE
cli/reports.approve APPROVE
desk.actor TEAM
desk.reader LOOK
desk.require permission
desk.decide TRIAGE
desk_approval.review DRAFT
desk_approval.freeze APPROVE
desk_approval.approve APPROVE APPROVE
desk_approval._lost APPROVE
desk_audit.verify VERIFY
desk_audit.page VERIFY
desk_audit.export VERIFY
desk_campaigns.cut LINK
desk_campaigns.add LINK
desk_campaigns.take_back LINK
desk_evidence.verify VERIFY
desk_evidence.export VERIFY
desk_follow.withdraw DRAFT DRAFT
desk_follow.follow_up DRAFT
desk_heads.note VERIFY
desk_holds.dispute HOLD HOLD
desk_holds.hold HOLD HOLD
desk_holds.renew HOLD HOLD
desk_holds.answer HOLD HOLD
desk_holds.end END_HOLD HOLD HOLD
desk_inbox.accept SEND
desk_inbox.match SEND SEND
desk_inbox.dismiss SEND
desk_inbox._decided SEND
desk_inbox.opened OPEN_MAIL
desk_inbox.erase OPEN_MAIL
desk_inbox._log OPEN_MAIL
desk_lists.reports LOOK
desk_lists.whole LOOK
desk_lists.fields DRAFT
desk_lists.sent_bytes LOOK
desk_looks.investigate INVESTIGATE
desk_numbers.import_table IMPORT
desk_numbers.choose_carrier INVESTIGATE
desk_outcomes.record REFER
desk_outcomes.done REFER
desk_overlap.give REFER
desk_overlap.end REFER
desk_overlap._gathered REFER
desk_overlap._begun REFER
desk_overlap._compared REFER
desk_overlap._open REFER
desk_page.page LOOK
desk_people.people TEAM
desk_people.add PEOPLE
desk_people.remove PEOPLE
desk_people.change_own_password TEAM
desk_pictures.picture LOOK
desk_queue.page LOOK
desk_queue.unfolded LOOK
desk_queue.folded LOOK
desk_queue.one LOOK
desk_queue.tally LOOK
desk_queue.claim TRIAGE
desk_queue.release TRIAGE
desk_queue.note TRIAGE
desk_queue.undo TRIAGE
desk_queue.preview TRIAGE
desk_queue.decide_many TRIAGE
desk_recipients.confirm CONFIRM_DESK
desk_referral.build REFER
desk_referral._write REFER
desk_release.stamp_request REFER
desk_release.add_stamp REFER REFER
desk_release.approve RELEASE
desk_release._release RELEASE
desk_reports.draft_report DRAFT LOOK
desk_reports._candidate DRAFT
desk_reports._stored DRAFT
desk_reports.edit DRAFT DRAFT
desk_reports.tried DRAFT
desk_sending.send SEND SEND
desk_sending._handed_out SEND
desk_sending.unqueue SEND
desk_sending.let_through GRANT OVERRIDE
desk_sessions.sign_in TEAM
desk_sessions.drop_second_factor PEOPLE TEAM
desk_sessions.make_token PEOPLE
desk_sessions.end_token PEOPLE
desk_track.record SEND SEND
desk_track.escalate DRAFT DRAFT
desk_track._pointed DRAFT
desk_views.viewed LOOK LOOK
pipeline.import_file IMPORT
web/guard.enter need.permission
web/guard._by_token need.permission
"""


def asked() -> Iterator[str]:
    """Yield each function that asks for a permission, with all that it asks for."""
    for path in sorted(TOP.rglob("*.py")):
        module = str(path.relative_to(TOP).with_suffix(""))
        for name, function in functions(ast.parse(path.read_text("utf-8"))):
            words = sorted(word for node in ast.walk(function) for word in permissions(node))
            if words:
                yield " ".join([f"{module}.{name}", *words])


def functions(module: ast.Module) -> Iterator[tuple[str, ast.FunctionDef]]:
    """Yield the functions of a module that are no methods: what a class asks for is what it was asked to."""
    yield from ((node.name, node) for node in module.body if isinstance(node, ast.FunctionDef))


def permissions(node: ast.AST) -> list[str]:
    """Return what a call of `require` asks for; of two that may be asked for, both."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "require"):
        return []
    last = node.args[-1]
    named = [one.attr for one in ast.walk(last) if isinstance(one, ast.Attribute) and one.attr.isupper()]
    return named or [ast.unparse(last)] * ("permission" in ast.unparse(last))


def test_every_check_stands_in_the_table() -> None:
    """One that was taken out, put in, or asks for something else has to be taken over here, for a reviewer to see."""
    assert sorted(asked()) == sorted(ASKED.split("\n")[1:-1])
