"""What somebody hears who does not see the pages, and where the keyboard is after each step."""

import pytest
from pages import CHAPTERS, PAGES, PHONE, open_page

NAMES_OF = """(selector) => [...document.querySelectorAll(selector)].map(element => element.textContent.trim())"""
TWICE = """(selector) => {
    const names = [...document.querySelectorAll(selector)]
        .map(element => element.textContent.replace(/\\s+/g, ' ').trim());
    return names.filter((name, place) => names.indexOf(name) !== place);
}"""
SMALL_TABLES = """() => [...document.querySelectorAll('main table :is(th, td)')]
    .filter(cell => parseFloat(getComputedStyle(cell).fontSize) < 14).map(cell => cell.textContent)"""
ICONS_READ_ALOUD = """() => [...document.querySelectorAll("[class^='fa'], [class*=' fa-']")]
    .filter(icon => icon.getAttribute('aria-hidden') !== 'true').map(icon => icon.outerHTML)"""
HEADS_OF_NOTHING = (
    """() => [...document.querySelectorAll('main th')].filter(head => !head.scope).map(head => head.outerHTML)"""
)


@pytest.fixture
def visit(browser, book):
    """Open pages in a test; close them after it, and hold that they reported no error."""
    pages = []

    def visit(page, width=1280):
        pages.append(open_page(browser, book, page, width))
        return pages[-1].tab

    yield visit
    for page in pages:
        page.tab.close()
        assert page.errors == []


def focused(tab, locator):
    """Say whether the keyboard is at an element."""
    return locator.evaluate("element => element === document.activeElement")


@pytest.mark.parametrize("page", CHAPTERS)
def test_parts_have_names(visit, page):
    tab = visit(page)
    shown, printed = (tab.locator(f".cell_{part}").count() for part in ("input", "output"))
    assert tab.locator(".cell_input[role=group][aria-label^='Code ']").count() == shown > 10
    named = tab.locator(".cell_output[role=group][aria-label^='Output of code ']").count()
    assert 0 < named <= printed
    assert tab.evaluate(TWICE, "main details.hide > summary") == []
    assert tab.locator("summary[aria-label]").count() == 0
    solutions = tab.evaluate(NAMES_OF, "main section[id^='exercise-'] summary")
    assert len(set(solutions)) == len(solutions) >= 3
    assert tab.evaluate(ICONS_READ_ALOUD) == []
    assert tab.evaluate(HEADS_OF_NOTHING) == []


@pytest.mark.parametrize("page", CHAPTERS)
def test_a_question_and_its_options_are_one_group(visit, page):
    tab = visit(page)
    options = tab.locator("#check-yourself details")
    groups = tab.locator("#check-yourself [role=group][aria-labelledby^='question-']")
    assert groups.count() >= 3
    assert groups.locator("details").count() == options.count()
    for group in groups.all():
        question = tab.locator("#" + group.get_attribute("aria-labelledby"))
        assert question.inner_text().split(".")[0].isdigit()
        assert group.locator("details").count() >= 2


@pytest.mark.parametrize("page", PAGES)
def test_a_phone_shows_tables_in_letters_of_14_pixels(visit, page):
    assert visit(page, PHONE).evaluate(SMALL_TABLES) == []


def test_the_menu_knows_where_the_reader_is(visit):
    for page in PAGES[:-1]:
        here = visit(page).locator("#pst-primary-sidebar [aria-current=page]")
        assert here.count() == 1
        assert here.evaluate("link => link.pathname === location.pathname")


def test_no_landmark_is_empty(visit):
    tab = visit("intro")
    assert tab.get_by_role("banner").count() == 0
    assert tab.evaluate("() => [...document.querySelectorAll('body > footer')].length") == 0


def test_after_copying_focus_stays_and_it_is_said(visit):
    tab = visit("chapters/02_mlp")
    button = tab.get_by_role("button", name="Copy code 2", exact=True)
    button.focus()
    tab.keyboard.press("Enter")
    tab.locator("[role=status]", has_text="Copied").wait_for(state="attached")
    assert focused(tab, button)
    assert tab.locator(".cell_output .output.stream .copybtn").count() == 0


def test_the_button_of_colours_says_which(visit):
    tab = visit("intro")
    button = tab.locator(".theme-switch-button").first
    names = set()
    for _ in range(3):
        button.focus()
        tab.keyboard.press("Enter")
        tab.wait_for_timeout(100)
        assert focused(tab, button)
        names.add(button.get_attribute("aria-label"))
    assert names == {"Colour mode: light", "Colour mode: dark", "Colour mode: as the system"}


@pytest.mark.parametrize("name", ["Menu", "Contents"])
def test_a_menu_on_a_phone_says_its_state_and_gives_the_focus_back(visit, name):
    tab = visit("chapters/02_mlp", PHONE)
    button = tab.get_by_role("button", name=name, exact=True)
    for leave in (lambda: tab.keyboard.press("Escape"), lambda: tab.get_by_role("button", name="Close").click()):
        assert button.get_attribute("aria-expanded") == "false"
        button.focus()
        tab.keyboard.press("Enter")
        dialog = tab.get_by_role("dialog", name=name)
        dialog.wait_for()
        tab.wait_for_timeout(100)
        assert tab.locator(f"button[aria-label='{name}']").get_attribute("aria-expanded") == "true"
        leave()
        dialog.wait_for(state="hidden")
        assert focused(tab, button)


def test_the_menu_on_a_wide_page_says_whether_it_is_shown(visit):
    tab = visit("intro")
    button = tab.get_by_role("button", name="Menu", exact=True)
    states = []
    for _ in range(2):
        states.append(button.get_attribute("aria-expanded"))
        button.click()
        tab.wait_for_timeout(500)
    assert states == ["true", "false"]
    assert focused(tab, button)


def test_a_figure_opens_at_its_full_size(visit):
    tab = visit("chapters/02_mlp", PHONE)
    link = tab.locator("figure a.full-size").first
    picture = link.locator("img")
    assert link.get_attribute("href") == picture.get_attribute("src")
    assert picture.get_attribute("alt")
    link.click()
    tab.wait_for_url("**/_images/*.webp")
