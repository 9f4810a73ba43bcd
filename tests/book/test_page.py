"""Every page of the built book, opened from its file in a browser: wide and narrow, light and dark."""

from pathlib import Path

import pytest
import yaml
from axe_playwright_python.sync_playwright import Axe
from pages import CHAPTERS, PAGES, PHONE, WIDE, open_page

ROOT = Path(__file__).resolve().parents[2]
CONFIG = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))
RULES_OF_COLOR = ["color-contrast", "link-in-text-block"]  # the slowest

WITHOUT_ALT = """() => [...document.images]
    .filter(image => !image.closest('main') ? !image.hasAttribute('alt')
                                            : !image.alt.trim() || /\\.(png|svg|jpe?g)$/.test(image.alt))
    .map(image => image.outerHTML.slice(0, 200))"""
TOO_WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
    [...document.querySelectorAll('main *')].filter(element => element.getBoundingClientRect().right > innerWidth)
    .map(element => element.outerHTML.slice(0, 120))"""
CUT_OFF = """() => [...document.querySelectorAll('.prev-next-area a')]
    .filter(link => link.scrollWidth > link.clientWidth).map(link => link.innerText)"""
WIDE_TABLES = """() => [...document.querySelectorAll('main table')]
    .filter(table => table.rows[0].cells.length <= 4 && table.offsetWidth > table.parentElement.clientWidth)
    .map(table => table.innerText.slice(0, 80))"""
WITHOUT_BEGINNING = """() => [...document.querySelectorAll('main div.math > math')]
    .filter(formula => formula.getBoundingClientRect().left < formula.parentElement.getBoundingClientRect().left - 1)
    .map(formula => formula.textContent)"""
LEFTOVER_TEX = """() => [...document.querySelectorAll('main :is(p, li, td, figcaption, summary)')]
    .map(element => element.innerText).filter(text => /\\$[^$]+\\$|\\\\(frac|begin|text|sum|hat)\\b/.test(text))"""


@pytest.fixture(
    scope="module",
    params=[(page, width) for page in PAGES for width in (WIDE, PHONE)],
    ids=lambda param: "-".join(map(str, param)),
)
def opened(request, browser, book):
    """One page, wide or narrow, with every folded part open."""
    opened = open_page(browser, book, *request.param)
    opened.tab.evaluate("document.querySelectorAll('details').forEach(details => details.open = true)")
    yield opened
    opened.tab.close()


@pytest.fixture
def visit(browser, book):
    """Open pages in a test; close them after it, and hold that they reported no error."""
    pages = []

    def visit(page, width=WIDE):
        pages.append(open_page(browser, book, page, width))
        return pages[-1].tab

    yield visit
    for page in pages:
        page.tab.close()
        assert page.errors == []


def test_it_asks_no_other_host_and_reports_no_error(opened):
    assert [url for url in opened.requests if not url.startswith(("file:", "data:"))] == []
    assert opened.errors == []


def violations(tab, context=None, **options):
    """Ask axe; return what it finds, a line each."""
    found = Axe().run(tab, context, {"resultTypes": ["violations"], "preload": False, **options}).response["violations"]
    return [f"{rule['id']}: {node['html'][:150]}: {node['failureSummary']}" for rule in found for node in rule["nodes"]]


def test_everybody_can_use_it(opened):
    assert violations(opened.tab, rules={name: {"enabled": False} for name in RULES_OF_COLOR}) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_it_says_stands_out(opened, scheme):
    opened.tab.emulate_media(color_scheme=scheme)
    opened.tab.locator(f"html[data-theme='{scheme}']").wait_for()
    around_the_text = {"exclude": [["article.bd-article"]]}  # which has the same colours on a phone
    assert violations(opened.tab, around_the_text if opened.wide else None, runOnly=RULES_OF_COLOR) == []


def test_images_have_alt_text(opened):
    assert opened.tab.evaluate(WITHOUT_ALT) == []


def test_it_does_not_scroll_sideways(opened):
    assert opened.tab.evaluate(TOO_WIDE) == []


def test_a_table_of_four_columns_fits_the_page(opened):
    assert opened.tab.evaluate(WIDE_TABLES) == []


def test_a_formula_shows_its_beginning(opened):
    assert opened.tab.evaluate(WITHOUT_BEGINNING) == []


def test_the_way_on_is_not_cut_off(opened):
    assert opened.tab.evaluate(CUT_OFF) == []


def test_formulas_need_no_script(opened):
    assert opened.tab.evaluate(LEFTOVER_TEX) == []
    assert opened.tab.locator("script[src*=mathjax], mjx-container").count() == 0


def test_formulas_are_mathml(visit):
    formula = visit("chapters/02_mlp").locator("main math").first
    assert formula.evaluate("element => element.namespaceURI") == "http://www.w3.org/1998/Math/MathML"
    assert formula.bounding_box()["width"] > 0


def test_the_menu_opens_and_closes_on_a_phone(visit):
    tab = visit("intro", width=PHONE)
    menu = tab.locator("dialog#pst-primary-sidebar-modal")
    link = menu.get_by_role("link", name="Glossary")
    button = tab.get_by_role("button", name="Menu")
    button.click()
    link.wait_for(state="visible")
    tab.mouse.click(PHONE - 10, 400)
    link.wait_for(state="hidden")
    button.click()
    link.click()
    tab.wait_for_url("**/backmatter/glossary.html")


def test_search_finds_words(visit):
    tab = visit("intro")
    tab.keyboard.press("Control+k")
    tab.keyboard.type("handwriting")
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/search.html?q=handwriting")
    tab.locator("#search-results li a").first.wait_for()


@pytest.mark.parametrize("page", CHAPTERS)
def test_a_quiz_answers_by_keyboard(visit, page):
    tab = visit(page, width=PHONE)
    option = tab.locator("main details:not(.hide)").first
    tab.locator("main :is(a, button, [tabindex='0'])").first.focus()
    for _ in range(400):
        tab.keyboard.press("Tab")
        if option.evaluate("option => option.firstElementChild === document.activeElement"):
            break
    summary = option.locator("summary")
    assert summary.evaluate("summary => getComputedStyle(summary).outlineStyle") == "solid"
    feedback = option.evaluate_handle("option => option.children[1]").as_element()
    assert not feedback.is_visible()
    tab.keyboard.press("Enter")
    assert feedback.is_visible()
    tab.keyboard.press("Space")
    assert not feedback.is_visible()


def test_repository_buttons_lead_somewhere(opened):
    colab = opened.tab.locator(".bd-header-article a[href*='colab.research.google.com']")
    assert colab.count() == (bool(CONFIG["repository"]["url"]) and opened.page in CHAPTERS)
    if colab.count():
        address = CONFIG["repository"]["url"].removeprefix("https://")
        assert colab.get_attribute("href").endswith(f"{address.partition('/')[2]}/blob/main/{opened.page}.ipynb")
