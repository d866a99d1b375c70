"""The desk in a real browser: keyboard alone, light and dark, narrow and wide, and nothing an aid could not read."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # untyped
from playwright.sync_api import BrowserContext, Dialog, Page, sync_playwright

from scamhunt.investigate.screenshot import BROWSERS
from scamhunt.model import ReportState, State
from tests.site_lab import DESK, PASSWORD, SEEN, Site, open_site
from tests.web import hostile

pytestmark = [pytest.mark.system]

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
SERIOUS = {"serious", "critical"}
PATHS = (
    *("/login", "/candidates", "/candidates/{number}", "/candidates/{phone}", "/today", "/reports", "/reports/1"),
    *("/inbox", "/inbox/1", "/holds", "/campaigns", "/campaigns/c-000000000001", "/packets", "/packets/{packet}"),
    *("/dashboard", "/people", "/account", "/audit"),
)
ONLY_CONTRAST: dict[str, object] = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
LOOKS: tuple[tuple[int, str, dict[str, object]], ...] = (
    (1280, "light", {}),
    (1280, "dark", ONLY_CONTRAST),
    (360, "light", {"runOnly": ["cat.keyboard"]}),
)
"""Widths and schemes in which all pages are looked at, and for what: the first for everything."""


class Screen:
    """A browser at the site. Whatever its console says beyond a whisper is kept."""

    def __init__(self, context: BrowserContext, site: Site) -> None:
        """Open a page."""
        self.page: Page = context.new_page()
        self.site, self.said = site, list[str]()
        self.page.on("console", lambda one: self._note(one.type, one.text))
        self.page.on("pageerror", lambda one: self.said.append(f"error: {one}"))
        self.page.on("dialog", self._refused)
        self.page.on("request", lambda one: self._asked(one.url))

    def _note(self, kind: str, text: str) -> None:
        if kind in {"error", "warning"}:
            self.said.append(f"{kind}: {text}")

    def _refused(self, dialog: Dialog) -> None:
        self.said.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _asked(self, url: str) -> None:
        if not url.startswith((self.site.url, "data:")):
            self.said.append(f"asked {url}")

    def enter(self, name: str) -> None:
        """Sign in with the keyboard alone."""
        self.page.goto(self.site.url + "/login")
        self.page.wait_for_selector("#name:focus")
        self.page.keyboard.type(name)
        self.page.keyboard.press("Tab")
        self.page.keyboard.type(PASSWORD)
        self.page.keyboard.press("Enter")
        self.page.wait_for_selector("nav")

    def keys(self, *keys: str) -> None:
        """Press keys, one after the other."""
        for key in keys:
            self.page.keyboard.press(key)

    def go(self, path: str) -> None:
        """Open an address of the site."""
        self.page.goto(self.site.url + path)


@contextmanager
def chromium(site: Site, width: int = 1280, scheme: str = "light") -> Iterator[Screen]:
    """Give a browser of that width and scheme."""
    with sync_playwright() as playwright:
        program = next(filter(None, map(shutil.which, BROWSERS)))
        browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        size = {"width": width, "height": 900}
        context = browser.new_context(viewport=size, color_scheme=scheme)  # type: ignore[arg-type]  # one of two words
        context.set_default_timeout(10_000)
        try:
            yield Screen(context, site)
        finally:
            browser.close()


def number_of(screen: Screen) -> int:
    """Return the candidate on which the keys act."""
    return int(screen.page.locator(".entry.current").get_attribute("data-id") or "0")


def test_triage_with_the_keyboard_alone(tmp_path: Path) -> None:
    """Sign in, move, confirm, dismiss, undo, note, claim, and decide on some at once, without a mouse."""
    with open_site(tmp_path) as site, chromium(site) as screen:
        page = screen.page
        screen.enter("ann")
        screen.keys("j")
        first = number_of(screen)
        screen.keys("c")
        page.wait_for_selector("dialog[open]")
        page.keyboard.type("asks for a password")
        screen.keys("Enter")
        page.wait_for_selector(f".entry[data-id='{first}'].confirmed")
        second = number_of(screen)
        assert second != first
        screen.keys("d")
        page.wait_for_selector(f".entry[data-id='{second}'].dismissed")
        screen.keys("u")
        page.wait_for_selector(f".entry[data-id='{second}']:not(.dismissed)")
        screen.keys("n")
        page.keyboard.type("looks like the others")
        screen.keys("Enter")
        page.wait_for_selector("dialog:not([open])", state="attached")
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(500)  # the row is another element once its note is stored
        screen.keys("x", "j", "x")
        page.get_by_text("2 chosen").wait_for()
        assert site.store.candidate(str(first)).state is State.CONFIRMED
        assert site.store.candidate(str(second)).state is State.NEW
        screen.keys("Enter")
        page.wait_for_url("**/candidates/*")
        page.wait_for_selector("#history-title")
        screen.keys("g", "q")
        page.wait_for_selector("#queue")
        screen.keys("?")
        page.wait_for_selector("#keys[open]")
        assert not screen.said


def test_a_report_from_the_button_to_the_file(tmp_path: Path) -> None:
    """An analyst drafts and edits with the lint beside it, an approver reads, ticks and approves."""
    with open_site(tmp_path) as site:
        number = site.number("secure-northwind.com")
        site.known("ann").post(f"/candidates/{number}/confirm", reason="asks for a password")
        with chromium(site) as ann, chromium_beside(ann, site) as bob:
            ann.enter("ann")
            ann.go(f"/candidates/{number}")
            ann.page.fill("#kind", "registrar")
            ann.page.fill("#observed", SEEN)
            ann.page.locator(f"form[action='/candidates/{number}/draft'] button").click()
            ann.page.wait_for_url("**/reports/1")
            ann.page.fill("#f-observed", "write to somebody@mail.example")
            ann.page.wait_for_selector("#tried .note.bad")
            ann.page.fill("#f-observed", "It asks for the card")
            ann.page.wait_for_selector("#tried pre")
            site.known("ann").post(f"/candidates/{number}/draft", kind="registrar", to=DESK, observed=SEEN)
            ann.go("/reports/1")
            ann.page.get_by_role("button", name="Freeze and ask for approval").click()
            bob.enter("bob")
            bob.go("/reports?group=to approve")
            bob.page.locator("table a").first.click()
            for box in bob.page.locator("input[name=accept]").all():
                box.check()
            bob.page.get_by_role("button", name="Approve exactly this").click()
            bob.page.wait_for_selector("#said .good")
            ann.go("/reports/1")
            ann.page.get_by_role("button", name="Write it to a file").click()
            ann.page.wait_for_selector("#said .good")
            assert site.store.report(1).state is ReportState.APPROVED
            assert site.store.report(1).handed_at
            assert not ann.said + bob.said


@contextmanager
def chromium_beside(screen: Screen, site: Site) -> Iterator[Screen]:
    """Give a second person's browser: with nothing of the first one in it."""
    browser = screen.page.context.browser
    assert browser
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(10_000)
    try:
        yield Screen(context, site)
    finally:
        context.close()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, dict[str, str]]]:
    """Give a site with a row of each kind."""
    with hostile.furnished(tmp_path_factory.mktemp("read")) as place:
        hostile.fill(place[0], hostile.HARMLESS)
        yield place


@pytest.mark.parametrize(("width", "scheme", "asked"), LOOKS)
def test_every_page_can_be_read_by_everybody(
    place: tuple[Site, dict[str, str]], width: int, scheme: str, asked: dict[str, object]
) -> None:
    """Axe finds nothing serious on any page, no page is wider than the screen, and the console is silent."""
    site, names = place
    with chromium(site, width, scheme) as screen:
        screen.enter("ivy")
        for path in PATHS if scheme == "light" else PATHS[::3]:
            screen.go(path.format_map(names))
            found = Axe().run(screen.page, options=asked or None).response["violations"]
            serious = [
                (one["id"], [at["target"] for at in one["nodes"]][:3]) for one in found if one["impact"] in SERIOUS
            ]
            assert not serious, (path, serious)
            wide = screen.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, (path, wide)
        assert not screen.said


def test_no_hostile_text_runs(place: tuple[Site, dict[str, str]]) -> None:
    """With every payload in every place nothing is run, asked elsewhere, or sent."""
    site, names = place
    hostile.fill(site, " ".join(hostile.PAYLOADS))
    with chromium(site) as screen:
        screen.enter("ivy")
        before = len(site.acts(f"candidate:{names['number']}"))
        for path in hostile.PAGES:
            screen.go(path.format_map(names))
        assert screen.page.locator("nav").count() == 1
        assert not screen.said
        assert len(site.acts(f"candidate:{names['number']}")) == before
