"""The kinds of signs by which cases are joined: what each tells, and how many may share one.

A newcomer adds a line to `KINDS`, and says in `read.py` where it is read from. A registrar is no kind: it is never a
reason, alone or with others. Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from scamhunt.campaigns.sign import Family

STRONG = 0.8
"""From this strength on a sign joins two cases alone."""
LONGEST = 120
"""Characters of a value that a sentence quotes."""
ANALYST = "analyst"
"""Stands in a link where other signs have their kind: somebody says so."""


@dataclass(frozen=True, slots=True)
class SignKind:
    """One kind of sign."""

    name: str
    family: Family
    strength: float
    """What it weighs where two cases share it, 0.2 to 1.0; set by hand, see `bench/bench_campaigns.py`."""
    cap: int
    """With more cases than this it is a hub: everybody's, or a service's."""
    words: str
    """What a link says, with `{value}`."""
    source: str
    """Where it is read from."""

    @property
    def strong(self) -> bool:
        """Say whether one such sign joins two cases alone."""
        return self.strength >= STRONG

    def told(self, value: str) -> str:
        """Return in words what two cases share; a long value is shortened, what is odd in it stays as it is."""
        return self.words.replace("{value}", value if len(value) <= LONGEST else f"{value[:LONGEST]}…")


_ALL = (
    SignKind("number", Family.CONTACT, 1.0, 1_000, "both show the number {value} to call", "page"),
    SignKind("wallet", Family.MONEY, 1.0, 1_000, "both take money at the address {value}", "page"),
    SignKind("chat", Family.CONTACT, 1.0, 300, "both offer the chat {value}", "page"),
    SignKind("tracker", Family.ACCOUNT, 1.0, 300, "both count visitors with the account {value}", "page"),
    SignKind("email", Family.CONTACT, 0.9, 300, "both show the mail address {value}", "page"),
    SignKind("form", Family.CONTENT, 0.9, 300, "both send what is typed to {value}", "page"),
    SignKind("certificate", Family.CERTIFICATE, 0.9, 20, "both use the certificate {value}", "certificate"),
    SignKind("registrant", Family.REGISTRATION, 0.6, 60, "both are registered to {value}", "registry"),
    SignKind("registration", Family.HOSTING, 0.6, 60, "both were registered alike: {value}", "registry"),
    SignKind("favicon", Family.CONTENT, 0.5, 60, "both show the favicon {value}", "page"),
    SignKind("kit", Family.CONTENT, 0.5, 60, "both pages are made alike, fingerprints {value}", "page"),
    SignKind("likeness", Family.CONTENT, 0.5, 60, "both pages have the skeleton and the text {value}", "page"),
    SignKind("nameserver", Family.HOSTING, 0.4, 40, "both have their name servers at {value}", "dns"),
    SignKind("address", Family.HOSTING, 0.4, 40, "both lie at the address {value}", "dns"),
    SignKind("network", Family.HOSTING, 0.2, 40, "both lie in the network {value}", "dns"),
)
KINDS: Mapping[str, SignKind] = {one.name: one for one in _ALL}
"""By name. `registration` holds name servers, which mostly come with the machine: it is of the family of these."""

# --- what is everybody's ----------------------------------------------------------------------------------------------

WIDE_CERTIFICATE = 10
"""With more names than this a certificate is a platform's, which holds its customers' names together."""
FORM_SERVICES = frozenset(
    {"formspree.io", "formsubmit.co", "getform.io", "api.web3forms.com", "docs.google.com", "forms.office.com"}
    | {"api.telegram.org", "script.google.com", "submit-form.com", "usebasin.com", "formcarry.com"}
    | {"web3forms.com", "list-manage.com", "hsforms.com", "jotform.com", "typeform.com", "wufoo.com", "formstack.com"}
)
"""They take forms of anybody: two pages that send there have nothing in common."""
PLACEHOLDERS = frozenset({"example.com", "example.org", "example.net", "domain.com", "yourdomain.com", "email.com"})
"""Mail addresses there are what a template came with."""
MAIL_SERVICES = frozenset({"sentry.io", "wixpress.com"})
"""Mail addresses there are keys of programs, not of people."""
EMPTY_PAGES = frozenset({"parking", "for sale", "suspended", "default page", "sinkhole"})
"""Roles of those whose page stands there instead of a site: nothing on it is its holder's."""
COMMON = EMPTY_PAGES | {"site builder"}
"""Roles of those that write pages for many: the accounts that count visitors are theirs."""
SHARED_ADDRESSES = COMMON | {"cdn", "hosting", "url shortener"}
"""Roles of those at whose addresses many lie."""
WHOLE_MACHINES = frozenset({"Contabo", "DigitalOcean", "Linode", "Vultr"})
"""Hosting companies that rent out machines: an address is one customer's, its network is not."""
SHARED_NAME_SERVERS = SHARED_ADDRESSES | {"dns"}
"""Roles of those whose name servers serve many."""
COUNTED_FROM_ONE = frozenset({"Matomo"})
"""Counters whose numbers are each server's own: everybody's first site is number 1."""
GENERIC_KEYS = frozenset({"joinchat", "addstickers", "setlanguage", "proxy", "socks", "login", "sharer", "messages"})
"""What stands where the name of a chat's owner stands in other links."""
PUBLIC_WALLETS = frozenset(
    {
        "0x000000000000000000000000000000000000dead",
        "0x6b175474e89094c44da98b954eedeac495271d0f",
        "0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48",
        "0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2",
        "0xdac17f958d2ee523a2206206994597c13d831ec7",
        "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
        "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t",
    }
)
"""Addresses that stand on many honest pages: contracts of currencies, one that burns money, Bitcoin's first."""
VEILS = (
    *("redacted", "privacy", "proxy", "withheld", "not disclosed", "whoisguard", "whois guard", "identity protect"),
    *("data protected", "statutory masking", "registration private", "private registration", "private by design"),
    *("whois agent", "anonymi", "gdpr", "not applicable", "private person", "domain admin", "hostmaster", "n/a"),
)
"""Words in the name of a registrant that is nobody's, folded."""
