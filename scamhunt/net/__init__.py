"""Download from the web under limits. The one package that imports httpx and httpcore.

A connection goes only to an address that was checked: each A and AAAA record of the name, at each redirect. What is not
public is refused, unless it lies in `settings.fetch_allow_nets`.
"""

from scamhunt.net.answer import Downloaded
from scamhunt.net.request import KEY_PLACE, Wanted
from scamhunt.net.web import LONGEST_WAIT, Manners, Web

__all__ = ["KEY_PLACE", "LONGEST_WAIT", "Downloaded", "Manners", "Wanted", "Web"]
