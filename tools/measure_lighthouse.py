"""Ask Lighthouse about the built pages: performance, accessibility and best practices on a phone, from 0 to 100.

    jupyter-book build . && python tools/measure_lighthouse.py                       five pages of different kinds
    jupyter-book build . && python tools/measure_lighthouse.py chapters/02_mlp.html  some pages

Serves _build/html on this computer, with gzip as a web server does. Needs Chromium and Node.js, whose ``npx`` fetches
Lighthouse. Measure on a quiet machine: performance counts how long the processor was busy. Nothing is judged.
"""

import argparse
import functools
import gzip
import http.server
import json
import os
import shutil
import subprocess
import threading
from pathlib import Path

PAGES = Path(__file__).resolve().parents[1] / "_build" / "html"
KINDS = ["intro", "chapters/02_mlp", "chapters/08_applications", "chapters/11_shipping", "backmatter/glossary"]
LIGHTHOUSE = "lighthouse@12.8.2"
CATEGORIES = ("performance", "accessibility", "best-practices")
TIMES = ("largest-contentful-paint", "total-blocking-time", "cumulative-layout-shift")
TEXT = {".html", ".css", ".js", ".svg"}


class Compressed(http.server.SimpleHTTPRequestHandler):
    """Send text compressed, and let it be kept, as servers of pages do."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        """Answer with the file, or with an error."""
        path = Path(self.translate_path(self.path))
        if not path.is_file():
            self.send_error(404)
            return
        content = path.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Cache-Control", "max-age=31536000")
        if path.suffix in TEXT:
            content = gzip.compress(content)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *arguments):
        """Print nothing."""


def report(address: str, chromium: str) -> dict:
    """Return what Lighthouse says about a page."""
    command = [
        "npx",
        "--yes",
        LIGHTHOUSE,
        address,
        "--quiet",
        "--output=json",
        f"--only-categories={','.join(CATEGORIES)}",
    ]
    command.append("--chrome-flags=--headless=new --no-sandbox")
    said = subprocess.run(
        command, check=True, stdout=subprocess.PIPE, text=True, env=os.environ | {"CHROME_PATH": chromium}
    )
    return json.loads(said.stdout)


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pages", nargs="*", default=[f"{page}.html" for page in KINDS])
    pages = parser.parse_args().pages
    chromium = next(filter(None, map(shutil.which, ("chromium", "google-chrome", "chrome"))))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Compressed, directory=PAGES))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    for page in pages:
        said = report(f"http://127.0.0.1:{server.server_port}/{page}", chromium)
        scores = [f"{name} {100 * said['categories'][name]['score']:.0f}" for name in CATEGORIES]
        times = [f"{name} {said['audits'][name]['displayValue']}" for name in TIMES]
        print(f"{page}: {', '.join(scores)} ({', '.join(times)})", flush=True)
    server.shutdown()


if __name__ == "__main__":
    main()
