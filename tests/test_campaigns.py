"""Campaigns of the loopback world: who belongs together by what was really seen, and what people rule."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench import lab_actor
from scamhunt import desk, desk_campaign_rows, desk_campaigns
from scamhunt.desk_dossier import Typed
from scamhunt.desk_referral import Wanted
from scamhunt.errors import LeaseHeld, NotAllowedNow, NotFound, NotPermitted, UserError
from scamhunt.store import Store
from tests.actor_lab import ALL, ANN, BOB, DAN, Lab, at_work


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Return the lab as it is after the analyst confirmed; tests put back what they change."""
    with at_work(tmp_path_factory.mktemp("actor")) as lab:
        yield lab


def members(store: Store, lab: Lab) -> set[str]:
    """Return the names of who is in the largest campaign."""
    (found, *_) = desk_campaigns.listed(store, lab.settings)
    return {store.candidate(str(one)).indicator for one in found.members}


def test_the_actor_is_one_campaign_and_the_neighbour_is_not_in_it(swept: Lab) -> None:
    """Three sites and two numbers hang together by numbers and an account; one address for all four joins nobody."""
    with swept.store() as store:
        assert members(store, swept) == set(ALL)
        assert len(store.campaigns()) == 1
        assert store.candidate(lab_actor.NEIGHBOUR).indicator == lab_actor.NEIGHBOUR


def test_what_holds_it_together_is_named(swept: Lab) -> None:
    """The account alone joins the two halves, and each number alone its own."""
    with swept.store() as store:
        found = desk_campaigns.show(store, swept.settings, swept.campaign())
        told = desk_campaign_rows.told(store, found)
    holds = {(one.kind, one.value) for one in found.holds}
    assert ("tracker", lab_actor.SIGN) in holds
    assert {("number", one) for one in lab_actor.NUMBERS} <= holds
    assert all(one.evidence or one.kind == "number" for one in found.signs)
    assert {one["indicator"] for one in told["members"]} == set(ALL)  # type: ignore[attr-defined]  # a list of rows
    drawn = desk_campaign_rows.drawn(found)
    assert drawn.startswith("<svg")
    assert lab_actor.NUMBERS[0] in drawn


def test_a_cut_sign_lets_it_fall_apart_and_taking_it_back_joins_it_again(swept: Lab) -> None:
    """Cut the account, and two campaigns are left, which the log and the old id lead to; restored, all is as before."""
    whole, sign = swept.campaign(), f"tracker={lab_actor.SIGN}"
    with swept.store() as store:
        ruling = desk_campaigns.cut(store, swept.settings, DAN, sign, reason="comes with a template")
        parts = store.campaigns()
        assert sorted(len(one.members) for one in parts) == [2, 3]
        assert whole in {one.id for one in parts}
        assert "campaign.split" in {one.act for one in store.history(f"campaign:{whole}")}
        desk_campaigns.take_back(store, swept.settings, DAN, ruling.id, reason="it does not")
        assert members(store, swept) == set(ALL)
        assert "campaign.merged" in {one.act for one in store.history(f"campaign:{whole}")}
        assert store.check() == []


def test_a_sign_can_be_cut_for_one_case_alone(swept: Lab) -> None:
    """A site that only quotes a number is no reason to take in whose number it is; the others stay together."""
    number = lab_actor.NUMBERS[1]
    with swept.store() as store:
        case = store.candidate(lab_actor.SITES[2])
        ruling = desk_campaigns.cut(
            store, swept.settings, ANN, f"number={number}", key=str(case.id), reason="it warns of it"
        )
        assert members(store, swept) == set(ALL) - {number}
        desk_campaigns.take_back(store, swept.settings, ANN, ruling.id, reason="it shows it")


def test_an_analyst_adds_what_no_look_can_see(swept: Lab) -> None:
    """An added link joins two candidates, is named as one, and can be taken back once."""
    with swept.store() as store:
        ruling = desk_campaigns.add(
            store, swept.settings, DAN, lab_actor.NEIGHBOUR, lab_actor.SITES[0], reason="the same voice"
        )
        assert members(store, swept) == {*ALL, lab_actor.NEIGHBOUR}
        held = desk_campaigns.show(store, swept.settings, swept.campaign()).holds
        assert ("analyst", str(ruling.id)) in {(one.kind, one.value) for one in held}
        desk_campaigns.take_back(store, swept.settings, DAN, ruling.id, reason="it was not")
        assert members(store, swept) == set(ALL)
        with pytest.raises(NotAllowedNow, match="taken back already"):
            desk_campaigns.take_back(store, swept.settings, DAN, ruling.id, reason="again")


@pytest.mark.parametrize("sign", ["number", "moon=1", "number=call me", "", "address=not an address"])
def test_what_is_no_sign_is_the_users_mistake(swept: Lab, sign: str) -> None:
    """A sign that cannot be read is refused, and the message says how to write one."""
    with swept.store() as store, pytest.raises(UserError):
        desk_campaigns.cut(store, swept.settings, DAN, sign, reason="because")


def test_a_link_needs_a_reason_a_right_and_two_ends(swept: Lab) -> None:
    """Nobody cuts or adds without a reason or the right to; one candidate is no link, nor is one that nobody knows."""
    knobs = swept.settings
    with swept.store() as store:
        with pytest.raises(UserError, match="reason"):
            desk_campaigns.cut(store, knobs, DAN, "number=+18005550199", reason=" ")
        with pytest.raises(NotPermitted):
            desk_campaigns.cut(store, knobs, BOB, "number=+18005550199", reason="because")
        with pytest.raises(UserError, match="two candidates"):
            desk_campaigns.add(store, knobs, DAN, lab_actor.SITES[0], lab_actor.SITES[0], reason="because")
        with pytest.raises(NotFound):
            desk_campaigns.add(store, knobs, DAN, lab_actor.SITES[0], "nobody.test", reason="because")
        assert store.rulings() == []


def test_a_dismissed_case_leaves_its_campaign_and_comes_back_with_its_decision(swept: Lab) -> None:
    """What a person takes for honest belongs to nobody."""
    with swept.store() as store:
        desk.decide(store, DAN, lab_actor.SITES[2], "dismiss", "a shop after all")
        assert lab_actor.SITES[2] not in members(store, swept)
        desk.decide(store, DAN, lab_actor.SITES[2], "reopen", "it is none")
        desk.decide(store, DAN, lab_actor.SITES[2], "confirm", "it is none")
        assert members(store, swept) == set(ALL)


def test_nothing_new_is_no_work_and_two_at_once_is_one(swept: Lab) -> None:
    """Joined anew is only what may have changed; a second process leaves it to the first."""
    with swept.store() as store:
        desk_campaigns.refreshed(store, swept.settings)
        assert desk_campaigns.refresh(store, swept.settings) is None
        desk.decide(store, DAN, lab_actor.NEIGHBOUR, "watch", "to see")
        with swept.store() as other, other.lease("campaigns"), pytest.raises(LeaseHeld):
            desk_campaigns.refresh(store, swept.settings)
        assert desk_campaigns.refresh(store, swept.settings) is not None


def test_lists_that_changed_are_worth_joining_anew(swept: Lab) -> None:
    """A number that turns out to be the brand's own joins nobody any more, without another sweep."""
    with swept.store() as store:
        desk_campaigns.refreshed(store, swept.settings)
        assert desk_campaigns.refresh(store, swept.settings) is None
        overlay = swept.settings.overlay / "data" / "protected"
        overlay.mkdir(parents=True)
        (overlay / "ours.txt").write_text("reading-circle.test\n")
        try:
            assert desk_campaigns.refresh(store, swept.settings) is not None
            assert desk_campaigns.refresh(store, swept.settings) is None
        finally:
            shutil.rmtree(overlay)


def test_a_campaign_that_is_gone_names_what_took_its_place(swept: Lab, tmp_path: Path) -> None:
    """A packet of it is not built as if it had never been."""
    lab = swept.copied(tmp_path)
    gone = lab.campaign()
    with lab.store() as store:
        for name in ALL[1:]:
            desk.decide(store, DAN, name, "dismiss", "a shop after all")
    with pytest.raises(NotAllowedNow, match=f"{gone} is gone"):
        lab.build(Wanted(campaigns=(gone,), typed=Typed("complaint")))


def test_an_empty_database_has_no_campaigns(tmp_path: Path, swept: Lab) -> None:
    """No looks, no campaigns, no error."""
    knobs = swept.settings.model_copy(update={"home": tmp_path / "home"})
    with desk.open_store(knobs) as store:
        assert desk_campaigns.listed(store, knobs) == []
        with pytest.raises(NotFound, match="no campaign of that id"):
            desk_campaigns.show(store, knobs, "c-0")
