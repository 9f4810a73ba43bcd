"""Write the network and the ready-made digits of the digit pad, digit_pad/digit_pad_model.js.

    python tools/export_pad.py            write the file
    python tools/export_pad.py --check    exit with 1 if the file is not that of the shipped weights

Run it whenever the weights of "pocket" change. A script file, not data: a page opened from a file may load no data.
"""

import argparse
import base64
import json
import os
import sys
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
from scipy.special import softmax

from mnist_helpers import export, load_pretrained, pipeline

TARGET = Path(__file__).resolve().parents[1] / "digit_pad" / "digit_pad_model.js"
HEAD = "// Written by tools/export_pad.py: the network of the digit pad, and digits of MNIST (CC BY-SA 3.0).\n"


def ready_made_digits(model) -> list[dict]:
    """Choose validation images: of each class the first, and then the ten of which the network is least sure."""
    _, (images, labels), _ = pipeline.load_mnist_splits()
    confidence = softmax(model.predict(images, batch_size=1000, verbose=0), axis=1).max(axis=1)
    clear = [int(np.flatnonzero(labels == digit)[0]) for digit in range(10)]
    hard = sorted(np.argsort(confidence)[:10].tolist(), key=lambda place: labels[place])
    chosen = [(f"A handwritten {labels[place]}", place) for place in clear]
    chosen += [(f"A {labels[place]} that is hard to read", place) for place in hard]
    pixels = np.rint(images[..., 0] * 255).astype("uint8")
    return [{"name": name, "pixels": base64.b64encode(pixels[place]).decode()} for name, place in chosen]


def script() -> str:
    """Return the text of the file."""
    model = load_pretrained("pocket")
    digits = ",\n".join(json.dumps(digit, separators=(",", ":")) for digit in ready_made_digits(model))
    network = export.network_to_json(model)
    return f"{HEAD}const DIGIT_PAD_MODEL = {{\nnetwork:{network},\ndigits:[\n{digits}\n]}};\n"


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="write nothing; compare")
    text = script()
    if parser.parse_args().check:
        same = TARGET.is_file() and TARGET.read_text(encoding="utf-8") == text
        print(f"{TARGET.name} is that of the shipped weights: {same}")
        return 0 if same else 1
    TARGET.write_text(text, encoding="utf-8", newline="\n")
    print(f"{TARGET}: {len(text):,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
