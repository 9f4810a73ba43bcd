"""What a telephone, 390 px wide, shows of a chapter: its code, what it printed, its formulas."""

from pathlib import Path

import nbformat
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
TOC = yaml.safe_load((ROOT / "_toc.yml").read_text("utf-8"))
FILES = [chapter["file"] for part in TOC["parts"] for chapter in part["chapters"]]
CHAPTERS = [file for file in FILES if file.startswith("chapters/")]
PHONE = {"width": 390, "height": 844}

SCROLLING_CODE = """() => [...document.querySelectorAll('main div.highlight pre')]
    .filter(pre => !pre.closest('.output') && pre.scrollWidth > pre.clientWidth)
    .map(pre => pre.textContent.slice(0, 80))"""
LINES_WITHOUT_ELEMENT = """() => [...document.querySelectorAll('main div.highlight pre')]
    .filter(pre => !pre.closest('.output') &&
        [...pre.children].map(line => line.textContent).join('') !== pre.textContent.replace(/^\\n/, ''))
    .map(pre => pre.textContent.slice(0, 80))"""
HANGING = """() => [...document.querySelectorAll('main pre .line')].flatMap((line) => {
    const text = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
    const indent = line.textContent.length - line.textContent.trimStart().length;
    const box = line.getBoundingClientRect();
    const range = document.createRange();
    range.selectNodeContents(line);
    const rows = new Map();
    for (const { top, left, width } of range.getClientRects()) {
        if (width) rows.set(Math.round(top / 4), Math.min(left - box.left, rows.get(Math.round(top / 4)) ?? Infinity));
    }
    const letter = parseFloat(getComputedStyle(line).fontSize) * 0.6;
    const [, ...others] = [...rows].sort(([a], [b]) => a - b).map(([, left]) => left);
    return others.filter(left => left <= indent * letter + 1).map(left => [line.textContent, left]);
})"""
BROKEN_COLUMNS = """() => [...document.querySelectorAll('.output.aligned pre')].filter((pre) => {
    const rows = pre.textContent.trimEnd().split('\\n').length;
    const { lineHeight, paddingTop, paddingBottom } = getComputedStyle(pre);
    const height = pre.clientHeight - parseFloat(paddingTop) - parseFloat(paddingBottom);
    return height > (rows + 0.5) * parseFloat(lineHeight);
}).map(pre => pre.textContent)"""
CUT_OFF = """() => [...document.querySelectorAll('main div.highlight pre')].filter((pre) => {
    const { left, right } = pre.getBoundingClientRect();
    for (let box = pre.parentElement; box.tagName !== 'MAIN'; box = box.parentElement) {
        const around = box.getBoundingClientRect();
        const clips = getComputedStyle(box).overflowX !== 'visible';
        if (clips && (left < around.left - 1 || right > around.right + 1)) return true;
    }
    return left < 0 || right > innerWidth;
})
    .map(pre => pre.textContent.slice(0, 80))"""
OUT_OF_REACH = """() => [...document.querySelectorAll('main pre')]
    .filter(pre => pre.scrollWidth > pre.clientWidth && pre.tabIndex < 0)
    .map(pre => pre.textContent.slice(0, 80))"""

LONELY_STOPS = """() => [...document.querySelectorAll('main math:not([display])')].filter((formula) => {
    const after = formula.nextSibling;
    if (after?.nodeType !== Node.TEXT_NODE || !/^[.,:;!?)]/.test(after.data)) return false;
    const stop = document.createRange();
    stop.setStart(after, 0);
    stop.setEnd(after, 1);
    return stop.getBoundingClientRect().left < formula.getBoundingClientRect().right - 2;
}).map(formula => formula.parentElement.textContent)"""
STOPS_WITHOUT_NEED = """() => [...document.querySelectorAll('main div.math')]
    .filter(box => box.tabIndex === 0 && box.scrollWidth <= box.clientWidth).map(box => box.textContent)"""


@pytest.fixture(scope="module", params=CHAPTERS)
def chapter_page(request, browser, book):
    """A chapter as a telephone shows it, with every folded part open."""
    tab = browser.new_page(viewport=PHONE, reduced_motion="reduce")
    tab.goto((book / f"{request.param}.html").as_uri())
    tab.evaluate("document.querySelectorAll('details').forEach(details => details.open = true)")
    tab.wait_for_timeout(500)  # the theme makes what scrolls a tab stop a moment later
    tab.name = request.param
    yield tab
    tab.close()


def test_no_code_scrolls_sideways(chapter_page):
    assert chapter_page.locator("main pre .line").count() > 100
    assert chapter_page.evaluate(SCROLLING_CODE) == []


def test_each_line_of_code_is_an_element(chapter_page):
    assert chapter_page.evaluate(LINES_WITHOUT_ELEMENT) == []


def test_a_wrapped_line_hangs_deeper_than_it_is_indented(chapter_page):
    assert chapter_page.evaluate(HANGING) == []


def test_what_stands_in_columns_keeps_its_lines_and_scrolls_by_keyboard(chapter_page):
    assert chapter_page.locator(".output.aligned pre").count() > 0
    assert chapter_page.evaluate(BROKEN_COLUMNS) == []
    assert chapter_page.evaluate(OUT_OF_REACH) == []


def test_code_and_what_it_prints_begin_in_their_boxes(chapter_page):
    assert chapter_page.evaluate(CUT_OFF) == []


def test_a_stop_after_a_formula_stands_beside_it(chapter_page):
    assert chapter_page.evaluate(LONELY_STOPS) == []


def test_only_a_formula_that_scrolls_is_a_stop_of_the_keyboard(chapter_page):
    assert chapter_page.evaluate(STOPS_WITHOUT_NEED) == []


def test_copied_code_is_the_cell(browser, book):
    context = browser.new_context(viewport=PHONE, permissions=["clipboard-read", "clipboard-write"])
    tab = context.new_page()
    tab.goto((book / "chapters" / "03_training.html").as_uri())
    notebook = nbformat.read(ROOT / "chapters" / "03_training.ipynb", as_version=4)
    sources = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    longest = max((source for source in sources if "\n\n" in source and '"""' in source), key=len)
    number = tab.locator(".cell_input pre").evaluate_all(
        "(cells, source) => cells.findIndex(cell => cell.textContent.trim() === source.trim())", longest
    )
    block = tab.locator(".cell_input pre").nth(number)
    assert number >= 0
    block.hover()
    block.locator("xpath=following-sibling::button").click()
    assert tab.evaluate("navigator.clipboard.readText()") == longest
    tab.evaluate(
        """(number) => getSelection().selectAllChildren(document.querySelectorAll('.cell_input pre')[number])""", number
    )
    assert tab.evaluate("getSelection().toString()").rstrip("\n") == longest
    context.close()
