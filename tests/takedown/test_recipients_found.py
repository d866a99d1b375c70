from dataclasses import replace
from datetime import UTC, datetime

import pytest

from scamhunt.errors import UserError
from scamhunt.indicators.phone import NumberType
from scamhunt.model import Brand, Channel, Kind, Role
from scamhunt.takedown.case import Case, Desk, Recipient
from scamhunt.takedown.kinds import RecipientKind
from scamhunt.takedown.numbers import Attribution, NumberFacts
from scamhunt.takedown.recipients import check_form, find, is_junk, left_out, vouched
from scamhunt.takedown.site import Company, Machine, Published, Site

AT = datetime(2026, 11, 20, 8, tzinfo=UTC)


def desk(name: str, kind: str, address: str, **more: tuple[str, ...]) -> Desk:
    """Return a desk of the list."""
    channel = Channel.EMAIL if "@" in address else Channel.FORM
    return Desk(name, kind, channel, address, f"https://{name}.example/abuse", "2026-10-01", "documented", **more)  # type: ignore[arg-type]  # any of its fields  # lists only


def contact(email: str, scope: str = "registrar", role: str = "abuse", form: str = "") -> Published:
    """Return a contact that a registry publishes."""
    return Published(email, "Example Registrar", scope, role, "https://rdap.example/", "0" * 64, AT, form=form)


def machine(
    holder: str = "Sample Hosting GmbH", *emails: str, address: str = "192.0.2.7", country: str = ""
) -> Machine:
    """Return an address with the contacts of its network."""
    contacts = tuple(contact(one, "network") for one in emails or ("abuse@host.example",))
    return Machine(address, "192.0.2.0/24", holder, country, contacts)


SITE = Site(
    registrar="Example Registrar",
    registrar_id="9999",
    contacts=(contact("abuse@registrar.example"),),
    machines=(machine(),),
    nameservers=("ns1.dns.example", "ns2.dns.example"),
)
DESKS = [
    desk("netcraft", "blocklist", "https://report.blocklist.example/"),
    desk("registrar-desk", "registrar", "https://registrar.example/abuse", registrar_ids=("9999",)),
    desk("platform-desk", "platform", "abuse@platform.example", domains=("github.io",), names=("Site Kit",)),
    desk("front", "cdn", "https://front.example/abuse", names=("Front Line",)),
    desk("sample-host", "host", "https://host.example/abuse", names=("Sample Hosting",)),
    desk("short", "shortener", "abuse@shrt.example", domains=("shrt.example",)),
    desk("top-level", "registry", "abuse@registry.example", domains=("com",)),
    desk("zone", "dns", "abuse@dns.example", domains=("dns.example",)),
    desk("post", "mail", "abuse@mail.example", domains=("mail.example",), names=("Post Office",)),
    desk("team", "cert", "cert@cert.example", domains=("pl",)),
    desk("carrier-one", "carrier", "fraud@carrier.example", names=("Sample Telecom",)),
    desk("help-desk", "resporg", "https://tollfree.example/help"),
    desk("tracers", "traceback", "https://trace.example/"),
    desk("never-calls", "do_not_originate", "https://dno.example/"),
]


@pytest.fixture
def looked(case: Case) -> Case:
    """Return the case with what a look at it found."""
    return replace(case, site=SITE)


def kinds(found: list[Recipient]) -> list[str]:
    """Return the kinds in their order."""
    return [one.kind for one in found]


def the(kind: str, found: list[Recipient]) -> Recipient:
    """Return the only recipient of a kind."""
    (one,) = [each for each in found if each.kind == kind]
    return one


def test_everyone_who_can_act_stands_in_order(looked: Case) -> None:
    """Host, registrar, registry, DNS, lists: the nearest to the content first, numbered from 1."""
    found = find(looked, DESKS)
    assert kinds(found) == ["host", "registrar", "registry", "dns", "blocklist"]
    assert [one.order for one in found] == [1, 2, 3, 4, 5]


def test_a_desk_of_the_list_comes_before_what_is_published(looked: Case) -> None:
    """A registrar that has a form is reported to there; the fact and its source go with it."""
    assert the("registrar", find(looked, DESKS)) == Recipient(
        kind="registrar",
        name="registrar-desk",
        channel=Channel.FORM,
        address="https://registrar.example/abuse",
        yours="You are the registrar of record, IANA 9999, says https://rdap.example/ on 2026-11-20.",
        source="https://registrar-desk.example/abuse",
        verified_on="2026-10-01",
        how="documented",
        desk=DESKS[1],
        order=2,
    )


def test_without_a_desk_the_published_contact_is_taken(looked: Case) -> None:
    """Registrar and host are written to where their registries say so, an abuse desk before any other mailbox."""
    general = contact("office@registrar.example", role="general")
    found = find(replace(looked, site=replace(SITE, contacts=(general, *SITE.contacts))), [])
    registrar, host = the("registrar", found), the("host", found)
    assert (registrar.address, registrar.how, registrar.source) == (
        "abuse@registrar.example",
        "published",
        "https://rdap.example/",
    )
    assert (registrar.verified_on, registrar.desk) == ("2026-11-20", None)
    assert host.address == "abuse@host.example"
    assert host.yours == "The address 192.0.2.7, which answers for it, is in your network (Sample Hosting GmbH)."


def test_a_registrar_may_publish_a_form(looked: Case) -> None:
    """A published form serves where there is no mailbox."""
    found = find(replace(looked, site=replace(SITE, contacts=(contact("", form="https://forms.example/abuse"),))), [])
    assert (the("registrar", found).channel, the("registrar", found).address) == (
        Channel.FORM,
        "https://forms.example/abuse",
    )


def test_nobody_looked_and_the_gaps_show(case: Case) -> None:
    """Without a look and without desks a person still sees who could act, with no address."""
    found = find(case, [])
    assert [(one.kind, one.address, one.how) for one in found] == [("registrar", "", ""), ("registry", "", "")]
    assert found[1].yours == "You are the registry of .com."


@pytest.mark.parametrize("name", ["amazon-refund.github.io", "amazon-refund.blogspot.com", "github.io"])
def test_a_tenant_is_the_platforms_alone(looked: Case, name: str) -> None:
    """Neither registrar nor registry, host, DNS or mail of the whole platform is ever asked about one tenant."""
    site = replace(SITE, mail_servers=("mx.mail.example",))
    found = find(replace(looked, indicator=name, site=site), DESKS)
    assert kinds(found) == ["platform", "blocklist"]
    assert found[0].address == ("abuse@platform.example" if name.endswith("github.io") else "")


def test_a_page_kit_under_an_own_name_is_reported_to_both(looked: Case) -> None:
    """A site builder that was recognised is asked first, and the registrar stays."""
    company = Company("site builder", "Site Kit", "cname sites.platform.example")
    found = find(replace(looked, site=replace(SITE, companies=(company,))), DESKS)
    assert kinds(found)[:2] == ["platform", "host"]
    assert "registrar" in kinds(found)
    assert found[0].yours == (
        "You were recognised as its platform that hosts it, Site Kit, by cname sites.platform.example."
    )


@pytest.mark.parametrize(
    ("holder", "by"),
    [("Front Line, Inc.", "header x-front"), ("Nobody Networks", "address 192.0.2.7 in 192.0.2.0/24")],
)
def test_the_address_of_a_cdn_is_no_host(looked: Case, holder: str, by: str) -> None:
    """What stands in front is asked as what it is, once, however it was recognised."""
    site = replace(SITE, machines=(machine(holder),), companies=(Company("cdn", "Front Line", by),))
    found = find(replace(looked, site=site), [one for one in DESKS if one.name != "sample-host"])
    assert [kind for kind in kinds(found) if kind in {"host", "cdn"}] == ["cdn"]
    assert the("cdn", found).address == (
        "https://front.example/abuse" if holder.startswith("Front") else "abuse@host.example"
    )


def test_a_cdn_and_its_host_are_both_asked(looked: Case) -> None:
    """A machine of somebody else stays a host beside the CDN."""
    other = machine("Sample Hosting GmbH", address="198.51.100.9")
    site = replace(
        SITE, machines=(machine("Front Line"), other), companies=(Company("cdn", "Front Line", "header x-front"),)
    )
    assert kinds(find(replace(looked, site=site), DESKS))[:2] == ["host", "cdn"]


def test_networks_are_asked_once(looked: Case) -> None:
    """Four addresses of one holder are one recipient."""
    machines = tuple(machine(address=f"192.0.2.{at}") for at in range(1, 5))
    assert kinds(find(replace(looked, site=replace(SITE, machines=machines)), [])).count("host") == 1


def test_a_mailbox_is_listed_once_with_all_that_it_is(looked: Case) -> None:
    """Who hosts and registers gets one report that says both, as the first of its kinds."""
    site = replace(SITE, contacts=(contact("ABUSE@host.example"),))
    found = find(replace(looked, site=site), [])
    assert "registrar" not in kinds(found)
    assert the("host", found).yours.endswith(
        "(Sample Hosting GmbH). You are the registrar of record, IANA 9999, says https://rdap.example/ on 2026-11-20."
    )


def test_mail_is_asked_only_where_the_name_has_some(looked: Case) -> None:
    """The provider of its mail servers, by their zone; without mail servers nobody."""
    assert "mail" not in kinds(find(looked, DESKS))
    found = find(replace(looked, site=replace(SITE, mail_servers=("mx1.mail.example",))), DESKS)
    assert the("mail", found).yours == "You take its mail: its servers are below mail.example."


def test_servers_below_the_name_itself_are_nobodys(looked: Case) -> None:
    """Name and mail servers that belong to the target are never asked about it."""
    site = replace(SITE, nameservers=("ns1.amazon-refund-desk.com",), mail_servers=("mx.amazon-refund-desk.com",))
    assert not {"dns", "mail"} & set(kinds(find(replace(looked, site=site), DESKS)))


def test_who_runs_the_zone_is_known_by_its_name_too(looked: Case) -> None:
    """A company that was recognised answers for the zone; without its desk it is a gap, told once."""
    site = replace(SITE, nameservers=("ns1.unheard.example",), companies=(Company("dns", "Zone Keepers", "ns ns1"),))
    assert the("dns", find(replace(looked, site=site), DESKS)).name == "Zone Keepers"


def test_a_short_link_on_the_way_is_asked_too(looked: Case) -> None:
    """The shortener that led there gets its own link, before the registrar."""
    found = find(replace(looked, site=replace(SITE, redirects=("https://shrt.example/x",))), DESKS)
    assert the("shortener", found).yours == "A short link of yours leads there, below shrt.example."
    assert kinds(found).index("shortener") < kinds(found).index("registrar")


@pytest.mark.parametrize(("name", "country"), [("amazon-refund-desk.pl", ""), ("amazon-refund-desk.com", "PL")])
def test_a_national_team_is_asked_by_name_or_place(looked: Case, name: str, country: str) -> None:
    """Its own top-level domain, or a host in its country."""
    found = find(replace(looked, indicator=name, site=replace(SITE, machines=(machine(country=country),))), DESKS)
    assert the("cert", found).address == "cert@cert.example"


def test_the_likeness_of_a_name_is_not_enough(looked: Case) -> None:
    """A network that only begins like a company is not taken for it."""
    site = replace(SITE, machines=(machine("Sample Hosting Resellers Ltd"),))
    assert the("host", find(replace(looked, site=site), DESKS)).address == "abuse@host.example"


# --- numbers ----------------------------------------------------------------------------------------------------------


def number(role: Role, **more: object) -> Case:
    """Return a case about an invented number."""
    held = Attribution(
        "SAMPLE TELECOM, LLC - NY", "0000", "thousands blocks", "2026-11-01", "thousands_block", "medium"
    )
    facts = replace(NumberFacts(role=role, type=NumberType.FIXED, attribution=held), **more)  # type: ignore[arg-type]  # any field
    brand = Brand("amazon", "Amazon", ("amazon.com",), inbound_only=("+12025550199",))
    return Case("+12025550123", Kind.PHONE, brand, 0.9, (), AT, AT, ("phone_reports",), "confirmed", facts)


def test_a_carrier_is_asked_by_the_name_of_the_block_holder() -> None:
    """As the table writes it, state and legal form aside; the table and its day go with it."""
    found = find(number(Role.CALLBACK), DESKS)
    assert kinds(found)[0] == "carrier"
    assert found[0].address == "fraud@carrier.example"
    assert found[0].yours == (
        "The number's block is assigned to you (SAMPLE TELECOM, LLC), says thousands blocks of 2026-11-01."
    )


def test_a_carrier_without_a_desk_is_a_gap() -> None:
    """No address is ever made from a company's name."""
    found = find(number(Role.CALLBACK), [])
    assert [(one.kind, one.name, one.address) for one in found] == [("carrier", "SAMPLE TELECOM, LLC", "")]
    assert find(number(Role.SMS_SENDER, attribution=None), [])[0].name == "its carrier"


def test_only_a_toll_free_number_has_a_resporg() -> None:
    """The help desk of the registry is asked for toll-free numbers, and nobody for others."""
    assert "resporg" not in kinds(find(number(Role.CALLBACK), DESKS))
    assert "resporg" in kinds(find(number(Role.CALLBACK, type=NumberType.TOLL_FREE), DESKS))
    gap = find(number(Role.CALLBACK, type=NumberType.TOLL_FREE), [])[-1]
    assert (gap.kind, gap.address) == ("resporg", "")


@pytest.mark.parametrize("role", [Role.CALLER_ID, Role.UNKNOWN])
def test_nobody_is_asked_to_cut_what_a_display_showed(role: Role) -> None:
    """A forged number belongs to somebody innocent: only the call can be traced."""
    found = find(number(role, type=NumberType.TOLL_FREE), DESKS)
    assert not {"carrier", "resporg"} & set(kinds(found))
    assert "traceback" in kinds(found)


def test_only_a_number_of_the_brand_is_put_on_the_list_of_those_that_never_call() -> None:
    """The keeper of that list is asked for the brand's own number alone."""
    assert "do_not_originate" not in kinds(find(number(Role.CALLER_ID), DESKS))
    own = replace(number(Role.CALLER_ID), indicator="+12025550199")
    assert "do_not_originate" in kinds(find(own, DESKS))


# --- what strangers publish -------------------------------------------------------------------------------------------

HOSTILE = [
    *(f"abuse@host.example{tail}" for tail in ("\r\nBcc: x@y.example", "\n", "\r", "\0", "\t", " ", ",x@y.example")),
    *(f"abuse@host.example{tail}" for tail in (";x@y.example", "%0d%0aBcc:x@y.example", "\u2028", "\u2029", "\x85")),
    *(f"abuse@host.example{tail}" for tail in ("\u200b", "\u202e", "\ufeff", ">")),
    *(f"{lead}abuse@host.example" for lead in ("\r\n", "\n", " ", "<", "Desk <", '"Desk" <', "mailto:", "-", "--to=")),
    *(f"{lead}abuse@host.example" for lead in ("@relay.example:", "x@y.example,", "x@y.example ", "=?utf-8?q?a?= ")),
    *(f"{lead}abuse@host.example" for lead in ("(comment)", "\u202e", "\u200b", ".", "\\")),
    *(
        f"abuse@host{dot}example"
        for dot in ("\u3002", "\uff0e", "\uff61", "\u2024", "\ufe52", "..", ". ", "\x00.", ",")
    ),
    *(f"abuse@host{dot}example" for dot in ("%2e", "_.", "/.")),
    *(f"a{sign}b@host.example" for sign in ("..", "\n", "\r\n", " ", '"', "(", ")", "<", ">", ",", ";", ":", "[", "]")),
    *(f"a{sign}b@host.example" for sign in ("\\", "@", "\u00e9", "=?", "%")),
    *("abuse", "@host.example", "abuse@", "abuse@localhost", "abuse@192.0.2.1", "abuse@[192.0.2.1]"),
    *("abuse@-host.example", "abuse@host-.example", f"{'a' * 65}@host.example", f"abuse@{'a' * 64}.example"),
    *(f"abuse@{'a.' * 130}example", "a" * 100_000, "\x7f", "abuse@host.example#", "abuse@host.1"),
]


def test_there_are_eighty_hostile_addresses() -> None:
    """The family is no token, and holds nothing twice."""
    assert len(set(HOSTILE)) == len(HOSTILE) >= 80


@pytest.mark.parametrize("email", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_contact_becomes_no_recipient(looked: Case, email: str) -> None:
    """None is written to, none changes who else is, and that it was left out is said."""
    clean = find(looked, [])
    bad = tuple(contact(email, scope) for scope in ("registrar", "registry", "network"))
    site = replace(
        SITE,
        contacts=(*bad, *SITE.contacts),
        machines=(replace(SITE.machines[0], contacts=(*bad, *SITE.machines[0].contacts)),),
    )
    poisoned = replace(looked, site=site)
    assert find(poisoned, []) == clean
    assert left_out(poisoned) == ["left out of the published contacts: 6 (no plain mail address)"]


@pytest.mark.parametrize(
    ("email", "scope"),
    [
        ("abuse@amazon-refund-desk.com", "registrar"),
        ("abuse@mail.amazon-refund-desk.com", "registrar"),
        ("hostmaster@ripe.net", "registrar"),
        ("abuse@db.arin.net", "registrar"),
        ("noreply@registrar.example", "registrar"),
        ("owner@holder.example", "registrant"),
        ("owner@reseller.example", "reseller"),
    ],
)
def test_whom_it_concerns_is_never_warned(case: Case, email: str, scope: str) -> None:
    """The target's own mailbox, its holder's, and registries that act on nothing get no report."""
    assert the("registrar", find(replace(case, site=Site(contacts=(contact(email, scope),))), [])).address == ""
    junk = scope == "registrar"
    assert bool(left_out(replace(case, site=Site(contacts=(contact(email, scope),))))) == junk


@pytest.mark.parametrize(
    "form",
    [
        *("http://forms.example/", "javascript:alert(1)", "https://192.0.2.1/", "https://a@forms.example/"),
        *("https://f/ x", "https://forms.example:8443/", "https://forms.example/\r\nX: y"),
        "https://amazon-refund-desk.com/abuse",
    ],
)
def test_a_hostile_form_is_no_recipient(case: Case, form: str) -> None:
    """Only a plain https page of somebody else than the target is handed to a person."""
    found = find(replace(case, site=Site(contacts=(contact("", form=form),))), [])
    assert the("registrar", found).address == ""


@pytest.mark.parametrize("words", ["a\r\nBcc: x@y.example", "\u202egro.elpmaxe", "x" * 5000, "\x1b[2J"])
def test_words_from_outside_stand_on_one_visible_line(case: Case, words: str) -> None:
    """Names of registrars, holders and companies are cleaned and cut wherever a report would show them."""
    published = replace(contact("abuse@registrar.example"), name=words, source=words)
    held = Machine(words, words, words, words, (replace(contact("abuse@host.example", "network"), name=words),))
    site = Site(registrar=words, contacts=(published,), machines=(held,), companies=(Company("mail", words, words),))
    site = replace(
        site, registrar_id=words, nameservers=(words,), mail_servers=("mx.mail.example",), redirects=(words,)
    )
    for one in find(replace(case, site=site), DESKS):
        for text in (one.name, one.yours, one.source, one.address, one.verified_on):
            assert text.isprintable()
            assert len(text) < 500


# --- what a person gives ----------------------------------------------------------------------------------------------


def test_a_person_vouches_for_a_contact() -> None:
    """The address, who gave it and when go with it; it is marked."""
    assert vouched("abuse@registrar.example", "registrar", "anna", AT) == Recipient(
        kind="registrar",
        name="abuse@registrar.example",
        channel=Channel.EMAIL,
        address="abuse@registrar.example",
        yours="We were given this address as yours for registrations; if it is not, please tell us.",
        source="given by anna",
        verified_on="2026-11-20",
        how="vouched",
        vouched_by="anna",
    )
    assert vouched("https://host.example/abuse", "host", "anna", AT).channel is Channel.FORM


@pytest.mark.parametrize(
    "address",
    [*HOSTILE, "http://host.example/", "https://a@b.example/", "hostmaster@ripe.net"],
    ids=range(len(HOSTILE) + 3),
)
def test_nobody_can_vouch_for_what_is_no_address(address: str) -> None:
    """What would be refused of a registry is refused of a person too."""
    with pytest.raises(UserError):
        vouched(address, "host", "anna", AT)


def test_a_contact_is_of_some_kind() -> None:
    """A kind that there is not is named, with the nearest one."""
    with pytest.raises(UserError, match=r"'registar' is no kind of recipient \(did you mean 'registrar'\?\)"):
        vouched("abuse@registrar.example", "registar", "anna", AT)


@pytest.mark.parametrize("kind", list(RecipientKind))
def test_every_kind_can_be_vouched_for(kind: RecipientKind) -> None:
    """Each has words for the sentence to the desk."""
    assert "_" not in vouched("abuse@a.example", kind, "anna", AT).yours


def test_what_is_junk_and_what_is_a_form() -> None:
    """Registries of addresses with all below them, mailboxes of packets, and pages without a name."""
    assert is_junk("abuse@ripe.net")
    assert is_junk("PEERING@host.example")
    assert not is_junk("abuse@notripe.net")
    assert check_form("https://host.example:443/abuse?a=b#c") == "https://host.example:443/abuse?a=b#c"
    with pytest.raises(UserError, match="is no plain https address"):
        check_form("https://host.example:99999/")
