"""The digit pad in the page: it computes what Keras computes, and everybody can use it."""

import base64
import gzip
import json
import runpy
import struct
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from scipy.special import logsumexp

from mnist_helpers import load_model_card, load_pretrained, pipeline, reading

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "mnist_helpers" / "digit_pad"
drawings = runpy.run_path(str(Path(__file__).with_name("drawings.py")))
DRAWINGS, moved = drawings["DRAWINGS"], drawings["moved"]
LOADED = ["digit_pad.css", "digit_pad.js", "digit_pad_model.js"]
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}

TO_FLOATS = "const floats = (text) => new Float32Array(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);"
TO_TEXT = "const text = (bytes) => btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));"
PREDICT = f"""(images) => {{
    {TO_FLOATS} {TO_TEXT}
    const network = DigitPad.unpackNetwork(DIGIT_PAD_MODEL.network);
    const all = floats(images);
    const answers = [];
    for (let first = 0; first < all.length; first += 784) {{
        const layers = DigitPad.answersOf(network, all.subarray(first, first + 784));
        answers.push(...DigitPad.softmax(layers[layers.length - 1]));
    }}
    return text(new Uint8Array(Float64Array.from(answers).buffer));
}}"""
NORMALISE = f"""([ink, height, width]) => {{
    {TO_FLOATS} {TO_TEXT}
    return text(new Uint8Array(DigitPad.normaliseDigit(floats(ink), height, width).buffer));
}}"""


def packed(array) -> str:
    return base64.b64encode(np.asarray(array, dtype="<f4").tobytes()).decode()


def unpacked(text: str, dtype: str):
    return np.frombuffer(base64.b64decode(text), dtype=dtype)


@pytest.fixture(scope="module")
def script(browser):
    """An empty page with the pad's scripts."""
    page = browser.new_page()
    for name in ("digit_pad_model.js", "digit_pad.js"):
        page.add_script_tag(path=FOLDER / name)
    yield page
    page.close()


class Pad:
    """The landing page, and what a reader does there."""

    def __init__(self, tab):
        self.tab = tab
        self.paper = tab.locator(".digit-pad-paper canvas")
        self.paper.scroll_into_view_if_needed()

    def at(self, point):
        box = self.paper.bounding_box()
        return box["x"] + point[0] * box["width"], box["y"] + point[1] * box["height"]

    def draw(self, strokes):
        mouse = self.tab.mouse
        for stroke in strokes:
            first, *others = map(self.at, stroke)
            mouse.move(*first)
            mouse.down()
            for place in others:
                mouse.move(*place, steps=1 if len(stroke) > 10 else 3)
            mouse.up()

    def press(self, name):
        self.tab.get_by_role("button", name=name, exact=True).click()

    @property
    def digit(self):
        return self.tab.locator(".digit-pad-digit").text_content()

    @property
    def sentence(self):
        return self.tab.locator(".digit-pad").get_by_role("status").text_content()

    @property
    def picture(self):
        """The light of each of the 28 x 28 pixels that the network gets."""
        code = (
            "canvas => Array.from(canvas.getContext('2d').getImageData(0, 0, 28, 28).data).filter((_, i) => i % 4 == 3)"
        )
        return np.array(self.tab.locator(".digit-pad-seen").evaluate(code)).reshape(28, 28)


@pytest.fixture
def open_pad(browser, book):
    """Open the landing page; at the end, hold that it asked no other host and reported no error."""
    contexts, faults = [], []

    def open_pad(viewport=WIDE, **settings):
        context = browser.new_context(viewport=viewport, locale="en-US", **settings)
        contexts.append(context)
        tab = context.new_page()
        tab.on("request", lambda request: faults.append(request.url) if request.url.startswith("http") else None)
        tab.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
        tab.on("pageerror", lambda error: faults.append(str(error)))
        tab.goto((book / "intro.html").as_uri())
        return Pad(tab)

    yield open_pad
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture
def pad(open_pad):
    return open_pad()


# ---- The numbers


def test_it_answers_as_keras_does(script):
    _, _, (images, _) = pipeline.load_mnist_splits()
    images = images[:1000]
    logits = load_pretrained("pocket").predict(images, batch_size=1000, verbose=0).astype("float64")
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    answers = unpacked(script.evaluate(PREDICT, packed(images)), "<f8").reshape(1000, 10)
    np.testing.assert_allclose(answers, powers / powers.sum(axis=1, keepdims=True), rtol=0, atol=1e-5)


@pytest.mark.parametrize("shape", [(28, 28), (120, 120), (60, 17), (9, 80), (1, 1), (3, 2), (20, 20)])
@pytest.mark.parametrize("share", [0.02, 0.3, 1.0])
def test_it_normalises_as_python_does(script, shape, share):
    random = np.random.default_rng([*shape, int(100 * share)])
    ink = (random.uniform(size=shape) * (random.uniform(size=shape) < share)).astype("float32")
    ink[shape[0] // 2, shape[1] // 2] = 1
    picture = unpacked(script.evaluate(NORMALISE, [packed(ink), *shape]), "<f4").reshape(28, 28)
    np.testing.assert_allclose(picture, reading.normalise_digit(ink), rtol=0, atol=1e-6)


def test_one_digit_in_a_hundred_is_answered_weakly(script):
    _, (images, _), _ = pipeline.load_mnist_splits()
    logits = load_pretrained("pocket").predict(images, batch_size=1000, verbose=0)
    weak = script.evaluate("DIGIT_PAD_MODEL.card.weak")
    assert (logsumexp(logits, axis=1) < weak).mean() == pytest.approx(0.01, abs=0.001)
    strengths = script.evaluate("all => all.map(DigitPad.strengthOf)", logits[:100].tolist())
    np.testing.assert_allclose(strengths, logsumexp(logits[:100], axis=1), atol=1e-5)


def test_no_ink_is_no_picture(script):
    assert script.evaluate("DigitPad.normaliseDigit(new Float32Array(12), 3, 4)") is None
    assert script.evaluate("DigitPad.pictureOf([])") is None


def test_a_page_loads_at_most_120_kilobytes_for_it():
    assert sum(len(gzip.compress((FOLDER / name).read_bytes())) for name in LOADED) <= 120_000


@pytest.fixture(scope="module")
def exported():
    return runpy.run_path(str(ROOT / "tools" / "export_pad.py"))


def test_its_network_is_the_shipped_one(exported):
    assert exported["TARGET"].read_text(encoding="utf-8") == exported["script"]()


# ---- Drawing


@pytest.mark.parametrize("name", DRAWINGS)
def test_it_reads_a_drawing(pad, name):
    pad.draw(DRAWINGS[name])
    assert pad.digit == name[0], pad.sentence
    assert f"{name[0]} (" in pad.sentence


@pytest.mark.parametrize(
    ("size", "left", "top"), [(0.25, 0, 0), (0.25, 0.75, 0.75), (0.5, -0.1, 0.3), (1.25, -0.125, -0.125)]
)
def test_size_and_place_make_no_difference(pad, size, left, top):
    pad.draw(DRAWINGS["3 round"])
    before = pad.picture
    pad.press("Clear")
    pad.draw(moved(DRAWINGS["3 round"], size, left, top))
    assert pad.digit == "3"
    assert np.abs(pad.picture - before).mean() < 8


def test_a_dot_is_no_digit(pad):
    pad.draw([[(0.5, 0.5)]])
    assert pad.digit == "?"
    assert "Too small" in pad.sentence
    assert not pad.picture.any()


SCRIBBLES = {
    "back and forth": [[(0.2 + 0.6 * (37 * i % 17) / 17, 0.2 + 0.6 * (23 * i % 19) / 19) for i in range(30)]],
    "a square": [[(0.2, 0.2), (0.8, 0.2), (0.8, 0.8), (0.2, 0.8), (0.2, 0.2)]],
    "a cross": [[(0.2, 0.2), (0.8, 0.8)], [(0.8, 0.2), (0.2, 0.8)]],
    "a line": [[(0.2, 0.5), (0.8, 0.5)]],
}


@pytest.mark.parametrize("name", SCRIBBLES)
def test_it_asks_whether_a_scribble_is_a_digit(pad, name):
    pad.draw(SCRIBBLES[name])
    assert pad.sentence.startswith("Is this a digit? If it is: ")
    assert "%)" in pad.sentence
    assert pad.digit.endswith("?")


def test_it_names_both_where_two_digits_are_likely(pad):
    pad.press("A 4 that is hard to read")
    assert pad.sentence.startswith("Not sure: 4 (")
    assert ") or 9 (" in pad.sentence
    assert pad.digit == "4?"


def test_a_tap_beside_a_digit_is_no_part_of_it(pad):
    pad.draw(DRAWINGS["2 with a straight foot"])
    before = pad.picture
    pad.draw([[(0.95, 0.1)]])
    np.testing.assert_array_equal(pad.picture, before)


def test_a_stroke_that_leaves_the_board_goes_on(pad):
    pad.draw([[(0.29, 0.2), (0.71, 0.2), (0.4, 1.1)]])
    assert pad.digit == "7"


@pytest.mark.parametrize("pen", ["0.06", "0.2"])
def test_the_pen_changes_the_picture_and_not_the_strokes(pad, pen):
    pad.draw(DRAWINGS["2 with a straight foot"])
    before = pad.picture.mean()
    pad.tab.get_by_role("slider", name="Pen").fill(pen)
    assert (pad.picture.mean() > before) == (float(pen) > 0.12)
    assert pad.digit == "2"


def test_it_answers_while_the_pen_is_down(pad):
    pad.tab.mouse.move(*pad.at((0.5, 0.15)))
    pad.tab.mouse.down()
    pad.tab.mouse.move(*pad.at((0.5, 0.85)), steps=5)
    pad.tab.wait_for_function("document.querySelector('.digit-pad-digit').textContent === '1'")
    assert "empty" in pad.sentence  # said when the pen is lifted
    pad.tab.mouse.up()
    assert pad.sentence.startswith("Read as 1")


def test_the_layers_answer(pad):
    shades = """canvases => canvases.map(canvas => new Set(new Uint32Array(
        canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data.buffer)).size)"""
    layers = pad.tab.locator(".digit-pad-layers canvas")
    assert max(layers.evaluate_all(shades)) <= 2  # dark tiles, and nothing between them
    pad.draw(DRAWINGS["8 of two rings"])
    assert layers.count() == 6
    assert min(layers.evaluate_all(shades)) > 10


def test_the_probabilities_add_up(pad):
    pad.draw(DRAWINGS["4 open"])
    shares = pad.tab.locator(".digit-pad-bars i").evaluate_all("bars => bars.map(bar => parseFloat(bar.style.width))")
    assert len(shares) == 10
    assert sum(shares) == pytest.approx(100, abs=0.01)
    assert np.argmax(shares) == 4


# ---- Undo, clear, download, ready-made digits


def test_undo_takes_one_stroke_back(pad):
    first, second = DRAWINGS["7 crossed"]
    pad.draw([first])
    before = pad.picture
    pad.draw([second])
    assert (pad.picture != before).any()
    pad.press("Undo")
    np.testing.assert_array_equal(pad.picture, before)
    for _ in range(3):
        pad.press("Undo")
    assert pad.digit == "?"
    assert "empty" in pad.sentence


def test_control_z_follows_the_pen(pad):
    pad.draw(DRAWINGS["1 stroke"])
    pad.tab.keyboard.press("Control+z")
    assert pad.digit == "?"


def test_undo_brings_back_what_was_cleared(pad):
    pad.draw(DRAWINGS["5 in two strokes"])
    before = pad.picture
    pad.press("Clear")
    assert not pad.picture.any()
    pad.press("Undo")
    np.testing.assert_array_equal(pad.picture, before)


def test_undo_while_the_pen_is_down_does_no_harm(pad):
    pad.tab.mouse.move(*pad.at((0.5, 0.2)))
    pad.tab.mouse.down()
    pad.tab.mouse.move(*pad.at((0.5, 0.5)))
    pad.tab.keyboard.press("Control+z")
    pad.tab.mouse.move(*pad.at((0.5, 0.8)))
    pad.tab.mouse.up()
    assert pad.digit == "?"


def test_the_drawing_can_be_saved(pad, tmp_path):
    pad.draw(DRAWINGS["0 round"])
    with pad.tab.expect_download() as download:
        pad.press("Save the drawing as a picture")
    assert download.value.suggested_filename == "digit.png"
    download.value.save_as(tmp_path / "digit.png")
    data = (tmp_path / "digit.png").read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", data[16:24])
    assert width == height >= 300


def test_ready_made_digits_are_read(pad):
    for digit in range(10):
        pad.press(f"A handwritten {digit}")
        assert pad.digit == str(digit)
    assert pad.tab.locator(".digit-pad-examples button").count() == 20


def test_with_the_keyboard_alone(pad):
    button = pad.tab.get_by_role("button", name="A handwritten 5")
    pad.tab.get_by_role("button", name="Undo").focus()
    for _ in range(40):
        pad.tab.keyboard.press("Tab")
        if button.evaluate("button => button === document.activeElement"):
            break
    assert button.evaluate("button => getComputedStyle(button).outlineStyle") == "solid"
    pad.tab.keyboard.press("Enter")
    assert pad.sentence.startswith("Read as 5")
    pad.tab.keyboard.press("Control+z")
    assert "empty" in pad.sentence


def test_what_a_screen_reader_is_told(pad):
    pad.draw(DRAWINGS["3 round"])
    status = pad.tab.locator(".digit-pad").get_by_role("status")
    assert status.evaluate("element => element.closest('.digit-pad') !== null")
    assert pad.sentence.startswith(("Read as 3 (", "Not sure: 3 ("))
    shares = pad.tab.get_by_role("list", name="Probability of each digit").get_by_role("listitem")
    assert shares.count() == 10
    assert shares.nth(3).inner_text().split()[0] == "3"
    for name in ("Ready-made", "Hard"):
        assert pad.tab.get_by_role("group", name=name).get_by_role("button").count() == 10


def test_its_figures_are_those_of_the_model_card(pad):
    card = load_model_card("pocket")
    test = next(run["test"] for run in card["runs"] if run["seed"] == card["chosen_seed"])
    facts = pad.tab.locator(".digit-pad-facts").inner_text()
    assert f"{test['right']:,} of the {test['images']:,}" in facts


# ---- Fingers


@contextmanager
def fingers(tab):
    """Send touches as the browser gets them from a screen."""
    session = tab.context.new_cdp_session(tab)

    def touch(kind, *points):
        places = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})

    yield touch
    session.detach()


def test_a_finger_draws_and_the_page_stays(open_pad):
    pad = open_pad(PHONE, has_touch=True, is_mobile=True, device_scale_factor=3)
    before = pad.tab.evaluate("scrollY")
    with fingers(pad.tab) as touch:
        for stroke in DRAWINGS["4 open"]:
            touch("touchStart", pad.at(stroke[0]))
            for start, end in pairwise(stroke):
                for step in np.linspace(0, 1, 8)[1:]:
                    touch("touchMove", pad.at(np.array(start) * (1 - step) + np.array(end) * step))
            touch("touchEnd")
    assert pad.digit == "4", pad.sentence
    assert pad.tab.evaluate("scrollY") == before


def test_a_second_finger_is_not_heard(open_pad):
    pad = open_pad(PHONE, has_touch=True, is_mobile=True)
    with fingers(pad.tab) as touch:
        touch("touchStart", pad.at((0.5, 0.2)))
        touch("touchMove", pad.at((0.5, 0.5)))
        touch("touchStart", pad.at((0.5, 0.5)), pad.at((0.1, 0.8)))
        touch("touchMove", pad.at((0.5, 0.8)), pad.at((0.9, 0.8)))
        touch("touchEnd")
    assert pad.digit == "1"


def test_a_touch_that_is_cancelled_ends_the_stroke(open_pad):
    pad = open_pad(PHONE, has_touch=True, is_mobile=True)
    with fingers(pad.tab) as touch:
        touch("touchStart", pad.at((0.5, 0.2)))
        touch("touchMove", pad.at((0.5, 0.5)))
        touch("touchMove", pad.at((0.5, 0.8)))
        touch("touchCancel")
        assert pad.sentence.startswith("Read as 1")
        touch("touchStart", pad.at((0.4, 0.8)))
        touch("touchMove", pad.at((0.7, 0.8)))
        touch("touchEnd")
    pad.tab.get_by_role("button", name="Undo").click()
    assert pad.digit == "1"


# ---- The page around it


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["wide", "phone"])
def test_everybody_can_use_it(open_pad, scheme, viewport):
    pad = open_pad(viewport, color_scheme=scheme)
    for strokes in ([], DRAWINGS["6 straight"]):
        pad.draw(strokes)
        options = {"resultTypes": ["violations"], "preload": False}
        violations = Axe().run(pad.tab, context=".digit-pad", options=options).response["violations"]
        assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in violations] == []


def test_it_fits_a_phone(open_pad):
    pad = open_pad(PHONE)
    assert pad.tab.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert pad.paper.bounding_box()["width"] >= 300
    for button in pad.tab.locator(".digit-pad button").all():
        box = button.bounding_box()
        assert min(box["width"], box["height"]) >= 24


def test_a_reader_sees_it_without_scrolling(open_pad):
    pad = open_pad()
    assert pad.tab.evaluate("scrollY") == 0
    box = pad.tab.locator(".digit-pad-draw").bounding_box()
    assert box["y"] + box["height"] <= WIDE["height"]


def test_the_answer_is_seen_while_drawing(open_pad):
    pad = open_pad(PHONE)
    pad.tab.evaluate("scrollTo(0, 0)")
    for seen in (pad.paper, pad.tab.locator(".digit-pad-digit"), pad.tab.locator(".digit-pad").get_by_role("status")):
        box = seen.bounding_box()
        assert box["y"] + box["height"] <= PHONE["height"]


def test_on_its_side_a_telephone_can_still_scroll(open_pad):
    pad = open_pad({"width": 844, "height": 390}, has_touch=True, is_mobile=True)
    assert pad.paper.bounding_box()["height"] <= 300


def test_nothing_moves_by_itself(pad):
    pad.draw(DRAWINGS["8 in one stroke"])
    assert pad.tab.evaluate("document.querySelector('.digit-pad').getAnimations({ subtree: true }).length") == 0


@pytest.mark.parametrize("density", [1, 3])
def test_it_is_sharp_and_follows_the_window(open_pad, density):
    pad = open_pad(device_scale_factor=density)
    pad.draw(DRAWINGS["9 with a straight tail"])
    for viewport in (WIDE, PHONE):
        pad.tab.set_viewport_size(viewport)
        pad.tab.wait_for_function(
            "density => { const c = document.querySelector('.digit-pad-paper canvas');"
            "return Math.abs(c.width - density * c.clientWidth) <= 1 && c.height === c.width; }",
            arg=density,
        )
        drawn = pad.paper.evaluate("c => c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some(v => v)")
        assert drawn
    assert pad.digit == "9"


def test_it_keeps_its_colours_where_colours_are_forced(pad):
    pad.tab.emulate_media(forced_colors="active")
    colour = "element => getComputedStyle(element).backgroundColor"
    assert pad.paper.evaluate(colour) == "rgb(15, 32, 51)"


def test_on_paper_it_shows_what_was_drawn(pad):
    pad.draw(DRAWINGS["2 with a loop"])
    pad.tab.emulate_media(media="print")
    assert pad.paper.is_visible()
    assert not pad.tab.get_by_role("button", name="Undo").is_visible()


def test_without_javascript_a_sentence_says_so(browser, book):
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto((book / "intro.html").as_uri())
    assert "It needs JavaScript" in tab.locator(".digit-pad").inner_text()
    context.close()


def test_only_pages_with_a_pad_load_it(book):
    for page in book.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert ("digit_pad_mount.js" in text) == ('class="digit-pad"' in text or "tag_digit-pad" in text), page
    assert "digit_pad.js" in (book / "intro.html").read_text(encoding="utf-8")


def test_in_the_page_of_a_notebook_it_takes_the_place_of_its_still_picture(browser, book):
    tab = browser.new_page(viewport={"width": 390, "height": 844})
    asked = []
    tab.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
    tab.goto((book / "chapters" / "11_shipping.html").as_uri())
    cell = tab.locator(".tag_digit-pad .cell_output")
    assert cell.locator("img").count() == 1
    assert not any(name.startswith("digit_pad_model.js") for name in asked)
    cell.scroll_into_view_if_needed()
    cell.locator("figure .digit-pad .digit-pad-paper canvas").wait_for()
    assert cell.locator("figure img").count() == 0
    assert cell.locator("figcaption").last.inner_text()
    tab.close()


# ---- The widget's half in the browser

HOST = """async ([source, start]) => {
    const place = document.createElement('div');
    document.body.replaceChildren(place);
    const state = { picture: start && new DataView(Float32Array.from(start).buffer) };
    const model = { get: (name) => state[name], set: (name, value) => { state[name] = value; },
                    save_changes: () => window.saved.push(state.picture) };
    window.saved = [];
    window.last = () => {
        const picture = window.saved[window.saved.length - 1];
        return picture && Array.from(new Float32Array(picture.buffer, picture.byteOffset, picture.byteLength / 4));
    };
    const module = await import(URL.createObjectURL(new Blob([source], { type: 'text/javascript' })));
    module.default.render({ model, el: place });
}"""


@pytest.fixture
def host(browser):
    """A page that does for the widget what a notebook does."""
    from mnist_helpers import pad

    page = browser.new_page()

    def host(start=None):
        page.evaluate(HOST, [pad._widget_class()._esm, start])
        page.add_style_tag(content=pad._widget_class()._css)
        return Pad(page)

    yield host
    page.close()


def test_a_notebook_hears_of_each_drawing(host):
    pad = host()
    assert pad.tab.evaluate("last()") is None
    pad.draw(DRAWINGS["3 round"])
    assert pad.digit == "3"
    picture = np.array(pad.tab.evaluate("last()")).reshape(28, 28)
    np.testing.assert_allclose(picture, pad.picture / 255, atol=1 / 255)
    pad.press("Clear")
    assert pad.tab.evaluate("last()") is None


def test_a_notebook_gives_the_first_picture(host):
    _, (images, labels), _ = pipeline.load_mnist_splits()
    start = images[0].ravel().tolist()
    pad = host(json.loads(json.dumps(start)))
    assert pad.digit == str(labels[0])
    np.testing.assert_array_equal(pad.tab.evaluate("last()"), start)
