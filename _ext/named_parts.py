"""Names for the parts of a page, so that who listens knows what a fold, a cell or a question is."""

import re
from collections import Counter

TAG = re.compile(r"<[^>]*>")
CELL_OR_BLOCK = re.compile(r'<div class="cell(?: [^"]*)? docutils container">')
INPUT, OUTPUT = (f'<div class="cell_{part} docutils container">' for part in ("input", "output"))
FOLD = '<summary aria-label="Toggle hidden content">'
FIGURE_NUMBER = re.compile(r'<span class="caption-number">(Fig\. [\d.]+) ?</span>')
HEADING_OR_SUMMARY = re.compile(r"<h([1-4])>(.*?)</h\1>|<summary>(.*?)</summary>", re.DOTALL)
QUESTION = re.compile(
    r"<p>(<strong>(\d+)\.</strong>(?:(?!</p>).)*</p>)"
    r"((?:(?!<p><strong>\d+\.|</?section).)*</details>)(?=\s*(?:<p><strong>\d+\.|</section>))",
    re.DOTALL,
)
TABLE = re.compile(r"<table.*?</table>", re.DOTALL)
ROW = re.compile(r"<tr.*?</tr>", re.DOTALL)
FIRST_CELL = re.compile(r"(<tr[^>]*>\s*)<td([^>]*)>(.*?)</td>", re.DOTALL)


def _hidden(words):
    return f'<span class="visually-hidden"> {words}</span>'


def _words(html):
    return " ".join(TAG.sub("", html).split()).removesuffix("#")


def with_named_cells(text):
    """Give numbers to the cells that show code; name code, output and fold by them, and a fold by its figure too."""
    text = text.replace(FOLD, "<summary>")
    before, *cells = re.split(f"(?={CELL_OR_BLOCK.pattern})", text)
    number = 0
    for place, cell in enumerate(cells):
        if INPUT not in cell:
            continue
        number += 1
        figure = FIGURE_NUMBER.search(cell)
        what = f"code {number}" + (f", {figure[1]}" if figure else "")
        cell = cell.replace(INPUT, f'{INPUT[:-1]} role="group" aria-label="Code {number}">', 1)
        cell = cell.replace(OUTPUT, f'{OUTPUT[:-1]} role="group" aria-label="Output of code {number}">', 1)
        if '<details class="admonition hide' in cell:
            cell = cell.replace("</summary>", f"{_hidden(f'({what})')}</summary>", 1)
        cells[place] = cell
    return before + "".join(cells)


def with_named_folds(text):
    """Tell folds of one name apart by the heading above them: three solutions are those of three exercises."""
    times = Counter(_words(match[3]) for match in HEADING_OR_SUMMARY.finditer(text) if match[3] is not None)
    given = Counter()
    heading = ""

    def named(match):
        nonlocal heading
        if match[3] is None:
            heading = _words(match[2])
        elif times[_words(match[3])] > 1:
            name = (_words(match[3]), heading)
            given[name] += 1
            again = f", {given[name]}" if given[name] > 1 else ""
            return f"<summary>{match[3]}{_hidden(f'({heading}{again})')}</summary>"
        return match[0]

    return HEADING_OR_SUMMARY.sub(named, text)


def with_grouped_questions(text):
    """Make a question and its options one group that bears the question's name."""
    return QUESTION.sub(
        r'<div class="question" role="group" aria-labelledby="question-\2"><p id="question-\2">\1\3</div>', text
    )


def _with_headers(match):
    table = re.sub(r"<th(?=[ >])(?![^>]*scope)", '<th scope="col"', match[0])
    head, start, body = table.partition("<tbody>")
    body = body.replace('<th scope="col"', '<th scope="row"')
    rows = ROW.findall(body)
    firsts = [found and _words(found[3]) for found in map(FIRST_CELL.match, rows)]
    if "<thead>" in head and len(rows) > 1 and all(firsts) and len(set(firsts)) == len(firsts):
        body = FIRST_CELL.sub(r'\1<th scope="row"\2>\3</th>', body)
    return head + start + body


def with_headers(text):
    """Say of each head of a table what it is the head of; the first column names the rows where no name comes twice."""
    return TABLE.sub(_with_headers, text)


def with_names(text):
    """Return the HTML of a page with all these names."""
    for step in (with_named_cells, with_named_folds, with_grouped_questions, with_headers):
        text = step(text)
    return text
