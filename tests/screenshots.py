"""Take a picture of every page into screenshots/: `make screenshots`.

Starts its own server with its own folder and the demo's complaints. Fails on a console or page error, a part
of a page that does not load, anything asked of another host, and a page that scrolls sideways.

With `--frozen MOMENT` the clocks of server and browser stand still at that moment, and nothing is random:
two runs of the same code give the same pictures, pixel by pixel. `--whole` makes the window so tall that
nothing is left to scroll to. tests/pixels.py compares two folders of pictures.
"""

import argparse
import contextlib
import re
import shutil
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests import chromium
from tests.screenshots_site import ROOT, TARGET, Wish, site
from tests.shots import LARGE, README, SHOTS, SMALL, Shot

IMAGES = ROOT / "docs" / "images"
PASSWORD = "redress-demo"
MODES = {
    "en-light": ("en", "light", "en-GB"),
    "zh-dark": ("zh-hans", "dark", "zh-CN"),
    "hant-light": ("zh-hant", "light", "zh-TW"),
}
IMAGE_LIMIT = 300_000  # bytes
# Threads and the GPU round colours differently each time; with these two pictures of a page are the same.
STEADY = [
    "--disable-gpu",
    "--disable-gpu-rasterization",
    "--disable-checker-imaging",
    "--disable-partial-raster",
    "--force-color-profile=srgb",
    "--num-raster-threads=1",
]
TALLEST = 8000  # pixels of a window that shows a whole page
SIDEWAYS = """() => [document.documentElement, document.getElementById("main")]
    .filter(Boolean).filter(e => e.scrollWidth > e.clientWidth + 1)
    .map(e => `${e.id || e.tagName} ${e.scrollWidth} > ${e.clientWidth}`)"""
# How much is hidden below the edge, of the page or of the tallest part that scrolls by itself.
HIDDEN = """() => Math.max(0, ...[...document.querySelectorAll("*")]
    .filter(e => e === document.documentElement || /auto|scroll/.test(getComputedStyle(e).overflowY))
    .filter(e => e.tagName !== "TEXTAREA")
    .map(e => e.scrollHeight - e.clientHeight))"""
# Draws the page afresh: what is drawn only where a window has grown is off by a fraction of a pixel at times.
REDRAW = """async () => {
    const twoFrames = () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
    const focused = document.activeElement;
    await document.fonts.ready;
    document.documentElement.style.display = "none";
    await twoFrames();
    document.documentElement.style.display = "";
    focused.focus({preventScroll: true});
    await twoFrames();
}"""
CALLER = "周美玲"
CALL = {
    "name": CALLER,
    "description": "电饭煲收到时内胆就裂了，两次说回电都没有回，我要求退款 1299 元。",
    "desired_outcome": "退款 ¥1,299",
}


class Watch:
    """Notes what goes wrong on one page."""

    def __init__(self, page: Page, base: str, shot: Shot) -> None:
        self.faults: list[str] = []
        self.base, self.status = base, shot.status
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.faults.append(f"page error: {error}"))
        page.on("response", self._response)
        page.on("request", self._request)
        page.on("requestfailed", lambda request: self.faults.append(f"not loaded: {request.url}"))

    def _console(self, message: Any) -> None:
        expected = self.status != 200 and "Failed to load resource" in message.text
        if message.type == "error" and not expected:
            self.faults.append(f"console: {message.text}")

    def _response(self, response: Any) -> None:
        main = response.request.is_navigation_request() and response.status == self.status
        if response.status >= 400 and not main:
            self.faults.append(f"{response.status}: {response.url}")

    def _request(self, request: Any) -> None:
        if not request.url.startswith((self.base, "data:", "blob:")):
            self.faults.append(f"another host: {request.url}")


class Camera:
    """One language and theme."""

    def __init__(self, browser: Browser, base: str, facts: dict[str, Any], mode: str, wish: Wish) -> None:
        self.browser, self.base, self.facts, self.mode, self.wish = browser, base, facts, mode, wish
        self.sessions: dict[str, Any] = {}
        self.faults: list[str] = []
        self.taken: list[Path] = []

    def context(self, account: str, size: tuple[int, int]) -> BrowserContext:
        language, theme, locale = MODES[self.mode]
        options: dict[str, Any] = {
            "viewport": {"width": size[0], "height": size[1]},
            "locale": locale,
            "color_scheme": theme,
            "reduced_motion": "reduce",
            "timezone_id": "Asia/Shanghai",
        }
        if account:
            if account not in self.sessions:
                self.sessions[account] = self.sign_in(account, language, theme)
            options["storage_state"] = self.sessions[account]
        context = self.browser.new_context(**options)
        if self.wish.frozen:
            context.clock.set_fixed_time(datetime.fromisoformat(self.wish.frozen))
        return context

    def sign_in(self, account: str, language: str, theme: str) -> Any:
        """Sign in by the form and choose language and theme in the settings, as a person would."""
        with contextlib.closing(self.browser.new_context()) as context:
            page = context.new_page()
            page.goto(f"{self.base}/accounts/login/")
            page.fill("[name=username]", account)
            page.fill("[name=password]", PASSWORD)
            page.press("[name=password]", "Enter")
            page.wait_for_selector(".rd-me")
            page.goto(f"{self.base}/accounts/settings/")
            for name, value in (("language", language), ("theme", theme)):
                choose(page, name, value)
            with page.expect_navigation():
                page.click("#main button.btn-primary")
            return context.storage_state()

    def address(self, shot: Shot) -> str:
        def known(match: re.Match[str]) -> str:
            kind, _colon, key = match[1].rpartition(":")
            table = {"": "numbers", "p": "tokens", "a": "approvals", "u": "users"}[kind]
            return str(self.facts[table][key])

        path = re.sub(r"\{(.+?)\}", known, shot.path)
        return self.base + path

    def take(self, shot: Shot, size: tuple[int, int]) -> None:
        name = f"{shot.name}.{self.mode}{'.390' if size == SMALL else ''}"
        with contextlib.closing(self.context(shot.account, size)) as context:
            page = context.new_page()
            watch = Watch(page, self.base, shot)
            try:
                page.goto(self.address(shot), wait_until="load")
                page.wait_for_selector(shot.ready, timeout=5000)
                if shot.fill:
                    fill_call(page, self.facts["phones"][CALLER])
                page.wait_for_load_state("networkidle")
                if self.wish.whole:
                    show_whole(page, size)
                page.evaluate("document.fonts.ready")
                watch.faults += [f"scrolls sideways: {found}" for found in page.evaluate(SIDEWAYS)]
            except Exception as error:
                watch.faults.append(str(error).splitlines()[0])
            picture = steady_picture(page) if self.wish.frozen else page.screenshot()
            (self.wish.into / f"{name}.png").write_bytes(picture)
            self.taken.append(self.wish.into / f"{name}.png")
            self.faults += [f"{name}: {fault}" for fault in watch.faults]


def show_whole(page: Page, size: tuple[int, int]) -> None:
    """Grow the window until nothing is hidden; a taller window may unfold more, so look a few times."""
    height = size[1]
    for _ in range(4):
        hidden = page.evaluate(HIDDEN)
        if not hidden or height == TALLEST:
            break
        height = min(height + hidden, TALLEST)
        page.set_viewport_size({"width": size[0], "height": height})


def steady_picture(page: Page) -> bytes:
    """The picture that two drawings in a row agree on: a dotted line, say, may begin elsewhere once."""
    last = b""
    for _ in range(6):
        page.evaluate(REDRAW)
        picture = page.screenshot(animations="disabled")
        if picture == last:
            break
        last = picture
    return picture


def choose(page: Page, name: str, value: str) -> None:
    """A select, or a group of radio buttons."""
    if page.locator(f"select[name={name}]").count():
        page.select_option(f"select[name={name}]", value)
    else:
        page.check(f"[name={name}][value={value}]", force=True)


def fill_call(page: Page, phone: str) -> None:
    """Fill in the form of a call, as an agent has it when the suggestion appears next to it."""
    for name, value in {"phone": phone, **CALL}.items():
        page.fill(f"[name={name}]", value)
        page.dispatch_event(f"[name={name}]", "input")
    page.wait_for_selector("#triage dl", timeout=8000)
    page.wait_for_selector("#caller .avatar, #caller b", timeout=8000)
    page.wait_for_load_state("networkidle")


def take_all(base: str, facts: dict[str, Any], wish: Wish) -> list[str]:
    faults: list[str] = []
    with sync_playwright() as playwright:
        arguments = chromium.ARGUMENTS + (STEADY if wish.frozen else [])
        browser = playwright.chromium.launch(executable_path=chromium.path(), args=arguments)
        for mode in MODES:
            camera = Camera(browser, base, facts, mode, wish)
            for shot in filter(wish.wants, SHOTS):
                for size in (LARGE, SMALL) if shot.small else (LARGE,):
                    camera.take(shot, size)
            print(f"{mode}: {len(camera.taken)} pictures", flush=True)
            faults += camera.faults
        browser.close()
    return faults


def copy_for_readme() -> list[str]:
    """The pictures of the README, as long as they are small enough to be kept in the repository."""
    IMAGES.mkdir(parents=True, exist_ok=True)
    faults = []
    for name, (shot, mode) in README.items():
        source = TARGET / f"{shot}.{mode}.png"
        if source.stat().st_size > IMAGE_LIMIT:
            faults.append(f"{name}: {source.stat().st_size} bytes are too many for the README")
        else:
            shutil.copy(source, IMAGES / f"{name}.png")
    return faults


def read_wish() -> Wish:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("only", nargs="*", help="take the shots with this word in their names; without: all")
    parser.add_argument("--frozen", default="", metavar="MOMENT", help="such as 2026-11-27T10:30+08:00")
    parser.add_argument("--whole", action="store_true", help="show each page to its end")
    parser.add_argument("--into", type=Path, default=TARGET, help="the folder of the pictures")
    return Wish(**vars(parser.parse_args()))


def main(wish: Wish) -> int:
    if not chromium.path():
        print("Neither chromium nor google-chrome is installed.")
        return 1
    wish.into.mkdir(parents=True, exist_ok=True)
    with site(wish) as (base, facts):
        faults = take_all(base, facts, wish)
    if wish == Wish():
        faults += copy_for_readme()
    for fault in faults:
        print(fault)
    print(f"{len(faults)} faults; the pictures are in {wish.into}")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(read_wish()))
