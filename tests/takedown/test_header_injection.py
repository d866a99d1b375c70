import random
from itertools import product

import pytest

from bench.soak_headers import FIELDS, PAYLOADS, TO, attempt, mail_of, usual, wrong

SAMPLE = random.Random(7).sample(list(product(FIELDS, PAYLOADS)), 150)
REFUSED = {"indicator", "url", "look_url", "to", "to_after_an_address", "rdap_contact", "mailbox"}


def test_there_are_enough_of_them() -> None:
    """At least 80 different texts attack a field."""
    assert len(set(PAYLOADS)) >= 80


def test_a_harmless_mail_goes_out() -> None:
    """The checks themselves find nothing wrong with a usual report, and one wrong line is found."""
    content = mail_of(usual())
    assert not list(wrong(content))
    injected = content.replace(b"\r\nDate:", b"\r\nBcc: evil@x.example\r\nDate:", 1)
    assert any(problem.startswith("headers: ") for problem in wrong(injected))
    assert "a bare CR or LF" in set(wrong(content.replace(b"\r\nDate:", b"\nDate:", 1)))


@pytest.mark.parametrize("field", FIELDS)
def test_nothing_from_outside_becomes_a_header(field: str) -> None:
    """However hostile a field is, the mail has our headers, one recipient and three parts, or is refused."""
    for name, payload in SAMPLE:
        if name == field:
            became, problems = attempt(name, payload)
            assert (payload, problems) == (payload, [])
            assert (
                became == ("refused" if field in REFUSED else "sent")
                or field in {"about", *REFUSED}
                or (field == "rdap_contact_after_an_address")
            )


@pytest.mark.parametrize("payload", PAYLOADS[::9])
def test_no_hostile_address_is_written_to(payload: str) -> None:
    """What is no plain address is refused as --to and as a registry's contact, alone and behind a sound address."""
    for field in ("to", "to_after_an_address", "rdap_contact", "rdap_contact_after_an_address"):
        assert attempt(field, payload) == ("refused", [])
    assert TO not in payload
