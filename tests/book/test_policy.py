"""The pages under the policy that the build prints, without storage, and in a frame of another site."""

import functools
import http.server
import re
import sys
import threading
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "_ext"))
from theme_edits import EVERYWHERE, POLICY, edit  # noqa: E402

BLOCK_STORAGE = """for (const name of ['localStorage', 'sessionStorage']) {
    Object.defineProperty(window, name, { configurable: true,
        get() { throw new DOMException('blocked', 'SecurityError'); } });
}"""


class UnderPolicy(http.server.SimpleHTTPRequestHandler):
    """Serves files with the policy, and at /frame.html a page of another site that frames ?the page."""

    def do_GET(self):
        if self.path.startswith("/frame.html"):
            source = f'src="/{self.path.partition("?")[2]}"'
            frame = f'<iframe sandbox="allow-scripts" width="800" height="800" {source}></iframe>'
            page = f'<link rel="icon" href="data:,">{frame}'
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(page.encode())
        else:
            super().do_GET()

    def end_headers(self):
        if not self.path.startswith("/frame.html"):
            self.send_header("Content-Security-Policy", POLICY)
            self.send_header("Access-Control-Allow-Origin", "*")  # a sandboxed frame may load fonts
        super().end_headers()

    def log_message(self, *arguments):
        """Print nothing."""


@pytest.fixture(scope="module")
def address(book):
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(UnderPolicy, directory=book))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


@pytest.fixture
def watched(browser):
    """A page; after the test, hold that nothing in it broke the policy or failed."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    tab, faults = context.new_page(), []
    tab.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    tab.on("pageerror", lambda error: faults.append(str(error)))
    yield tab
    context.close()
    assert faults == []


def test_no_page_breaks_the_policy(watched, address, book):
    pages = [path for path in book.rglob("*.html") if "_static" not in path.parts and path.name != "index.html"]
    assert pages
    for path in pages:
        watched.goto(address + path.relative_to(book).as_posix(), wait_until="load")
        watched.evaluate("document.querySelectorAll('details').forEach(details => details.open = true)")
        assert watched.evaluate("document.documentElement.dataset.theme") in ("light", "dark")


def test_the_pads_work_under_the_policy(watched, address):
    watched.goto(address + "intro.html")
    watched.get_by_role("button", name="A handwritten 5").click()
    assert watched.locator(".digit-pad-digit").text_content() == "5"
    watched.goto(address + "chapters/11_shipping.html")
    watched.locator(".tag_digit-pad .cell_output").scroll_into_view_if_needed()
    watched.locator(".digit-pad-paper canvas").wait_for()


def test_a_page_works_where_nothing_may_be_stored(watched, address):
    watched.add_init_script(BLOCK_STORAGE)
    watched.goto(address + "intro.html")
    button = watched.locator(".theme-switch-button").first
    modes = set()
    for _ in range(3):
        button.click()
        modes.add(watched.evaluate("document.documentElement.dataset.mode"))
    assert modes == {"light", "dark", "auto"}
    watched.get_by_role("button", name="A handwritten 5").click()
    assert watched.locator(".digit-pad-digit").text_content() == "5"


def test_a_page_works_in_a_sandboxed_frame(watched, address):
    watched.goto(address + "frame.html?intro.html")
    frame = watched.frame_locator("iframe")
    frame.get_by_role("button", name="A handwritten 5").click()
    assert frame.locator(".digit-pad-digit").text_content() == "5"
    frame.locator(".theme-switch-button").first.click()
    frame.locator("html[data-mode=light], html[data-mode=dark]").wait_for(state="attached")


def test_an_edit_that_finds_nothing_stops_the_build():
    for name, (pattern, new) in EVERYWHERE.items():
        with pytest.raises(Exception, match=f"page.html.*{re.escape(name)}"):
            edit("<p>another theme</p>", {name: (pattern, new)}, "page.html", "")
