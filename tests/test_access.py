import pytest

from scamhunt import access
from scamhunt.errors import NotPermitted, UserError
from scamhunt.model import Actor


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
    with pytest.raises(NotPermitted, match="you are anna on this machine and may not act as bert; leave --as"):
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
