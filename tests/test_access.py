from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from scamhunt import access
from scamhunt.access import Permission, Person
from scamhunt.errors import NotPermitted, UserError
from scamhunt.model import SYSTEM, Actor, PersonRole


@pytest.mark.parametrize(
    ("acting_as", "trust_names", "actor"),
    [
        ("", False, Actor("anna", "os_user")),
        ("", True, Actor("anna", "os_user")),
        ("anna", False, Actor("anna", "os_user")),
        ("ANNA", False, Actor("anna", "os_user")),
        ("anna", True, Actor("anna", "os_user")),
        ("Bert", True, Actor("bert", "asserted")),
    ],
)
def test_who_acts_and_how_we_know(acting_as: str, trust_names: bool, actor: Actor) -> None:
    """The system's user is known; another name is only asserted, and only where names are believed."""
    assert access.identify("Anna", acting_as, trust_names=trust_names) == actor


def test_nobody_acts_as_somebody_else() -> None:
    """Without trust another name is refused, with what to do."""
    match = "you are anna on this machine and may not act as bert without that person's password; leave --as"
    with pytest.raises(NotPermitted, match=match):
        access.identify("anna", "bert")


@pytest.mark.parametrize(
    "name", [" ", "a b", "bért", "x" * 65, "a/b", "a\nb", "anna\n", "system", "SYSTEM", "\x1b[31m"]
)
def test_what_is_no_name_is_refused(name: str) -> None:
    """A name that cannot be one, and that of timed jobs, is nobody's; no control character is shown."""
    with pytest.raises(UserError) as refused:
        access.identify("anna", name, trust_names=True)
    assert str(refused.value).isprintable()


@pytest.mark.parametrize(
    ("user", "name"), [("anna@corp.example", "anna_corp.example"), ("CORP\\Anna", "corp_anna"), ("bért", "b_rt")]
)
def test_users_of_a_directory_have_names_too(user: str, name: str) -> None:
    """The operating system knows its user, however the name is written; the log has it in plain letters."""
    assert access.identify(user) == access.identify(user, name) == Actor(name, "os_user")


@pytest.mark.parametrize("user", ["", "x" * 65, "system"])
def test_an_operating_system_user_is_not_the_timed_jobs(user: str) -> None:
    """No name, a name without end, and the name of timed jobs are nobody's."""
    with pytest.raises(UserError):
        access.identify(user)


@pytest.mark.parametrize("name", ["a", "x" * 64, "a.b-c_9"])
def test_names_up_to_the_limit_are_names(name: str) -> None:
    """The limits themselves are allowed."""
    assert access.identify(name) == Actor(name, "os_user")


# --- what each may do -------------------------------------------------------------------------------------------------


WHEN = datetime(2026, 11, 22, 6, tzinfo=UTC)
TEAM = {
    role.value: Person(role.value, frozenset({role}), has_password=False, added_by="eve", added_at=WHEN)
    for role in PersonRole
}
TEAM["gone"] = replace(TEAM["admin"], name="gone", roles=frozenset(PersonRole), removed_at=WHEN)
TEAM["both"] = replace(TEAM["analyst"], name="both", roles=frozenset({PersonRole.ANALYST, PersonRole.AUDITOR}))
MATRIX = """
                 viewer analyst approver investigator auditor admin
    LOOK         yes    yes     yes      yes          yes     -
    TRIAGE       -      yes     -        -            -       -
    INVESTIGATE  -      yes     -        yes          -       -
    IMPORT       -      yes     -        -            -       -
    DRAFT        -      yes     -        -            -       -
    SEND         -      yes     -        -            -       -
    APPROVE      -      -       yes      -            -       -
    CONFIRM_DESK -      yes     yes      -            -       -
    OVERRIDE     -      yes     -        -            -       -
    GRANT        -      -       yes      -            -       -
    VERIFY       -      -       -        yes          yes     -
    OPEN_MAIL    -      -       -        yes          -       -
    HOLD         -      yes     yes      yes          -       -
    END_HOLD     -      -       -        yes          -       -
    LINK         -      yes     -        yes          -       -
    REFER        -      -       -        yes          -       -
    RELEASE      -      -       yes      -            -       -
    PEOPLE       -      -       -        -            -       yes
    TEAM         yes    yes     yes      yes          yes     yes
"""
"""Written out once more, so that a change of the table is a change of this one too."""


def matrix() -> dict[tuple[str, str], bool]:
    """Return what the text above says, by permission and role."""
    head, *lines = (line.split() for line in MATRIX.strip().splitlines())
    return {(line[0], role): said == "yes" for line in lines for role, said in zip(head, line[1:], strict=True)}


def test_the_matrix_has_every_permission_and_every_role() -> None:
    """Nothing is left out, of the table neither: what is not in it is not allowed."""
    assert set(matrix()) == {(one.name, role.value) for one in Permission for role in PersonRole}
    assert set(access.MAY) == set(Permission)


@pytest.mark.parametrize("permission", list(Permission), ids=lambda one: one.name)
@pytest.mark.parametrize("name", [*TEAM, "mallory"])
def test_each_may_do_what_the_matrix_says(name: str, permission: Permission) -> None:
    """Every role, two roles at once, somebody who left with all of them, and a stranger, against every permission."""
    said = matrix()
    may = name in TEAM and name != "gone" and any(said[permission.name, role.value] for role in TEAM[name].roles)
    for proof in ("password", "os_user", "asserted"):
        if may:
            access.require(TEAM, Actor(name, proof), permission)
        else:
            with pytest.raises(NotPermitted, match=f"^{name} "):
                access.require(TEAM, Actor(name, proof), permission)


@pytest.mark.parametrize("permission", list(Permission), ids=lambda one: one.name)
def test_before_anybody_was_added_everybody_may_do_everything(permission: Permission) -> None:
    """Whoever may write the state folder holds every role; and timed jobs need none, then or later."""
    access.require({}, Actor("mallory", "os_user"), permission)
    access.require(TEAM, SYSTEM, permission)
    with pytest.raises(NotPermitted):
        access.require(TEAM, Actor("system", "asserted"), permission)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("mallory", "mallory is not one of the people of this team; an admin adds people: scamhunt people add"),
        ("gone", "gone is no longer one of the people of this team; an admin adds people: scamhunt people add"),
        ("both", "both may not approve reports: that needs the role approver, and both has analyst, auditor"),
    ],
)
def test_who_is_refused_learns_why(name: str, told: str) -> None:
    """The message names the role that is missing, or who adds people."""
    with pytest.raises(NotPermitted) as refused:
        access.require(TEAM, Actor(name, "password"), Permission.APPROVE)
    assert str(refused.value) == told


@pytest.mark.parametrize(("trust", "asked"), [(False, ["bert"]), (True, [])])
def test_a_password_is_asked_for_only_where_it_counts(trust: bool, asked: list[str]) -> None:
    """For the name of somebody else, where names are not believed; never for one's own."""
    names: list[str] = []

    def knows(name: str) -> bool:
        names.append(name)
        return True

    assert access.identify("anna", "anna", trust_names=trust, knows=knows) == Actor("anna", "os_user")
    who = access.identify("anna", "Bert", trust_names=trust, knows=knows)
    assert (who.proof, names) == ("asserted" if trust else "password", asked)


def test_the_page_has_the_table() -> None:
    """docs/people.md says of each permission which roles have it, and nothing else."""
    page = (Path(__file__).parents[1] / "docs" / "people.md").read_text("utf-8")
    section = page.partition("| what one may do | roles |\n|---|---|\n")[2].partition("\n\n")[0]
    rows = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in section.splitlines()]
    assert rows == [(one.value, ", ".join(sorted(access.MAY[one]))) for one in Permission]
