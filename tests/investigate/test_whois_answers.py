from datetime import UTC, datetime

import pytest

from scamhunt.investigate import whois_answer
from scamhunt.investigate.abuse_contacts import NONE, SEVERAL, UNUSABLE, Junk
from scamhunt.investigate.registration import Registration
from scamhunt.investigate.whois_answer import SECOND_RECORD, TWICE, Said
from scamhunt.observed import Outcome

NAME = "amazon-refund-desk.test"
NOW = datetime(2026, 11, 23, tzinfo=UTC)
FLAT = f"""% Terms: exceeding query rate or volume limits is not allowed. No match is guaranteed.
Domain Name: {NAME.upper()}
Registrar WHOIS Server: whois.registrar.example
Updated Date: 2026-11-20T12:00:00Z
Creation Date: 2026-11-19T10:00:00Z
Registry Expiry Date: 2027-11-19T10:00:00Z
Registrar: Example Registrar LLC
Registrar IANA ID: 9999
Registrar Abuse Contact Email: abuse@registrar.example
Registrar Abuse Contact Phone: +1.8055550199
Domain Status: clientHold https://icann.org/epp#clientHold
Domain Status: clientTransferProhibited https://icann.org/epp#clientTransferProhibited
Registrant Organization: REDACTED FOR PRIVACY
Name Server: NS1.HOST.EXAMPLE
Name Server: ns2.host.example 192.0.2.1
>>> Last update of WHOIS database: 2026-11-23T00:00:00Z <<<
Registrar: of the terms of use
"""


def read(text: str | bytes, name: str = NAME) -> Said:
    """Read an answer."""
    return whois_answer.read(text if isinstance(text, bytes) else text.encode(), name, NOW, Junk())


def found(text: str | bytes) -> Registration:
    """Return what an answer says of the name."""
    said = read(text)
    assert said.registration, said
    return said.registration


def test_an_answer_of_the_common_form_is_read_whole() -> None:
    """What ICANN asked registries to write; its terms of use say nothing about the name."""
    said = found(FLAT)
    (contact,) = said.abuse
    assert (contact.email, contact.phone, contact.name, contact.scope) == (
        "abuse@registrar.example",
        "+1.8055550199",
        "Example Registrar LLC",
        "registrar",
    )
    assert (said.name, said.registrar, said.registrar_id) == (NAME, "Example Registrar LLC", "9999")
    assert (said.registered, said.expires, said.changed) == (
        "2026-11-19T10:00:00Z",
        "2027-11-19T10:00:00Z",
        "2026-11-20T12:00:00Z",
    )
    assert said.statuses == ("client hold", "client transfer prohibited")
    assert said.nameservers == ("ns1.host.example", "ns2.host.example")
    assert (said.registrant, said.notes, said.elsewhere) == ("REDACTED FOR PRIVACY", [], ("whois.registrar.example",))


FORMS = {
    "sections": f"""
    Domain name:
        {NAME}

    Registrar:
        Example Registrar Ltd [Tag = EXAMPLE]
        URL: https://registrar.example

    Relevant dates:
        Registered on: 19-Nov-2026

    Registration status:
        Registered until expiry date.

    Name servers:
        ns1.host.example      192.0.2.1
        ns2.host.example
""",
    "headings without colon": f"""*****
Domain:             {NAME}
Status:             ok
Created:            2026-11-19 00:00:00

Registrant
  Name:             Somebody
  Created:          2001-01-01 00:00:00

Registrar
  Organization:     Example Registrar Ltd
  Name:             EXAMPLE-REG

Nameservers
  ns1.host.example
  ns2.host.example
""",
    "brackets": f"""[ terms of use ]
Domain Information:
[Domain Name]                   {NAME.upper()}

[Registrant]                    Somebody
[Registrar]                     Example Registrar Ltd
[Name Server]                   ns1.host.example
[Name Server]                   ns2.host.example
[Signing Key]
[Created on]                    2026/11/19
""",
    "dots": f"""domain.............: {NAME}
created............: 19.11.2026 00:00:00
nserver............: ns1.host.example [OK]
nserver............: ns2.host.example [OK]

Registrar

registrar..........: Example Registrar Ltd
""",
    "lower case": f"""domain:        {NAME.upper()}
nserver:       ns1.host.example.
nserver:       ns2.host.example.
registrar:     Example Registrar Ltd
created:       2026-11-19T00:00:00Z
source:        TCI
""",
    "windows": f"Domain: {NAME}\r\nRegistrar: Example Registrar Ltd\r\nCreated: 20261119\r\n"
    "Name servers:\r\n\tns1.host.example\r\n\tns2.host.example\r\n",
}


@pytest.mark.parametrize("form", FORMS)
def test_registries_write_as_they_like(form: str) -> None:
    """Sections, headings, brackets, dots: the same name comes out."""
    said = found(FORMS[form])
    assert (said.registrar, said.registered, said.nameservers) == (
        "Example Registrar Ltd",
        "2026-11-19T00:00:00Z",
        ("ns1.host.example", "ns2.host.example"),
    )


def test_a_contact_of_its_own_heading_is_no_field_of_the_name() -> None:
    """What stands under a heading in brackets belongs to whom it names."""
    text = f"Domain: {NAME}\nNserver: ns1.host.example\n[Tech-C]\nChanged: 2011-03-11T00:04:49+01:00\nRegistrar: Evil\n"
    assert (found(text).changed, found(text).registrar) == ("", "")


ABSENT = [
    'No match for "AMAZON-REFUND-DESK.TEST".\n>>> Last update <<<',
    "NOT FOUND\n",
    "No Data Found",
    "Domain not found.",
    "%ERROR:101: no entries found",
    "The queried object does not exist",
    f"Domain: {NAME}\nStatus: free",
    f"Domain:\t{NAME}\nStatus:\tAVAILABLE",
    f"Domain Name: {NAME}\nDomain Status: No Object Found",
    "This domain name has not been registered.",
    "Die Domain ist nicht registriert.",
    "Aucun enregistrement ne correspond",
    "Pas de correspondance",
    "No se encontraron registros",
    "Domínio inexistente / não encontrado",
    "Dominio non trovato",
    "Nincs találat / No match",
    "Nie znaleziono domeny",
    "Домен не найден",
    "상기 도메인이름은 등록되어 있지 않습니다.",
    "該当するデータがありません。",
    "网域名称未注册",
]


@pytest.mark.parametrize("text", ABSENT, ids=range(len(ABSENT)))
def test_no_such_name_in_many_languages(text: str) -> None:
    """The registry knows no such name."""
    assert read(text) == Said(Outcome.ABSENT, "there is no such name")


TOO_OFTEN = [
    "WHOIS LIMIT EXCEEDED - SEE WWW.EXAMPLE.TEST/WHOIS FOR DETAILS",
    "Query rate limit reached",
    "You have exceeded your quota of queries",
    "%ERROR:201: access denied: too many queries",
    "Your IP address has been blocked",
    "Please try again later",
]


@pytest.mark.parametrize("text", TOO_OFTEN)
def test_asked_too_often_is_not_free(text: str) -> None:
    """A server that wants its peace has said nothing about the name."""
    assert read(text) == Said(Outcome.FAILED, "it asks to be left alone for a while", too_often=True)


@pytest.mark.parametrize(
    "text", ["", "% Welcome to the registry\n% Terms\n", "Reserved by the registry", "x" * 5000 + " not found"]
)
def test_a_banner_alone_says_nothing(text: str) -> None:
    """Neither registered nor free: unknown."""
    assert read(text) == Said(Outcome.FAILED, "its answer has no record that can be read")


def test_an_answer_about_another_name_is_not_believed() -> None:
    """As with RDAP."""
    said = read(FLAT.replace(NAME.upper(), "OTHER.TEST"))
    assert (said.outcome, said.registration) == (Outcome.FAILED, None)
    assert "another name" in said.why


def test_a_name_of_other_letters_is_the_same_name() -> None:
    """A registry may write it in its own letters; letters that cannot be a name are another one."""
    text = "Domain: bücher.test\nRegistrar: Example Registrar Ltd\n"
    assert read(text, "xn--bcher-kva.test").outcome is Outcome.FOUND
    assert read("Domain: ü..test\nRegistrar: Example Registrar Ltd\n").outcome is Outcome.FAILED


def test_a_registrant_cannot_write_fields() -> None:
    """A line break in a holder's name makes no second registrar: the first one counts, and it is said."""
    lines = f"Registrant Name: Somebody\nRegistrar: Evil LLC\nRegistrar: Example Registrar LLC\nDomain Name: {NAME}\n"
    said = found(FLAT.replace(">>>", f"{lines}\n>>>", 1))
    assert (said.registrar, TWICE in said.notes) == ("Example Registrar LLC", True)


def test_a_second_record_is_not_read() -> None:
    """And it is said that there was one."""
    more = "Domain Name: other.test\nName Server: ns.evil.example\n"
    said = found(FLAT.replace(">>>", f"{more}>>>", 1))
    assert ("ns.evil.example" in said.nameservers, SECOND_RECORD in said.notes) == (False, True)


def test_a_name_that_says_not_found_is_registered() -> None:
    """Where there is a record, no word in it makes the name absent."""
    assert found(FLAT.replace("REDACTED FOR PRIVACY", "No match")).registrant == "No match"


def test_two_abuse_desks_are_told_as_two() -> None:
    """A person chooses."""
    more = "Registrar Abuse Contact Email: abuse@other.example\n"
    said = found(FLAT.replace("Registrar Abuse Contact Phone", f"{more}Registrar Abuse Contact Phone"))
    assert [one.email for one in said.abuse] == ["abuse@registrar.example", "abuse@other.example"]
    assert SEVERAL in said.notes


@pytest.mark.parametrize("value", ["abuse(at)registrar.example", "see image", f"abuse@{NAME}", "a@b>,<c@d"])
def test_what_is_no_mailbox_is_left_out(value: str) -> None:
    """The telephone stays."""
    said = found(FLAT.replace("abuse@registrar.example", value))
    assert [(one.email, one.phone) for one in said.abuse] == [("", "+1.8055550199")]
    assert NONE in said.notes
    assert (UNUSABLE in said.notes) is ("@" not in value or ">" in value)


def test_text_is_text() -> None:
    """Escapes, metacharacters and bytes of old encodings are neither run nor shown as they came."""
    nasty = FLAT.replace("Example Registrar LLC", "Ex\x1b[31m; rm -rf / $(id)")
    assert found(nasty).registrar == "Ex [31m; rm -rf / $(id)"
    assert found(FLAT.replace("Example", "Überall").encode("latin-1")).registrar == "Überall Registrar LLC"
    assert found(FLAT.replace("Example", "등록").encode("euc-kr")).registrar.endswith("Registrar LLC")


def test_a_date_that_may_be_two_is_unknown() -> None:
    """Day or month first: it is said."""
    said = found(FLAT.replace("2026-11-19T10:00:00Z", "01/02/2026"))
    assert (said.registered, said.notes) == ("", ["registered: a date may be day or month first and is left out"])


REFERRALS = [
    ("whois.registrar.example", "whois.registrar.example"),
    ("whois://Whois.Registrar.Example/", "whois.registrar.example"),
    ("whois.registrar.example:4343", "whois.registrar.example:4343"),
    ("https://registrar.example", ""),
    ("whois.registrar.example:x", ""),
    ("localhost", ""),
    ("a b.example", ""),
]


@pytest.mark.parametrize(("given", "referral"), REFERRALS)
def test_a_referral_is_a_host(given: str, referral: str) -> None:
    """Whoever follows it checks it."""
    text = FLAT.replace("whois.registrar.example", given)
    assert found(text).elsewhere == ((referral,) if referral else ())


def test_an_answer_ends_somewhere() -> None:
    """A flood of name servers is cut, and lines beyond the limit are not read."""
    text = FLAT.replace(">>>", "".join(f"Name Server: ns{at}.host.example\n" for at in range(3000)) + ">>>", 1)
    assert len(found(text).nameservers) == 32
    assert found("\n" * 1990 + FLAT).expires == "2027-11-19T10:00:00Z"
    assert read("\n" * 2000 + FLAT).outcome is Outcome.FAILED
