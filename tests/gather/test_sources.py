"""Which feeds are read, and what of the settings means nothing."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from scamhunt.errors import UserError, worst
from scamhunt.gather import sources
from scamhunt.settings import Settings


def settings(**more: object) -> Settings:
    """Return settings without an overlay."""
    return Settings(overlay=Path("/no-overlay")).model_copy(update=more)


def test_a_mistake_in_the_setting_does_not_stop_the_other_feeds() -> None:
    """The feed that is spelled right is read; the other is told with the nearest name."""
    wrong = settings(feeds=("opnphish", "nrd_list"))
    assert [one.crawler.feed.name for one in sources.sources(wrong, ())] == ["nrd_list"]
    ((name, problem),) = sources.unknown(wrong).items()
    assert name == "opnphish"
    assert problem.startswith("SCAMHUNT_FEEDS: no feed 'opnphish' (did you mean 'openphish'?); feeds are ct_rfc6962, ")


def test_a_name_that_is_typed_is_a_mistake_at_once() -> None:
    """Who names a feed on the command line sits before it."""
    with pytest.raises(UserError, match="opnphish: no such file and no feed of that name"):
        sources.sources(settings(), ["opnphish"])


def test_a_list_in_the_setting_is_no_mistake(tmp_path: Path) -> None:
    """A path or an address may stand there."""
    (tmp_path / "list.txt").write_text("a.com")
    assert sources.unknown(settings(feeds=(str(tmp_path / "list.txt"), "https://a.example/list", "nrd_list"))) == {}


def test_names_that_no_feed_has_are_found_in_all_settings() -> None:
    """Each with its setting and the nearest name; what is right is not told, and no key is."""
    wrong = settings(
        accept_terms=("openphis", "openphish"),
        addresses={"czds.logn": "https://a.example", "czds.login": "https://a.example", "urlhaus": "https://a.example"},
        keys={"czds_passwort": SecretStr("hidden"), "czds_user": SecretStr("hidden")},
    )
    assert sources.mistaken(wrong) == [
        "SCAMHUNT_ACCEPT_TERMS: 'openphis' is no feed (did you mean 'openphish'?)",
        "SCAMHUNT_ADDRESSES: 'czds.logn' is no feed (did you mean 'czds.login'?)",
        "SCAMHUNT_KEYS: 'czds_passwort' is no feed's key (did you mean 'czds_password'?)",
    ]


@pytest.mark.parametrize(
    ("codes", "gravest"),
    [((), 0), ((0, 4), 4), ((4, 3), 3), ((3, 2, 4), 2), ((2, 5, 3), 5), ((5, 1), 1)],
)
def test_the_gravest_exit_code(codes: tuple[int, ...], gravest: int) -> None:
    """A bug, a refusal, a mistake, what failed outside, what another run has: in this order."""
    assert worst(codes) == gravest
