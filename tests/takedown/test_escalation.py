import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from scamhunt import bundle, reference
from scamhunt.errors import Refused, UserError
from scamhunt.settings import Settings
from scamhunt.takedown.escalation import FAULTS_TOLD, FILE_LIMIT, MOST, parse_ladders
from scamhunt.takedown.kinds import RecipientKind
from scamhunt.takedown.rungs import BUILT_IN, ESCALATE, POINT, REMIND, SILENCE, STILL_THERE, Ladders, Rung

SHIPPED = parse_ladders("escalation.toml", (bundle.shipped() / "data" / "escalation.toml").read_bytes())
LINES = (
    "[[step]]",
    'name = "registry"',
    'when = ["registrar"]',
    'after = "72h"',
    'do = "escalate"',
    'to = "registry"',
    'attach = ["look", "earlier", "answer"]',
    'only = ["gtld", "proof"]',
    "declined = true",
    'note = "Who to ask next."',
)
SOUND = "\n".join(LINES)


def with_line(key: str, line: str) -> str:
    """Return the sound step with another line in the place of one key, or with one more."""
    return "\n".join([*(each for each in LINES if not each.startswith(f"{key} =")), line])


def test_every_kind_of_recipient_has_a_ladder_but_the_last_one() -> None:
    """Nobody's silence is forgotten; above who sees to contracts there is nobody."""
    kinds = {kind for rung in SHIPPED.rungs for kind in rung.when}
    assert {kind.value for kind in RecipientKind} - kinds == {"compliance"}
    assert SHIPPED.silence == timedelta(days=7)


@pytest.mark.parametrize("rung", SHIPPED.rungs, ids=[rung.name for rung in SHIPPED.rungs])
def test_every_shipped_step_says_why_and_from_where(rung: Rung) -> None:
    """Whoever follows a step reads its reason and can look up its source."""
    assert rung.note.endswith(".")
    assert rung.source
    assert rung.do != POINT or "Your lawyers decide." in rung.note
    assert rung.do == POINT or "earlier" in rung.attach or rung.do == REMIND


def test_the_ladder_of_a_registrar() -> None:
    """A day later again, after three days the registry, after a week ICANN: only with proof and observed abuse."""
    told = [(rung.name, rung.after, rung.do, rung.to, rung.only) for rung in SHIPPED.rungs_for("registrar", "", "x")]
    three, week = timedelta(days=3), timedelta(days=7)
    assert told == [
        ("registrar-remind", timedelta(hours=24), "remind", "same", ()),
        ("registry", three, "escalate", "registry", ()),
        ("national-team", three, "escalate", "cert", ("cctld",)),
        ("udrp", three, "point", "UDRP", ("gtld", "mark_only")),
        ("urs", three, "point", "URS", ("new_gtld", "mark_only")),
        ("icann", week, "escalate", "compliance", ("gtld", "proof", "observed_abuse")),
    ]


def test_whoever_warns_is_only_reminded() -> None:
    """There is nobody above a blocklist."""
    assert {rung.do for rung in SHIPPED.rungs_for("blocklist", "netcraft", "phishing")} == {REMIND}
    assert SHIPPED.rungs_for("compliance", "icann-compliance", "registrar_inaction") == ()


def test_only_a_registrar_leads_to_compliance() -> None:
    """And no step but that one."""
    leading = [rung for rung in SHIPPED.rungs if rung.to == "compliance"]
    assert [(rung.name, rung.when, rung.declined) for rung in leading] == [("icann", ("registrar",), False)]


def test_a_sound_step_is_read_whole() -> None:
    """What stands in the file is what the step says; bytes, a byte-order mark and an empty file are fine."""
    ladders = parse_ladders("mine.toml", f'silence = "36h"\n{SOUND}')
    assert ladders.silence == timedelta(hours=36)
    assert ladders.rungs == (
        Rung(
            "registry",
            when=("registrar",),
            after=timedelta(days=3),
            do=ESCALATE,
            to="registry",
            attach=("look", "earlier", "answer"),
            only=("gtld", "proof"),
            declined=True,
            note="Who to ask next.",
        ),
    )
    assert parse_ladders("mine.toml", b"\xef\xbb\xbf" + SOUND.encode()).rungs == ladders.rungs
    assert parse_ladders("mine.toml", "") == Ladders((), SILENCE)


def test_a_named_desk_has_only_the_steps_that_name_it() -> None:
    """A ladder of its own takes the place of the general one; a purpose narrows either."""
    own = SOUND.replace('"registry"\nwhen', '"own"\nwhen', 1) + '\ndesks = ["example-desk"]\npurposes = ["phishing"]'
    ladders = parse_ladders("mine.toml", f"{SOUND}\n{own}")
    names = [
        [rung.name for rung in ladders.rungs_for("registrar", desk, purpose)]
        for desk, purpose in [("", "phishing"), ("other", "phishing"), ("example-desk", "phishing")]
    ]
    assert names == [["registry"], ["registry"], ["own"]]
    assert ladders.rungs_for("registrar", "example-desk", "impersonation") == ()
    assert ladders.rungs_for("host", "example-desk", "phishing") == ()


def test_a_step_is_found_by_its_name() -> None:
    """Those that every ladder has as well."""
    assert SHIPPED.rung("still-there") is STILL_THERE
    assert (SHIPPED.rung("icann") or STILL_THERE).to == "compliance"
    assert SHIPPED.rung("nothing") is None


@pytest.mark.parametrize(
    ("key", "line", "says"),
    [
        ("too", 'too = "x"', r":11: unknown key 'too' \(did you mean 'to'\?\); a step has name, when, after, do"),
        ("name", 'name = "The Registry"', "'The Registry' is no name; use 1 to 40 of a-z"),
        ("name", 'name = "still-there"', "still-there is the name of a step that every ladder has; take another"),
        ("name", 'name = ""', ":10: no name; add name = ..."),
        ("when", 'when = ["registar"]', r"'registar' is not known in when \(did you mean 'registrar'\?\); when takes"),
        ("when", 'when = "registrar"', 'when is no list of plain texts; write when = \\["..."\\]'),
        ("when", "when = []", "no when; add when = ..."),
        ("after", 'after = "3 working days"', "after is no time that passes: '3 working days'; write elapsed hours"),
        ("after", 'after = "0h"', "after is no time that passes: '0h'"),
        ("after", 'after = "366d"', "after is no time that passes: '366d'; write elapsed hours or days, up to a year"),
        ("after", 'after = "1w"', "after is no time that passes: '1w'"),
        ("after", "after = 72", 'after is no plain text on one line; write after = "..."'),
        ("do", 'do = "sue"', "'sue' is not known in do; do takes remind, escalate, point"),
        ("do", 'do = "remind"', "a reminder goes to the same recipient, not to 'registry'; take"),
        ("to", 'to = "regsitry"', r"'regsitry' is not known in to \(did you mean 'registry'\?\)"),
        ("to", "", "'same' is not known in to"),
        ("attach", 'attach = ["photo"]', "'photo' is not known in attach; attach takes look, earlier, answer"),
        ("only", 'only = ["tld"]', r"'tld' is not known in only \(did you mean 'gtld'\?\)"),
        ("declined", 'declined = "yes"', "declined is neither true nor false; write declined = true"),
        ("note", 'note = "a\\u202eb"', "note is no plain text on one line"),
        ("note", f'note = "{"a" * 601}"', "note is no plain text on one line"),
        ("only", 'only = ["gtld", "cctld"]', "nothing is cctld and gtld at once: nothing reaches this step; keep one"),
        ("only", 'only = ["mark_only", "observed_abuse"]', "nothing is mark_only and observed_abuse at once"),
        ("only", 'only = ["number"]', "no such recipient is asked about that: nothing reaches this step; mend when"),
        (
            "when",
            'when = ["carrier"]',
            "no such recipient is asked about that: nothing reaches this step; mend when or",
        ),
        ("to", 'to = "carrier"', "a carrier is never asked about what these have: nothing reaches this step"),
    ],
)
def test_each_fault_has_its_line_and_its_fix(key: str, line: str, says: str) -> None:
    """Whoever changes a ladder reads where the fault is and what to write instead."""
    with pytest.raises(UserError, match=says) as caught:
        parse_ladders("mine.toml", with_line(key, line))
    assert re.match(r"mine\.toml:\d+: ", str(caught.value))
    assert "\n" not in str(caught.value).partition("\nmine.toml:5: a registry is never asked")[0]


@pytest.mark.parametrize(
    ("only", "purposes", "reached"),
    [
        ("observed_abuse", '["impersonation"]', False),
        ("observed_abuse", '["impersonation", "phishing"]', True),
        ("mark_only", '["phishing"]', False),
        ("mark_only", '["suspicious_registration"]', True),
    ],
)
def test_purposes_that_a_condition_excludes_are_a_fault(only: str, purposes: str, *, reached: bool) -> None:
    """A resemblance is no DNS abuse, and phishing is more than a mark."""
    text = with_line("only", f'only = ["{only}"]') + f"\npurposes = {purposes}"
    if reached:
        assert parse_ladders("mine.toml", text).rungs
        return
    with pytest.raises(UserError, match="only excludes all of these purposes: nothing reaches this step"):
        parse_ladders("mine.toml", text)


@pytest.mark.parametrize(
    "note",
    [
        "The registrar must answer.",
        "It is required to act.",
        "After the 24-hour deadline.",
        "Registrars have 2 business days.",
        "They answer within 48 hours.",
        "within the next three working days",
        "ICANN requires an answer",
        "no later than Friday",
        "their duty",
    ],
)
@pytest.mark.parametrize("key", ["note", "source"])
def test_no_step_claims_a_deadline_or_a_duty(note: str, key: str) -> None:
    """The contracts set no such time, so no file of ours says one."""
    with pytest.raises(UserError, match="claims a deadline or a duty that is not ours to claim; say what we do"):
        parse_ladders("mine.toml", with_line(key, f'{key} = "{note}"'))


def test_a_pointer_says_to_what() -> None:
    """In its own words, which claim nothing either."""
    text = with_line("do", 'do = "point"').replace('to = "registry"', 'to = "UDRP"')
    assert parse_ladders("mine.toml", text).rungs[0].to == "UDRP"
    with pytest.raises(UserError, match="a pointer says what it points to; add to ="):
        parse_ladders("mine.toml", text.replace('to = "UDRP"\n', ""))
    with pytest.raises(UserError, match="claims a deadline"):
        parse_ladders("mine.toml", text.replace('"UDRP"', '"the deadline"'))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[[step]\n", "mine.toml:1: not TOML"),
        ("\nx = 1\n", "mine.toml:2: unknown key 'x'; there is silence, and tables [[step]]"),
        ("[[stp]]\n", "mine.toml:1: unknown key 'stp' (did you mean 'step'?)"),
        ("[step]\n", "mine.toml:1: 'step' is not a list of tables; write [[step]]"),
        ("\nsilence = 7\n", "mine.toml:2: silence is no time that passes: '7'; write elapsed hours or days"),
        (b"\n\xff\n", "mine.toml:2: not UTF-8"),
        ("#" * (FILE_LIMIT + 1), "mine.toml:1: larger than 256 KiB"),
        ("[[step]]\n" * (MOST + 1), "mine.toml:1: more than 200 steps"),
        ("a = " + "[" * 5_000, "mine.toml:1: not TOML"),
        (f"{SOUND}\n{SOUND}", "mine.toml:12: registry is there in line 2 already; keep one"),
    ],
)
def test_a_file_that_is_no_ladder_says_so(text: str | bytes, says: str) -> None:
    """Damage, size and duplicates end in one clear message."""
    with pytest.raises(UserError, match=re.escape(says)):
        parse_ladders("mine.toml", text)


def test_only_so_many_faults_are_told() -> None:
    """A file full of faults does not fill the screen."""
    with pytest.raises(UserError) as caught:
        parse_ladders("mine.toml", "[[step]]\n" * 30)
    assert len(str(caught.value).splitlines()) == FAULTS_TOLD + 1


def overlaid(folder: Path, text: str) -> Settings:
    """Return settings with a ladder of the team's own."""
    data = folder / "overlay" / "data"
    data.mkdir(parents=True, mode=0o700)
    (data / "escalation.toml").write_text(text, "utf-8")
    (data / "escalation.toml").chmod(0o600)
    return Settings(home=folder, overlay=folder / "overlay")


def test_the_team_replaces_a_step_by_its_name(tmp_path: Path) -> None:
    """One that is named as a shipped one takes its place, others are added, the rest stays, silence too."""
    own = SOUND.replace('"72h"', '"48h"')
    settings = overlaid(tmp_path, own + "\n" + SOUND.replace('name = "registry"', 'name = "again"'))
    ladders = reference.ladders(settings)
    assert len(ladders.rungs) == len(SHIPPED.rungs) + 1
    assert (ladders.rung("registry") or STILL_THERE).after == timedelta(hours=48)
    assert [rung.after for rung in ladders.rungs] == sorted(rung.after for rung in ladders.rungs)
    assert ladders.silence == SHIPPED.silence
    (tmp_path / "overlay" / "data" / "escalation.toml").write_text('silence = "3d"\n')
    assert reference.ladders(settings) == replace(SHIPPED, silence=timedelta(days=3))


def test_without_a_file_of_the_team_the_shipped_one_holds(tmp_path: Path) -> None:
    """And it is the one that was tested here."""
    assert reference.ladders(Settings(home=tmp_path, overlay=tmp_path / "none")) == SHIPPED


def test_a_ladder_that_others_may_write_is_refused(tmp_path: Path) -> None:
    """Who writes it decides who is written to."""
    settings = overlaid(tmp_path, SOUND)
    (tmp_path / "overlay" / "data" / "escalation.toml").chmod(0o666)
    with pytest.raises(Refused, match="others may write to it"):
        reference.ladders(settings)


def test_the_page_names_every_step_condition_and_wait() -> None:
    """docs/escalation.md has each shipped step with its time, and each word that a step takes."""
    page = (bundle.shipped() / "docs" / "escalation.md").read_text("utf-8") if bundle.checkout() else ""
    rows = {(at[1], at[2]) for at in re.finditer(r"^\| `([a-z-]+)` \| (\d+ [hd]) \|", page, re.MULTILINE)}
    waits = {
        (
            rung.name,
            f"{rung.after // timedelta(hours=1)} h" if rung.after <= timedelta(days=3) else f"{rung.after.days} d",
        )
        for rung in SHIPPED.rungs
    }
    assert rows == waits
    assert not [name for name in BUILT_IN if f"`{name}`" not in page]
