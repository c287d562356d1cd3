"""The README's pictures, taken of the committed library's own site: `make screenshots`."""

from __future__ import annotations

import threading
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser

from site_config import plugin
from site_config.preview import open_server
from tests.browser import CHROMIUM_ARGUMENTS, chromium, driver

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "screenshots"
WIDTH, HEIGHT = 1200, 750
PAGES = {
    "day": "",
    "paper": "papers/2606.04036/",
    "search": "search/?q=world+model",
    "trending": "trending/",
    "stats": "stats/",
    "reading-list": "reading-list/",
}
"""What the README shows, by the pictures' names."""
HEIGHTS = {"paper": 900, "search": 900}
"""Of those that show more than fits; they stand side by side."""


def take(browser: Browser, site: str, folder: Path) -> None:
    """One picture of each page that the README shows."""
    tab = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light", reduced_motion="reduce")
    for name, address in PAGES.items():
        tab.set_viewport_size({"width": WIDTH, "height": HEIGHTS.get(name, HEIGHT)})
        tab.goto(site + address, wait_until="networkidle")
        if name == "day":
            for button in tab.locator(".card .save").all()[:4]:
                button.click()
            tab.mouse.move(0, 0)
            tab.evaluate("scrollTo(0, 0)")
        if name == "search":
            tab.locator("details.narrow details > summary", has_text="Topic").click()
            tab.locator(".narrow input[type=checkbox]").first.wait_for()
        tab.screenshot(path=folder / f"{name}.png")


def main() -> None:
    """Build the site and take its pictures."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as folder, driver() as playwright:
        site = plugin.build(ROOT, Path(folder))
        with open_server(site, 0) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            browser = playwright.chromium.launch(executable_path=chromium(playwright), args=CHROMIUM_ARGUMENTS)
            take(browser, f"http://127.0.0.1:{server.server_port}/", FOLDER)
            browser.close()
            server.shutdown()


if __name__ == "__main__":
    main()
