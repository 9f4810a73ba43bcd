"""Search finds what readers of a book about digits look for, from a file, without a server."""

import pytest


@pytest.mark.parametrize("words", ["784", "4 9", "1994", "softmax"])
def test_search_finds_numbers_and_words(browser, book, words):
    tab = browser.new_page()
    tab.goto(f"{(book / 'search.html').as_uri()}?q={words.replace(' ', '+')}")
    tab.locator("#search-results li a").first.wait_for(timeout=10_000)
    tab.close()
