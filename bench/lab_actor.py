"""One invented actor: three sites, two numbers, one account that counts visitors; and an honest neighbour of theirs."""

from pathlib import Path

from bench import lab_kit_pages as pages
from bench import lab_site as site
from bench.lab_kits import ACCUSED, BENIGN, OPEN, SUSPECTED, Kit

NUMBERS = ("+18055550142", "+18055550143")
SHOWN = ("+1 (805) 555-0142", "+1 (805) 555-0143")
ACCOUNT, SIGN = "UA-55501420-1", "Google Analytics UA-55501420"
"""As it stands on the pages, and as a sign: without the number of the site."""
SITES = ("amazon-refund-desk.test", "amazon-help-line.test", "amazon-prime-refund.test")
NEIGHBOUR = "amazon-reading-circle.test"
NAME_SERVERS = ("ns1.dns.example", "ns2.dns.example")


def desk(title: str, number: str, shown: str, account: str) -> str:
    """Return a refund desk that wants to be called at a number, and counts its visitors with an account."""
    return pages.page(
        f"Amazon {title}",
        f"<h1>Amazon {title}</h1><p>An order of 749.99 was placed in your name. If this was not you, call our agents "
        f"at <a href='tel:{number}'>{shown}</a> to get your money back.</p>"
        "<form action='https://collector.test/take' method='post'><input type='email' name='email'>"
        "<input type='password' name='password'><button>Sign in to claim</button></form>"
        f"<script>ga('create','{account}','auto');</script>",
    )


def prime(number: str, shown: str, account: str) -> str:
    """Return another make of the same trade: a list of steps, and no form."""
    return pages.page(
        "Prime refunds",
        "<div><div><h2>Your Amazon Prime membership was renewed</h2></div><ol><li>You were charged 139.00.</li><li>It "
        "was a mistake? Stay calm.</li><li>Have your bank card at hand.</li></ol></div><table><tr><td>Refund line</td>"
        f"<td><b><a href='tel:{number}'>Call {shown}</a></b></td></tr><tr><td>Hours</td><td>day and night</td></tr>"
        "</table><section><p>Our agents connect to your computer and fill in the form with you.</p></section>",
        f"<script>ga('create','{account}','auto');</script>",
    )


def circle() -> str:
    """Return the page of people who read books together."""
    return pages.page(
        "The Amazon Reading Circle",
        "<h1>Books about a river</h1><p>We meet on Thursdays and read about the rain forest, its people and its river. "
        "Next month: travels upstream by boat. Everybody is welcome, coffee is free, and we sell nothing. We have met "
        "in the library by the bridge for eleven years now.</p>",
    )


def kits() -> list[Kit]:
    """Return the sites, all at one address: the actor's three, and the neighbour."""
    first, second = zip(NUMBERS, SHOWN, strict=True)
    shown = (
        desk("refund desk", *first, "UA-55501429-9"),
        desk("help line", *first, ACCOUNT),
        prime(*second, ACCOUNT),
    )
    made = [
        Kit(
            name.partition(".")[0],
            name,
            site.shows(text),
            ACCUSED | SUSPECTED,
            "amazon",
            age=age,
            name_servers=NAME_SERVERS,
        )
        for name, text, age in zip(SITES, shown, (3, 9, 20), strict=True)
    ]
    honest = Kit(
        "neighbour", NEIGHBOUR, site.shows(circle()), OPEN | BENIGN, "amazon", age=4_000, name_servers=NAME_SERVERS
    )
    return [*made, honest]


def reports(folder: Path, day: str = "2026-11-21") -> Path:
    """Write the reports of both numbers, as a team's own hotline hands them in, and return the file."""
    file = folder / "reports.csv"
    rows = [
        f"{number},callback,Amazon refund: call us,{day}T{10 + at:02}:00:00Z,caller {at}"
        for at, number in enumerate([NUMBERS[0]] * 6 + [NUMBERS[1]] * 2)
    ]
    file.write_text("\n".join(["number,role,text,seen_at,source", *rows]) + "\n", "utf-8")
    return file
