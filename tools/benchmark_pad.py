"""Measure the digit pad in headless Chromium: milliseconds a prediction, and kilobytes that the page loads for it.

    python tools/benchmark_pad.py

A prediction is the forward pass for one ready-made digit. A stroke is what one movement of the pen costs besides: the
strokes drawn, shrunk and centred. The least and the median of twenty rounds, after one to warm up: on a busy machine
the least says what the work costs. Nothing is judged.
"""

import gzip
import os
import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

FOLDER = Path(__file__).resolve().parents[1] / "mnist_helpers" / "digit_pad"
FILES = ["digit_pad.css", "digit_pad.js", "digit_pad_model.js"]

MEASURE = """() => {
    const network = DigitPad.unpackNetwork(DIGIT_PAD_MODEL.network);
    const pictures = DIGIT_PAD_MODEL.ready.flatMap(({digits}) => digits).map(({pixels}) =>
        Float32Array.from(atob(pixels), (character) => character.charCodeAt(0) / 255));
    const stroke = Array.from({length: 200}, (_, t) => [0.5 + 0.3 * Math.sin(t / 20), 0.5 + 0.3 * Math.cos(t / 30)]);
    const time = (work) => Array.from({length: 21}, () => {
        const start = performance.now();
        pictures.forEach(work);
        return (performance.now() - start) / pictures.length;
    }).slice(1).sort((a, b) => a - b);
    return [time((picture) => DigitPad.answersOf(network, picture)), time(() => DigitPad.pictureOf([stroke]))];
}"""


def main() -> None:
    """Print one line a figure."""
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))))
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = browser.new_page()
        for name in FILES[1:]:
            page.add_script_tag(path=FOLDER / name)
        rounds = dict(zip(("prediction", "stroke"), page.evaluate(MEASURE), strict=True))
        browser.close()
    sizes = [len(gzip.compress((FOLDER / name).read_bytes(), 9)) for name in FILES]
    for name, times in rounds.items():
        print(f"{name:11}{times[0]:6.2f} ms at least, {times[10]:6.2f} ms median, on {os.cpu_count()} cores")
    print(
        f"gzip       {sum(sizes) / 1000:6.1f} kB: "
        + ", ".join(f"{n} {s / 1000:.1f}" for n, s in zip(FILES, sizes, strict=True))
    )


if __name__ == "__main__":
    main()
