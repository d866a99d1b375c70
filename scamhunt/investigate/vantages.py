"""The browsers that a page is opened as, at least two of them.

Four in five reported pages hide from what looks like a crawler, and many show themselves to telephones only.

Source: Oest et al., PhishFarm (2019); Zhang et al., CrawlPhish (2021).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pydantic import SecretStr

from scamhunt.settings import EVERY, Settings

CHROMIUM = "140"
"""The major version that both say to be."""
ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
CODINGS = "gzip, deflate, br, zstd"


@dataclass(frozen=True, slots=True)
class Vantage:
    """One browser and where it seems to come from."""

    name: str
    user_agent: str
    platform: str
    """As browsers tell it in Sec-CH-UA-Platform."""
    width: int
    height: int
    mobile: bool
    language: str = "en-US,en;q=0.9"
    time_zone: str = "America/New_York"
    referrer: str = ""
    """The page that the visit says it comes from."""
    proxy: SecretStr | None = None
    """The team's proxy for this profile."""

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """What such a browser sends when somebody follows a link, in its order; the Host header is not among them."""
        brand = f'"Chromium";v="{CHROMIUM}", "Not=A?Brand";v="24", "Google Chrome";v="{CHROMIUM}"'
        sent = [
            ("Connection", "close"),
            ("sec-ch-ua", brand),
            ("sec-ch-ua-mobile", "?1" if self.mobile else "?0"),
            ("sec-ch-ua-platform", f'"{self.platform}"'),
            ("Upgrade-Insecure-Requests", "1"),
            ("User-Agent", self.user_agent),
            ("Accept", ACCEPT),
            ("Sec-Fetch-Site", "cross-site" if self.referrer else "none"),
            ("Sec-Fetch-Mode", "navigate"),
            ("Sec-Fetch-User", "?1"),
            ("Sec-Fetch-Dest", "document"),
            ("Accept-Encoding", CODINGS),
            ("Accept-Language", self.language),
        ]
        return (*sent, *((("Referer", self.referrer),) if self.referrer else ()))


DESKTOP = Vantage(
    name="desktop",
    user_agent=(
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
        f"Chrome/{CHROMIUM}.0.0.0 Safari/537.36"
    ),
    platform="Windows",
    width=1366,
    height=768,
    mobile=False,
    referrer="https://www.google.com/",
)
MOBILE = Vantage(
    name="mobile",
    user_agent=(
        "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
        f"Chrome/{CHROMIUM}.0.0.0 Mobile Safari/537.36"
    ),
    platform="Android",
    width=412,
    height=915,
    mobile=True,
)
SHIPPED = (DESKTOP, MOBILE)


def vantages(settings: Settings) -> Sequence[Vantage]:
    """Return the profiles with what the team set: referrer, language, time zone, and a proxy for one or for all."""
    return [_set(one, settings) for one in SHIPPED]


def _set(vantage: Vantage, settings: Settings) -> Vantage:
    return replace(
        vantage,
        referrer=settings.referrer or vantage.referrer,
        language=settings.language or vantage.language,
        time_zone=settings.time_zone or vantage.time_zone,
        proxy=settings.proxy.get(vantage.name) or settings.proxy.get(EVERY),
    )
