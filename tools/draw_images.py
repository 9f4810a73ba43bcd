"""Draw the book's icon and title image from MNIST's own digits, as SVG files in ``_static/``.

Each pixel becomes a dot whose size is its brightness. Both images stand on a dark panel of their own, so that
they look the same on light and dark pages.
"""

from pathlib import Path

import numpy as np

from mnist_helpers import load_mnist
from mnist_helpers._writing import write_files

STATIC = Path(__file__).resolve().parents[1] / "_static"
PANEL, INK, ACCENT = "#0f2033", "#9ecbea", "#f2b134"
SIDE = 28
LEVELS = 6  # sizes of dots
READ_DIGIT, READ_ROW = 4, 1  # the digit in the viewfinder, and the icon: the second 4 of the test set


def dots(image, left, top, colour, largest=1.05):
    """Return one digit as an SVG group, with one path for each size of dot."""
    sizes = np.ceil(image / 255 * LEVELS).astype(int)
    paths = ""
    for size in range(1, LEVELS + 1):
        steps = "".join(f"M{column} {row}h0" for row, column in np.argwhere(sizes == size))
        paths += f'<path stroke-width="{size / LEVELS * largest:.2g}" d="{steps}"/>'
    return f'<g stroke="{colour}" transform="translate({left + 0.5} {top + 0.5})">{paths}</g>'


def svg(width, height, label, body):
    """Return a whole SVG file: a rounded dark panel with ``body`` on it."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}">'
        f"<title>{label}</title>"
        f'<rect width="{width}" height="{height}" rx="{min(width, height) * 0.08:g}" fill="{PANEL}"/>'
        f'<g fill="none" stroke-linecap="round">{body}</g></svg>\n'
    )


def corners(left, top, side, length=7):
    """Return the four corner marks of a viewfinder as one SVG path."""
    right, bottom = left + side, top + side
    steps = (
        f"M{left} {top + length}V{top}h{length}M{right - length} {top}H{right}v{length}"
        f"M{right} {bottom - length}V{bottom}h{-length}M{left + length} {bottom}H{left}v{-length}"
    )
    return f'<path stroke="{ACCENT}" stroke-width="1.4" d="{steps}"/>'


def title(images, labels, rows=2, gap=6, margin=12):
    """Return the title image: one column for each digit 0 to 9, one of them in a viewfinder."""
    step = SIDE + gap
    body = ""
    for column in range(10):
        for row, image in enumerate(images[labels == column][:rows]):
            read = (column, row) == (READ_DIGIT, READ_ROW)
            left, top = margin + column * step, margin + row * step
            body += dots(image, left, top, ACCENT if read else INK)
            body += corners(left - 1, top - 1, SIDE + 2) if read else ""
    width, height = (2 * margin + count * step - gap for count in (10, rows))
    return svg(width, height, "Twenty handwritten digits, one in a viewfinder", body)


def icon(image):
    """Return the icon: one digit, without the empty border that MNIST images have."""
    return svg(22, 22, "A handwritten digit", dots(image[3:25, 3:25], 0, 0, ACCENT, largest=1.5))


def main() -> int:
    """Run the command."""
    _, (x_test, y_test) = load_mnist()
    images = {"title.svg": title(x_test, y_test), "icon.svg": icon(x_test[y_test == READ_DIGIT][READ_ROW])}
    write_files({STATIC / name: image for name, image in images.items()})
    return 0


if __name__ == "__main__":
    import sys

    from commands import run

    sys.exit(run(main))
