"""Names that no report is to be made ready on: protected lists, official names, tenants of shared platforms."""

import random
from collections.abc import Iterator, Sequence

from scamhunt import bundle
from scamhunt.errors import BadIndicator, Refused
from scamhunt.material import Material
from scamhunt.protected import GOVERNMENT, NUMBERS

SHARED = (
    "web.app",
    "github.io",
    "workers.dev",
    "pages.dev",
    "netlify.app",
    "vercel.app",
    "herokuapp.com",
    "weebly.com",
    "firebaseapp.com",
    "blogspot.com",
    "azurewebsites.net",
    "myshopify.com",
    "duckdns.org",
    "onrender.com",
    "fly.dev",
)
"""Platforms of the public-suffix list that give their tenants names."""
WORDS = ("refund", "login", "support", "billing", "verify", "amazon-help", "paypal-secure", "mail", "shop", "blog")


def protected_names(material: Material) -> Iterator[str]:
    """Yield every value of the lists of data/protected, every official domain and every official number."""
    for file, content in bundle.protected_lists(material.settings.overlay):
        text = content.decode() if isinstance(content, bytes) else content
        values = (line.partition("#")[0].strip() for line in text.splitlines())
        for value in filter(None, values):
            if file == GOVERNMENT:
                yield f"www.{value}"
            else:
                yield value.split()[0] if file == NUMBERS else value.removeprefix("*.")
    for brand in material.brands:
        yield from brand.domains
        yield from (phone for phone in brand.phones if phone.startswith("+"))


def tenants(material: Material, count: int, seed: int) -> list[str]:
    """Return so many names of tenants on shared platforms."""
    chance = random.Random(seed)
    names = [f"{chance.choice(WORDS)}-{at}.{chance.choice(SHARED)}" for at in range(count)]
    return [name for name in names if material.protected.tenant_of(name)]


def spelled(material: Material, names: Sequence[str], seed: int) -> list[str]:
    """Return each name as somebody might write it: below it, as a URL, in capitals, with a dot at its end.

    What lies below a platform is its tenant's, so of a platform only its own spellings.
    """
    chance = random.Random(seed)
    ways = ("{}", "www.{}", "https://{}/login?a=1", "{}.", "HTTPS://{}", "secure.login.{}")
    made = {name: chance.choice(ways).format(name) for name in names if not name.startswith("+")}
    own = {name: way for name, way in made.items() if bool(_tenant(material, way)) == bool(_tenant(material, name))}
    return [own.get(name, name) for name in names]


def _tenant(material: Material, value: str) -> str | None:
    try:
        return material.protected.tenant_of(value)
    except BadIndicator:
        return None


def passes(material: Material, value: str, kind: str) -> bool:
    """Say whether a report of this kind on a value gets beyond the first question."""
    try:
        material.refuse_protected(value, kind)
    except (Refused, BadIndicator):
        return False
    return True
