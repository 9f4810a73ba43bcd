"""What the pages load, made lighter: figures, stylesheets, and the fonts of icons and formulas."""

import logging
import re
import unicodedata
from io import BytesIO
from itertools import pairwise

import tinycss2
from fontTools.subset import Options, Subsetter, load_font, save_font
from PIL import Image

ICON_RULE = re.compile(r'((?:\.fa-[a-z0-9-]+:before,?)+)\{content:"\\f[0-9a-f]+"\}')
ICON_NAME = re.compile(r"\bfa-([a-z-]+)")
ICON_FONT = re.compile(r'(fa-[a-z]+-[0-9]+)\.woff2\) format\("woff2"\)')
SET_BY_SCRIPT = {"xmark"}
WORD = re.compile(r"[A-Za-z_][\w-]*")
FORMULA = re.compile(r"<math.*?</math>", re.DOTALL)
NESTING = ("media", "supports")
TOKEN_COLOR = re.compile(r'data-theme="\w+"\] \.highlight (?:\.(\w+) )?\{[^}]*?color: (#\w+) \}')

logging.getLogger("fontTools").setLevel(logging.WARNING)


def to_webp(path):
    """Turn a PNG file into WebP beside it; return its name and size.

    Lossless, unless a quality that the eye cannot tell from it takes less than half: so with the grain of photographs.
    """
    with Image.open(path) as image:
        size, picture = image.size, image.convert("RGBA" if image.has_transparency_data else "RGB")
    exact, close = BytesIO(), BytesIO()
    picture.save(exact, "WEBP", lossless=True, quality=75, method=4)
    picture.save(close, "WEBP", quality=90, method=4)
    lighter = close if close.tell() < exact.tell() / 2 else exact
    path.with_suffix(".webp").write_bytes(lighter.getvalue())
    path.unlink()
    return path.stem, size


def plain_tokens(css):
    """Return the classes of code that are coloured as the text around them, in the light and in the dark."""
    colors = {}
    for name, color in TOKEN_COLOR.findall(css):
        colors.setdefault(name, []).append(color)
    around = colors.pop("")
    return sorted(name for name, own in colors.items() if own == around)


def lighter_styles(static, texts):
    """Keep the rules whose classes are named in a page or script (or begin with a word there that ends in a hyphen)."""
    scripts = (path.read_text("utf-8") for path in [*static.glob("*.js"), *static.glob("scripts/*.js")])
    words = {word for text in (*texts, *scripts) for word in WORD.findall(text)}
    beginnings = tuple(word for word in words if word.endswith("-"))
    for path in [*static.glob("*.css"), *static.glob("styles/*.css")]:
        rules = tinycss2.parse_stylesheet(path.read_text("utf-8"), skip_comments=True, skip_whitespace=True)
        path.write_text("".join(_used(rules, words, beginnings)), "utf-8")


def _used(rules, words, beginnings):
    for rule in rules:
        if rule.type == "qualified-rule":
            selectors = [
                tinycss2.serialize(selector).strip()
                for selector in _selectors(rule.prelude)
                if all(name in words or name.startswith(beginnings) for name in _classes(selector))
            ]
            if selectors:
                yield f"{','.join(selectors)}{{{tinycss2.serialize(rule.content).strip()}}}\n"
        elif rule.type == "at-rule" and rule.lower_at_keyword in NESTING:
            inner = tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True)
            kept = "".join(_used(inner, words, beginnings))
            if kept:
                yield f"@{rule.at_keyword}{tinycss2.serialize(rule.prelude)}{{{kept}}}\n"
        else:
            yield rule.serialize()


def _selectors(tokens):
    """Part a list of selectors at its commas."""
    selector = []
    for token in tokens:
        if token == ",":
            yield selector
            selector = []
        else:
            selector.append(token)
    yield selector


def _classes(selector):
    """Return the classes that an element needs; those in ``:not(…)`` and its like are inside a block, and not met."""
    return [name.value for dot, name in pairwise(selector) if dot == "." and name.type == "ident"]


def lighter_icons(static, texts):
    """Keep those icons in the theme's stylesheets that are named or drawn by a rule, and make a font of them."""
    names = SET_BY_SCRIPT.union(*map(ICON_NAME.findall, texts))
    drawn = ""
    for path in static.glob("styles/*.css"):
        css = path.read_text("utf-8")
        css = ICON_RULE.sub(lambda rule: rule[0] if names & set(ICON_NAME.findall(rule[1])) else "", css)
        css = ICON_FONT.sub(r'\1.woff) format("woff")', css)
        path.write_text(css, "utf-8")
        drawn += css
    codes = [int(code, 16) for code in re.findall(r'"\\(f[0-9a-f]{3})"', drawn)]
    codes += map(ord, re.findall("[\uf000-\uf8ff]", drawn))
    for path in static.glob("vendor/fontawesome/webfonts/*.ttf"):
        _subset(path, path.with_suffix(".woff"), codes, Options(flavor="woff", layout_features=[]))


def lighter_math_font(path, texts):
    """Keep the signs of the formulas, and those that browsers draw: minus, the root, the italic of a single letter."""
    signs = {"\N{MINUS SIGN}", "\N{SQUARE ROOT}"}.union(*FORMULA.findall("".join(texts)))
    italics = {
        chr(code)
        for code in (0x210E, *range(0x1D434, 0x1D468), *range(0x1D6E2, 0x1D71C))
        if unicodedata.normalize("NFKC", chr(code)) in signs
    }
    _subset(path, path, map(ord, signs | italics), Options(flavor="woff2", layout_features=["*"]))


def _subset(source, target, codes, options):
    font = load_font(source, options)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=codes)
    subsetter.subset(font)
    save_font(font, target, options)
