"""The list of chapters, ``text/book.yml``, and what follows from a chapter's place in it."""

import re
from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
_CALL = re.compile(r"@(chapter|Chapter|number|title|question)\((\w+)\)")
_LINK = re.compile(r"(?<=\]\()(\w+)\.md(?=[#)])")
_GLOSSARY = re.compile(r"(?<=\]\(\.\./backmatter/)(\w+)\.md#([^)\s]+)")
_ONE = re.compile(r"\b([Cc]hapter) (\d+)\b")
_SEVERAL = re.compile(r"\b([Cc]hapters )(\d+(?:, \d+)*(?:,? (?:and|to|or) \d+)?)")
_STEM = re.compile(r"(?<=\]\()(\w+)\.ipynb(?=[#)])")
_HEADING = re.compile(r"^#+ +(.+?)\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Chapter:
    """One chapter: its name, and what the list says of it. Without a number where the list says so."""

    name: str
    number: int | None
    title: str
    question: str

    @property
    def stem(self) -> str:
        """Name of its files, without the ending: ``02_mlp``."""
        return self.name if self.number is None else f"{self.number:02d}_{self.name}"

    @property
    def label(self) -> str:
        """What a table calls it: ``2 A first network``."""
        return self.title if self.number is None else f"{self.number} {self.title}"


class Book:
    """All chapters in their order, read from the list of a copy of the repository.

    Parameters
    ----------
    root : Path
        The repository's folder.

    Raises
    ------
    ValueError
        A chapter of the list has no text, or a text is not in the list.
    """

    def __init__(self, root: Path = ROOT):
        self.root = root
        listed = yaml.safe_load((root / "text" / "book.yml").read_text("utf-8"))
        self.repository = listed["repository"] or ""
        self.parts = listed["parts"]
        self.formerly = listed.get("formerly") or {}
        self.chapters = {}
        number = 0
        for entry in (entry for part in self.parts for entry in part.get("chapters", ())):
            number += entry.get("numbered", True)
            own = number if entry.get("numbered", True) else None
            self.chapters[entry["name"]] = Chapter(entry["name"], own, entry["title"], entry["question"])
        texts = {path.stem for path in (root / "text").glob("*.md")}
        for name in sorted(texts ^ self.chapters.keys()):
            missing = f"text/{name}.md is missing" if name in self.chapters else f"text/book.yml does not list {name!r}"
            raise ValueError(f"{missing}: each chapter has one text, and one place in the list.")

    def chapter(self, name: str) -> Chapter:
        """Return a chapter by its name; a stem such as ``02_mlp`` or a path of a notebook will do too."""
        bare = re.sub(r"^\d+_", "", Path(name).stem)
        if bare not in self.chapters:
            raise ValueError(f"there is no chapter {name!r}; there are {', '.join(self.chapters)}.")
        return self.chapters[bare]

    def text_path(self, chapter: Chapter) -> Path:
        """Where people edit it."""
        return self.root / "text" / f"{chapter.name}.md"

    def notebook_path(self, chapter: Chapter) -> Path:
        """Where readers find it."""
        return self.root / "chapters" / f"{chapter.stem}.ipynb"

    def expand(self, text: str) -> str:
        """Write out what a text says by name: ``@chapter(mlp)``, ``@title(mlp)``, ``[…](mlp.md)``, glossary links.

        Raises
        ------
        ValueError
            A chapter or a heading of the back matter does not exist, or a chapter without a number is numbered.
        """
        text = _CALL.sub(self._called, text)
        text = _LINK.sub(lambda link: f"{self.chapter(link[1]).stem}.ipynb", text)
        return _GLOSSARY.sub(self._anchor, text)

    def contract(self, text: str) -> str:
        """Return a text with names for what ``expand`` wrote out: its inverse, for what was edited in a notebook."""
        names = {chapter.number: chapter.name for chapter in self.chapters.values() if chapter.number is not None}
        stems = {chapter.stem: chapter.name for chapter in self.chapters.values()}

        def number(found: re.Match) -> str:
            known = names.get(int(found[0]))
            return f"@number({known})" if known else found[0]

        def one(found: re.Match) -> str:
            known = names.get(int(found[2]))
            return f"@{found[1]}({known})" if known else found[0]

        for chapter in self.chapters.values():
            text = re.sub(rf"\A# {re.escape(chapter.title)}$", f"# @title({chapter.name})", text, flags=re.MULTILINE)
        text = _SEVERAL.sub(lambda found: found[1] + re.sub(r"\d+", number, found[2]), text)
        text = _ONE.sub(one, text)
        text = _STEM.sub(lambda link: f"{stems[link[1]]}.md" if link[1] in stems else link[0], text)
        return _GLOSSARY.sub(lambda link: f"{link[1]}.md#{_plain_anchor(link[2])}", text)

    def _called(self, call: re.Match) -> str:
        chapter = self.chapter(call[2])
        if call[1] in ("title", "question"):
            return getattr(chapter, call[1])
        if chapter.number is None:
            raise ValueError(f"{call[0]}: this chapter has no number; link to it by its title.")
        return {"number": "", "chapter": "chapter ", "Chapter": "Chapter "}[call[1]] + str(chapter.number)

    def _anchor(self, link: re.Match) -> str:
        """Write an anchor as JupyterLab does, capitals kept; the built page takes both (``_ext/chapter_names.py``)."""
        path = self.root / "backmatter" / f"{link[1]}.md"
        headings = _HEADING.findall(path.read_text("utf-8"))
        anchors = {_plain_anchor(lab_anchor(heading)): lab_anchor(heading) for heading in headings}
        if link[2] not in anchors:
            raise ValueError(f"backmatter/{link[1]}.md has no heading for {link[0]!r}.")
        return f"{link[1]}.md#{anchors[link[2]]}"


def _plain_anchor(anchor: str) -> str:
    """Return an anchor as texts write it: small letters, no signs."""
    return re.sub(r"[^\w-]", "", anchor).lower()


def lab_anchor(heading: str) -> str:
    """Return the anchor that JupyterLab gives a heading.

    >>> lab_anchor("Activation function")
    'Activation-function'
    """
    return heading.replace(" ", "-")
