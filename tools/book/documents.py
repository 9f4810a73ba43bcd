"""What other files say of the chapters: the table of contents, README's table, links in the back matter."""

import re
from pathlib import Path

import yaml

from tools.book.chapters import Book

TABLE = re.compile(r"(?<=<!-- chapters: made from text/book.yml -->\n).*?(?=\n<!-- end of chapters -->)", re.DOTALL)
DOCUMENTS = ("README.md", "CONTRIBUTING.md", "intro.md", "backmatter/*.md")
_LINK = re.compile(
    r"\[(?P<text>(?P<word>[Cc]hapter )?\d*(?P<title> [^\]]+)?)\]\((?P<folder>[^()\s]*chapters/)(?P<stem>\w+)\.ipynb"
)


def documents(book: Book) -> dict[Path, str]:
    """Return the text of each file that follows from the list of chapters, as it should be."""
    made = {book.root / "_toc.yml": table_of_contents(book)}
    for path in (path for pattern in DOCUMENTS for path in sorted(book.root.glob(pattern))):
        made[path] = with_numbers(book, path.read_text("utf-8"))
    readme = book.root / "README.md"
    if len(TABLE.findall(made[readme])) != 1:
        raise ValueError("README.md: needs one place for the table of chapters, between its two comments.")
    made[readme] = TABLE.sub(lambda _: readme_table(book), made[readme])
    return made


def table_of_contents(book: Book) -> str:
    """Return ``_toc.yml``."""
    parts = []
    for part in book.parts:
        files = [f"chapters/{book.chapter(entry['name']).stem}" for entry in part.get("chapters", ())]
        files += part.get("pages", [])
        parts.append({"caption": part["caption"], "chapters": [{"file": file} for file in files]})
    toc = {"format": "jb-book", "root": "intro", "parts": parts}
    return "# Made from text/book.yml: python -m tools.book.make\n" + yaml.safe_dump(toc, sort_keys=False)


def readme_table(book: Book) -> str:
    """Return the rows of README's table."""
    rows = [f"| [{one.label}](chapters/{one.stem}.ipynb) | {one.question} |" for one in book.chapters.values()]
    return "\n".join(["| chapter | question |", "| --- | --- |", *rows])


def with_numbers(book: Book, text: str) -> str:
    """Return a text in which links to chapters have their files and numbers: ``[chapter 7](…/07_evaluation.ipynb)``.

    Link texts that hold no number, or a number and other words than a title, stay as they are.
    """

    def write(link: re.Match) -> str:
        chapter = book.chapter(link["stem"])
        shown = link["text"]
        if re.fullmatch(r"([Cc]hapter )?\d+", shown) and chapter.number is not None:
            shown = f"{link['word'] or ''}{chapter.number}"
        elif re.match(r"\d+ ", shown):
            shown = chapter.label
        return f"[{shown}]({link['folder']}{chapter.stem}.ipynb"

    return _LINK.sub(write, text)
