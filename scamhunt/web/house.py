"""What all pages share: settings, the open store, the templates, and under which names this site is reached."""

import hashlib
import tempfile
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from scamhunt.desk import OpenStore
from scamhunt.desk_dashboard import Recent
from scamhunt.desk_queue import Kept
from scamhunt.settings import Settings
from scamhunt.web import shown
from scamhunt.web.limits import Doors

HERE = Path(__file__).parent
STATIC = HERE / "static"
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


@dataclass(frozen=True)
class House:
    """One running site."""

    settings: Settings
    store: OpenStore
    port: int
    doors: Doors = field(default_factory=Doors)
    counts: Kept = field(default_factory=Kept)
    """How many wait, for everybody."""
    recent: Recent = field(default_factory=Recent)
    """What takes long to work out, a minute old at most."""

    @property
    def by_tls(self) -> bool:
        """Say whether browsers reach this site through TLS."""
        return bool(self.settings.web_url)

    @property
    def cookie(self) -> str:
        """Return the name of the cookie of a session; browsers share cookies between the ports of one machine."""
        return "__Host-scamhunt" if self.by_tls else f"scamhunt_{self.port}"

    @property
    def door_cookie(self) -> str:
        """Return the name of the cookie that ties the form of the login to a browser."""
        return f"{self.cookie}_door"

    def own_hosts(self, asked: str) -> frozenset[str]:
        """Return the hosts whose pages may send us forms: the one that is asked, where it is one of ours."""
        return frozenset({asked.lower()}) if self.is_own_host(asked) else frozenset()

    def is_own_host(self, host: str) -> bool:
        """Say whether a Host header names this site: a name of somebody else that leads here is refused."""
        name = urlsplit(f"//{host}").hostname or ""
        own = urlsplit(self.settings.web_url).hostname if self.by_tls else ""
        return name in {"127.0.0.1", "localhost", "::1"} or bool(own and name == own)

    def passing(self) -> Path:
        """Return a new folder for a file on its way to a browser; whoever asks for it removes it."""
        folder = self.settings.home / "tmp"
        folder.mkdir(mode=0o700, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix="sent-", dir=folder))

    @cached_property
    def templates(self) -> Environment:
        """Return the templates: every value is escaped, a missing one is an error."""
        found = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            finalize=shown.finalized,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        found.filters |= shown.FILTERS
        found.globals |= {"static": self.static, "now": self.settings.now}
        return found

    def static(self, name: str) -> str:
        """Return the address of a file of ours, with its hash: browsers keep it until it changes."""
        return f"/static/{name}?{self._hashes[name]}"

    @cached_property
    def _hashes(self) -> dict[str, str]:
        files = (one for one in STATIC.iterdir() if one.is_file())
        return {one.name: hashlib.sha256(one.read_bytes()).hexdigest()[:12] for one in files}
